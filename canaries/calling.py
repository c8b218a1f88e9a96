"""Calls of the platform as a canary makes them: signed, timed, over one connection, and tried again when the network broke.

Only a broken network is tried again. An answer, however wrong or late, is what the canary came to see.
"""

import http.client
import json
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from canaries.slow_answers import SlowAnswer
from canaries.steps import NetworkBrokenError, demand, note, setting
from foundation.errors import StepFailedError

PATIENCE_SECONDS = 10.0
# An answer that is larger is none that a JSON API gives.
_MOST_BYTES = 1024 * 1024
_PAUSE_SECONDS = 0.2
_SERVICE = "execute-api"
# The network broke: refused, reset, cut off in the middle, or a name that did not resolve. A certificate that proves nothing
# and an answer that does not come are findings, and no broken network.
_BROKEN = (ConnectionError, socket.gaierror, http.client.IncompleteRead, http.client.RemoteDisconnected)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `took_ms` is of the attempt that got it."""

    status: int
    body: bytes
    took_ms: float

    def json(self) -> dict[str, Any]:
        """The body. Raises StepFailedError when it is no JSON object."""
        try:
            data = json.loads(self.body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise StepFailedError(f"the answer is no JSON object: {self.body[:80]!r}")
        return cast("dict[str, Any]", data)


@dataclass(slots=True)
class Caller:
    """Calls one API; `retry_count` further attempts after a broken network, for each call.

    An answer that takes `slow_after_ms` or longer is noted, and is an answer like any other; None notes none.
    """

    base_url: str
    region: str
    retry_count: int
    slow_after_ms: float | None = None
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def call(
        self, method: str, path: str, *, body: str | None = None, is_signed: bool = True,
        headers: Mapping[str, str] | None = None, service: str = _SERVICE,
    ) -> Answer:  # fmt: skip
        """Send one request. Raises StepFailedError when the network stays broken or no answer comes in time.

        Of a request without headers a body is JSON.
        """
        url = f"{self.base_url.rstrip('/')}{path}"
        if headers is None:
            headers = {"content-type": "application/json"} if body is not None else {}
        if is_signed:
            headers = signed_headers(method, url, body, headers, region=self.region, service=service)
        headers = dict(headers)

        what = f"{method} {path}"

        def attempt() -> Answer:
            began = time.monotonic()
            connection = self._connected()
            address = urlsplit(url)
            with ExitStack() as unless_answered:
                unless_answered.callback(self.close)
                target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
                connection.request(method, target, body=body, headers=headers)
                answer = connection.getresponse()
                content = answer.read(_MOST_BYTES + 1)
                if len(content) > _MOST_BYTES:
                    raise StepFailedError(f"{what}: the answer has more than {_MOST_BYTES:,} bytes")
                unless_answered.pop_all()
            return Answer(status=answer.status, body=content, took_ms=(time.monotonic() - began) * 1000)

        answer = again_when_the_network_breaks(attempt, retry_count=self.retry_count, what=what)
        if self.slow_after_ms is not None and answer.took_ms >= self.slow_after_ms:
            note(SlowAnswer(request=what, took_ms=answer.took_ms, slow_after_ms=self.slow_after_ms).line)
        return answer

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            address = urlsplit(self.base_url)
            host = address.hostname or ""
            if address.scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(
                    host, address.port, timeout=PATIENCE_SECONDS, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(host, address.port, timeout=PATIENCE_SECONDS)
        return self._connection


def caller_from_environment() -> Caller:
    """The caller that the canary's environment describes."""
    slow_after_ms = os.environ.get("SLOW_AFTER_MS")
    return Caller(
        base_url=setting("API_URL"),
        region=setting("AWS_REGION"),
        retry_count=int(setting("RETRY_COUNT")),
        slow_after_ms=float(slow_after_ms) if slow_after_ms else None,
    )


def again_when_the_network_breaks(attempt: Callable[[], _T], *, retry_count: int, what: str) -> _T:
    """Attempt it, and again as often as allowed when the network broke.

    Raises NetworkBrokenError for a network that stays broken, and StepFailedError at once for an answer that does not come.
    """
    for number in range(retry_count + 1):
        try:
            return attempt()
        except TimeoutError:
            raise StepFailedError(f"{what}: no answer within {PATIENCE_SECONDS:g} s") from None
        except _BROKEN as error:
            if number == retry_count:
                raise NetworkBrokenError(
                    f"{what}: the network broke {number + 1} times, at last with {type(error).__name__}: {error}"
                ) from None
            note(f"{what}: {type(error).__name__}; trying again ({number + 1} of {retry_count})")
            time.sleep(_PAUSE_SECONDS * 2**number)
    raise StepFailedError(f"{what}: a negative number of retries")


def signed_headers(
    method: str, url: str, body: str | None, headers: Mapping[str, str], *, region: str, service: str = _SERVICE
) -> dict[str, str]:
    """The headers with a SigV4 signature of the canary's own role."""
    # Not before something is to be signed: what signs nothing runs without.
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method=method, url=url, data=body, headers=dict(headers))
    SigV4Auth(_credentials(), service, region).add_auth(request)
    return dict(request.headers.items())


def signed_websocket_url(url: str, *, region: str) -> str:
    """The WebSocket address with a signature of a minute in its query."""
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method="GET", url=url.replace("ws", "http", 1))
    SigV4QueryAuth(_credentials(), _SERVICE, region, expires=60).add_auth(request)
    return str(request.url).replace("http", "ws", 1)


def _credentials() -> Any:
    import botocore.session

    credentials = botocore.session.Session().get_credentials()
    demand(credentials is not None, "there are no AWS credentials to sign with")
    return credentials
