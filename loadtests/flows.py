"""The flows of a service's load as values: what an arrival does, whom it calls, and what it takes of the platform."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.service.measured import Load
from foundation.steps.drawing import Recent, Source
from foundation.steps.model import SigV4, Step

# As files and results have them.
LOADS: Mapping[str, Load | None] = MappingProxyType({"api": Load.API, "agents": Load.AGENTS, "none": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Steps over HTTP, with what their placeholders stand for."""

    steps: tuple[Step, ...]
    values: Mapping[str, Source]

    @property
    def recents(self) -> frozenset[str]:
        """What has to have been kept before it can begin."""
        return frozenset(each.kept for each in self.values.values() if isinstance(each, Recent))

    @property
    def keeps(self) -> frozenset[str]:
        """What it keeps of answers."""
        return frozenset(name for step in self.steps for name, _ in step.keeps)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketProgress:
    """A WebSocket client that sends the first request of a flow, and follows what came of it message by message."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTurn:
    """A turn of an agent over server-sent events, to its first token and to its last."""

    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFlow:
    """A function of a file of Python."""

    file: Path
    function: str


FlowKind = Conversation | WebSocketProgress | AgentTurn | PythonFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What one journey takes of the platform."""

    request_count: Decimal = Decimal(0)
    lambda_seconds: Decimal = Decimal(0)
    state_transition_count: Decimal = Decimal(0)
    table_read_count: Decimal = Decimal(0)
    table_write_count: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow; its journeys speak for the objectives on whom its `load` calls, and of None for no objective.

    `work` is what a journey keeps that says how its unit of work ended; None is a flow that is no unit of work. What `uses` is
    None of is not known.
    """

    name: str
    about: str
    load: Load | None
    kind: FlowKind
    work: str | None = None
    uses: Uses | None = None

    @property
    def is_work(self) -> bool:
        """Whether each of its journeys submits a unit of work."""
        return self.work is not None or isinstance(self.kind, WebSocketProgress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """All flows of a service."""

    file: Path
    flows: Mapping[str, Flow] = field(default_factory=dict[str, Flow])

    def __iter__(self) -> Iterator[Flow]:
        return iter(self.flows.values())

    def __getitem__(self, name: str) -> Flow:
        """The flow of a name. Raises InputError that names those there are."""
        if name not in self.flows:
            raise InputError(with_hint(f"{self.file}: no flow is named {name!r}", name, self.flows))
        return self.flows[name]

    def is_signed(self, name: str) -> bool:
        """Whether a flow signs what it sends by AWS's signature."""
        match self[name].kind:
            case Conversation(steps=steps):
                return any(isinstance(step.authorisation, SigV4) for step in steps)
            case WebSocketProgress():
                return True
            case AgentTurn() | PythonFlow():
                return False


def key_of(load: Load | None) -> Literal["api", "agents", "none"]:
    """A load as files and results have it."""
    match load:
        case Load.API:
            return "api"
        case Load.AGENTS:
            return "agents"
        case None:
            return "none"
