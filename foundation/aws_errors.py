"""What AWS's library raises, as errors of ours: what is really wrong, said once, and what to do.

That nobody could ask at all (no credentials, expired ones, no Region, no way to the endpoint) is for a person to correct, and
ends a command: it must never look like an answer without data. What AWS itself refuses or cannot do just now is not known.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from botocore import exceptions as botocore
from botocore.config import Config

from foundation.errors import InputError, SourceError, SreError

_REMEDY = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`"
_NO_CREDENTIALS = (botocore.NoCredentialsError, botocore.PartialCredentialsError, botocore.CredentialRetrievalError)
_NO_SIGN_IN = (
    botocore.SSOError, botocore.TokenRetrievalError, botocore.UnauthorizedSSOTokenError, botocore.ProfileNotFound,
)  # fmt: skip
_UNUSABLE = (
    botocore.ConfigParseError, botocore.ConfigNotFound, botocore.InvalidConfigError, botocore.InvalidRegionError,
)  # fmt: skip
_UNREACHABLE = (
    botocore.EndpointConnectionError, botocore.ConnectTimeoutError, botocore.ProxyConnectionError, botocore.SSLError,
)  # fmt: skip
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html, and those of the single services.
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN_KEY = frozenset(
    {
        "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch",
        "InvalidSignatureException", "AuthFailure", "MissingAuthenticationToken", "IncompleteSignature",
    }
)  # fmt: skip
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden"}
)
_THROTTLED = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
        "LimitExceededException", "RequestThrottled", "SlowDown",
    }
)  # fmt: skip


def patient(attempt_count: int = 3) -> Config:
    """Settings of a client that says within half a minute that nobody answers, and asks again when it is throttled."""
    return Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": attempt_count})


def is_refused(error: botocore.ClientError) -> bool:
    """Whether AWS knows who asks, and does not let him."""
    return str(error.response.get("Error", {}).get("Code")) in _DENIED


def is_nobody(error: botocore.BotoCoreError | botocore.ClientError) -> bool:
    """Whether there is nobody to ask as: no credentials, expired ones, or some that AWS does not know."""
    if isinstance(error, botocore.ClientError):
        return str(error.response.get("Error", {}).get("Code")) in _EXPIRED | _UNKNOWN_KEY
    return isinstance(error, (*_NO_CREDENTIALS, *_NO_SIGN_IN, *_UNUSABLE))


@contextmanager
def connecting() -> Generator[None]:
    """Make a client or a session, which reads the user's settings. Raises InputError when these cannot be used."""
    try:
        yield
    except botocore.BotoCoreError as error:
        raise aws_error("AWS", error) from error
    except ValueError as error:
        # An address that is none is a plain ValueError of the library's.
        raise InputError(
            f"AWS's settings cannot be used: {error}; look at AWS_ENDPOINT_URL and ~/.aws/config"
        ) from error


@contextmanager
def asking(service: str) -> Generator[None]:
    """Ask a service of AWS. Raises InputError when nobody could be asked, and SourceError when it did not answer."""
    try:
        yield
    except (botocore.BotoCoreError, botocore.ClientError) as error:
        raise aws_error(service, error) from error


def aws_error(service: str, error: botocore.BotoCoreError | botocore.ClientError) -> SreError:
    """The error of ours that says what is wrong; a plain one of the library's is a request that we made wrongly."""
    match error:
        case botocore.ClientError():
            return _answered(service, error)
        case botocore.NoRegionError():
            return InputError("no AWS Region; give --region, or set AWS_REGION")
        case _ if isinstance(error, _NO_CREDENTIALS):
            return InputError(f"no AWS credentials; {_REMEDY}")
        case _ if isinstance(error, _UNUSABLE):
            return InputError(f"AWS's settings cannot be used: {error}")
        case _ if isinstance(error, _NO_SIGN_IN):
            return InputError(f"no AWS credentials: {error}; {_REMEDY}")
        case _ if isinstance(error, _UNREACHABLE):
            where = _endpoint(error)
            return InputError(f"{service} cannot be reached{where}; is the Region right, and is there a network?")
        case botocore.ReadTimeoutError() | botocore.ConnectionClosedError() | botocore.HTTPClientError():
            return SourceError(f"{service} did not answer{_endpoint(error)}: {type(error).__name__}")
        case _:
            return SourceError(f"{service} could not be asked: {error}")


def _answered(service: str, error: botocore.ClientError) -> SreError:
    told: Any = error.response.get("Error", {})
    code, text = str(told.get("Code", "an error")), str(told.get("Message", "")).strip()
    if code in _EXPIRED:
        return InputError(f"the AWS credentials have expired; {_REMEDY}")
    if code in _UNKNOWN_KEY:
        return InputError(f"AWS does not know these credentials ({code}); {_REMEDY}")
    if code in _DENIED:
        named = re.search(r"perform:? ([\w-]+:\w+)", text)
        action = named[1] if named else error.operation_name
        return SourceError(
            f"{service} refuses {action} ({code}): these credentials may not do it; allow it in their policy"
        )
    if code in _THROTTLED:
        return SourceError(f"{service} was asked too often ({code} of {error.operation_name}); ask again later")
    return SourceError(f"{service} answered {error.operation_name} with {code}{': ' if text else ''}{text}")


def _endpoint(error: Any) -> str:
    endpoint = getattr(error, "kwargs", {}).get("endpoint_url")
    return f" at {endpoint}" if endpoint else ""
