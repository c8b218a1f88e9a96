"""Who sends the requests of a load: how they are signed, and the environment that has its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.errors import InputError
from foundation.steps.drawing import FromEnvironment
from foundation.steps.model import HeaderFromEnvironment, SigV4, Step, Unsigned, Value
from foundation.steps.requests import Request
from loadtests.flows import Conversation
from loadtests.signing import Signer

_HIDDEN = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authoriser:
    """Who sends: how requests are signed, and the environment that has the secrets."""

    signer: Signer
    environment: Mapping[str, str]

    def headers(self, request: Request, url: str) -> dict[str, str]:
        """The headers of a request with what authorises it. Raises InputError for a variable that is not set."""
        step = request.step
        match step.authorisation:
            case Unsigned():
                return request.headers
            case SigV4(service=service):
                return self.signer.headers(
                    step.method, url, request.body, service=service, headers=request.headers
                )  # fmt: skip
            case HeaderFromEnvironment(header=header, variable=variable, prefix=prefix):
                return {**request.headers, header: f"{prefix}{secret_of(self.environment, variable)}"}

    def masked(self, text: str, secrets: Mapping[str, Value]) -> str:
        """A text without secrets of the environment that were sent."""
        for value in secrets.values():
            if value:
                text = text.replace(str(value), _HIDDEN)
        return text


def secret_of(environment: Mapping[str, str], variable: str) -> str:
    """A secret in the environment. Raises InputError where it is not there, or is none that a header can have."""
    value = environment.get(variable, "")
    if not value:
        raise InputError(f"the environment has no {variable}, which authorises requests; set it")
    if not value.isascii() or not value.isprintable():
        raise InputError(f"the value of {variable} has a character that no header has; set it anew")
    return value


def secrets_of(steps: tuple[Step, ...], environment: Mapping[str, str]) -> dict[str, Value]:
    """The secrets that steps are authorised by, by their variables."""
    return {
        step.authorisation.variable: environment.get(step.authorisation.variable, "")
        for step in steps
        if isinstance(step.authorisation, HeaderFromEnvironment)
    }


def refuse_unset(talk: Conversation, environment: Mapping[str, str]) -> None:
    """Raise InputError where a secret of a conversation is not in the environment."""
    for variable in (
        *secrets_of(talk.steps, environment),
        *(each.variable for each in talk.values.values() if isinstance(each, FromEnvironment)),
    ):
        secret_of(environment, variable)
