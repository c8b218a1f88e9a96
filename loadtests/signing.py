"""Signs requests for API Gateway with SigV4, header or query form; botocore does the arithmetic."""

from collections.abc import Mapping

import botocore.session
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from foundation.aws_errors import connecting
from foundation.errors import InputError

_SERVICE = "execute-api"
AGENTCORE = "bedrock-agentcore"


class Signer:
    """Signs for one region with one set of credentials."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    def headers(
        self,
        method: str,
        url: str,
        body: str | None = None,
        *,
        service: str = _SERVICE,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """The headers of a signed request: those that are given, or its content type, and the signature's."""
        given = ({"content-type": "application/json"} if body is not None else {}) if headers is None else dict(headers)
        request = AWSRequest(method=method, url=url, data=body, headers=given)
        SigV4Auth(self._credentials, service, self._region).add_auth(request)
        return dict(request.headers.items())

    def websocket_url(self, url: str, *, valid_seconds: int = 60) -> str:
        """A WebSocket address with the signature in its query, as a browser could use it."""
        request = AWSRequest(method="GET", url=url.replace("ws", "http", 1))
        SigV4QueryAuth(self._credentials, _SERVICE, self._region, expires=valid_seconds).add_auth(request)
        return str(request.url).replace("http", "ws", 1)


def signer_from_environment(region: str, *, required: bool = True) -> Signer:
    """A signer with the credentials that AWS tools would find: environment, profile, container or instance role.

    Raises InputError when they are required and there are none, and for settings that cannot be used.
    """
    with connecting():
        credentials = botocore.session.Session().get_credentials()
    if credentials is None and not required:
        return Signer(Credentials("", ""), region)
    if credentials is None:
        raise InputError(
            "no AWS credentials to sign requests with; set AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret"
        )
    return Signer(credentials, region)
