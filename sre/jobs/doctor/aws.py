"""Who asks AWS, and in which Region: the credentials that AWS's library finds, their account, and clients that give up soon."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error, connecting, is_nobody, is_refused
from foundation.errors import InputError
from sre.jobs.doctor.findings import Identity
from sre.jobs.doctor.permissions import Answer, Refused, Unanswered

# Asked once more at most: with a pause between, no call takes longer than a quarter of a minute.
_PATIENCE = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=16
)
# By the names that botocore has for where credentials are from (botocore/credentials.py).
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "env": "environment variables",
        "shared-credentials-file": "the shared credentials file",
        "config-file": "the configuration file",
        "assume-role": "a role that a profile assumes",
        "assume-role-with-web-identity": "a role by a web identity",
        "sso": "IAM Identity Center",
        "login": "a sign-in by `aws login`",
        "custom-process": "a process that a profile names",
        "container-role": "the role of the container",
        "iam-role": "the role of the instance",
    }
)
_AGAIN = "ask again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """There is nobody to ask as."""

    reason: str
    to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A session that has some, and of which kind they are."""

    session: boto3.Session
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A session with credentials of a kind, for a Region; `endpoint` is set where another place than AWS answers."""

    session: boto3.Session
    region: str
    credentials: str
    endpoint: str | None = None
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any], init=False)

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of a service, the same each time; made before threads ask. Raises InputError as `connecting` does."""
        where = region or self.region
        if (service, where) not in self._clients:
            with connecting():
                made = cast("Any", self.session).client(
                    service, region_name=where, endpoint_url=self.endpoint, config=_PATIENCE
                )
            self._clients[service, where] = made
        return self._clients[service, where]


def region_of(given: str | None, variables: Mapping[str, str]) -> tuple[str, str] | None:
    """The Region to ask in, and who says so; None where nobody does. Raises InputError for settings that cannot be used."""
    if given is not None:
        return given, "--region"
    if named := variables.get("AWS_REGION"):
        return named, "AWS_REGION"
    with connecting():
        # Its stubs say that there always is one.
        found: str | None = cast("Any", boto3.Session()).region_name
    return None if found is None else (found, "AWS's settings")


def credentials_of() -> Credentials | Nobody:
    """The credentials that AWS's library finds; none is read out of what it finds."""
    try:
        with connecting():
            session = boto3.Session()
            found = session.get_credentials()
    except InputError as error:
        return nobody(error)
    if found is None:
        return Nobody(reason="no credentials", to_do="set AWS_PROFILE, or sign in with `aws sso login`")
    return Credentials(session=session, kind=_KINDS.get(found.method, found.method))


def identity_of(account: Account) -> Identity | Nobody | Unanswered:
    """Who the credentials are of, as STS says it; it needs no permission.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    try:
        told = account.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        if is_nobody(error):
            return nobody(aws_error("STS", error))
        return unanswered("STS", error)
    return Identity(account=told["Account"], arn=told["Arn"], credentials=account.credentials)


def nobody(error: Exception) -> Nobody:
    """There is nobody to ask as, as an error of ours says it: what is wrong, and after a semicolon what to do."""
    reason, _, to_do = str(error).partition("; ")
    return Nobody(reason=reason, to_do=to_do or "look at the settings of AWS's tools")


def answer_to(service: str, error: BotoCoreError | ClientError) -> Answer:
    """What an error says of the permission to ask."""
    if isinstance(error, ClientError) and is_refused(error):
        told: Any = error.response.get("Error", {})
        return Refused(is_forbidden="explicit deny" in str(told.get("Message", "")))
    return unanswered(service, error)


def unanswered(service: str, error: BotoCoreError | ClientError) -> Unanswered:
    """What an error says of anything else than a permission."""
    made = aws_error(service, error)
    reason, _, to_do = str(made).partition("; ") if isinstance(made, InputError) else (str(made), "", _AGAIN)
    return Unanswered(
        reason=reason.removesuffix(f"; {_AGAIN}"), to_do=to_do or _AGAIN, is_reached=isinstance(error, ClientError)
    )
