"""The handlers that are deployed as zipped Lambdas: where each lies, and whose dependency group it shares a bundle with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One handler: its module, whose function `handler` Lambda calls, and the dependency group of its bundle."""

    module: str
    group: str

    @property
    def lambda_name(self) -> str:
        """The handler in Lambda's words."""
        return f"{self.module}.handler"


REST_API = Handler(module="tdeveloper.entry.rest_api", group="lambda-platform")
WEBSOCKET_API = Handler(module="tdeveloper.entry.websocket_api", group="lambda-platform")
PIPELINE_STEP = Handler(module="tdeveloper.entry.pipeline_step", group="lambda-platform")
SECURITY_GATE = Handler(module="tdeveloper.entry.security_gate", group="lambda-security-gate")

HANDLERS = (REST_API, WEBSOCKET_API, PIPELINE_STEP, SECURITY_GATE)


def modules_of(group: str) -> tuple[str, ...]:
    """The modules of all handlers that share the bundle of a dependency group."""
    return tuple(handler.module for handler in HANDLERS if handler.group == group)
