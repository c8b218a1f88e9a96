"""What the arrivals of each flow do, by its kind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import assert_never

from foundation.errors import InputError
from loadtests.agent import Agent
from loadtests.arrivals import ArrivalUser, Journey
from loadtests.conversing import HttpApi
from loadtests.flows import AgentTurn, Conversation, Flow, Flows, PythonFlow, WebSocketProgress
from loadtests.python_flow import Function, Visit, function_of
from loadtests.websocket_flow import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All that the flows of a run call."""

    flows: Flows
    api: HttpApi
    websocket_url: str
    agent: Agent

    def begin(self, flow: Flow) -> Callable[[Journey], None]:
        """What an arrival of a flow does. Raises InputError for a function that there is not."""
        match flow.kind:
            case Conversation() as talk:
                return lambda journey: self.api.follow(flow, talk, journey)
            case WebSocketProgress(of=of):
                talk = self.flows[of].kind
                if not isinstance(talk, Conversation):
                    raise InputError(f"{self.flows.file}: {flow.name}: {of} has no steps")
                signer = self.api.authoriser.signer
                return Progress(
                    url=self.websocket_url, signer=signer, submit=lambda each: self.api.submit(talk, each)
                ).follow
            case AgentTurn(prompt=prompt):
                return replace(self.agent, prompt=prompt).turn
            case PythonFlow(file=file, function=name):
                return self._visits(function_of(file, name))
            case _:
                assert_never(flow.kind)

    def _visits(self, function: Function) -> Callable[[Journey], None]:
        def visit(journey: Journey) -> None:
            random = Random(f"{journey.run.seed}:{journey.flow}:{journey.intended_at!r}")  # noqa: S311 - test data, no secret
            function(Visit(journey=journey, client=self.api.client, base_url=self.api.base_url, random=random))
            # What sends nothing shows nothing, and must not count as a good journey.
            if not journey.request_count:
                journey.fail(journey.flow, "it sent no request")

        return visit


class Visitor(ArrivalUser):
    """A clock that Locust starts; an arrival a second, unless --user-rps says otherwise."""
