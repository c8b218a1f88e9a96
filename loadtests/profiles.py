"""Load profiles: how many arrivals a second of which flow, in which stages, after which warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from foundation.errors import InputError
from foundation.files.documents import Document, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Real
from foundation.service.measured import Load
from foundation.steps.form import Status
from loadtests.flows import Conversation, Flow, Flows
from loadtests.flows_file import FlowLabel
from loadtests.schedule import Schedule, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile; the warm-up has its own numbers and is never part of a verdict. Rates are those of load 1.

    `flows` are those that have a rate, of `flows_file`. `also_expected` are statuses that are good answers of a flow, beside
    those that its requests are made for.
    """

    name: str
    description: str
    schedule: Schedule
    arrivals_per_second: Mapping[str, float]
    flows: Mapping[str, Flow]
    flows_file: Path
    also_expected: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])

    @property
    def rate_rps(self) -> float:
        """Arrivals a second of all flows, at load 1."""
        return sum(self.arrivals_per_second.values())

    def flows_of(self, load: Load) -> tuple[str, ...]:
        """The flows whose journeys are of a load."""
        return tuple(name for name, flow in self.flows.items() if flow.load is load)

    @property
    def loads(self) -> frozenset[Load]:
        """The loads that it sends."""
        return frozenset(flow.load for flow in self.flows.values() if flow.load is not None)

    @property
    def duration_seconds(self) -> float:
        """How long it measures."""
        return self.schedule.total_seconds - self.schedule.warm_up_seconds


class _Stage(Form):
    seconds: Real = Field(gt=0, le=86_400)
    load: Real = Field(gt=0, le=1_000)


class _Spec(Form):
    description: str
    warm_up_seconds: Real = Field(ge=0, le=3600)
    duration_seconds: Real | None = Field(default=None, gt=0, le=86_400)
    stages: tuple[_Stage, ...] | None = Field(default=None, min_length=1, max_length=100)
    arrivals_per_second: dict[FlowLabel, Annotated[Real, Field(ge=0, le=10_000)]]
    also_expected: dict[FlowLabel, Annotated[tuple[Status, ...], Field(min_length=1, max_length=100)]] = Field(
        default_factory=dict[str, tuple[int, ...]]
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.duration_seconds is None) == (self.stages is None):
            raise ValueError("needs either duration_seconds or stages")
        if not any(self.arrivals_per_second.values()):
            raise ValueError("arrivals_per_second: no flow has a rate above 0")
        for flow in self.also_expected:
            if not self.arrivals_per_second.get(flow):
                raise ValueError(f"also_expected: {flow} has no rate in arrivals_per_second")
        return self

    def profile(self, name: str, flows: Flows) -> Profile:
        stages = self.stages or (_Stage(seconds=self.duration_seconds or 1, load=1),)
        return Profile(
            name=name,
            description=self.description,
            schedule=Schedule(
                warm_up_seconds=self.warm_up_seconds,
                stages=tuple(Stage(seconds=stage.seconds, load=stage.load) for stage in stages),
            ),
            arrivals_per_second={flow: rate for flow, rate in self.arrivals_per_second.items() if rate},
            flows={flow: flows[flow] for flow, rate in self.arrivals_per_second.items() if rate},
            flows_file=flows.file,
            also_expected={flow: frozenset(statuses) for flow, statuses in self.also_expected.items()},
        )


def read_profiles(file: Path, flows: Flows) -> dict[str, Profile]:
    """Read every profile of a file, by name: how much of which of these flows.

    Raises InputError with all problems and their lines.
    """
    with yaml_documents(file) as found:
        document = found.only("profiles by their names")
        document.expand({})
        specs = {name: document.read(_Spec, (name,)) for name in document.names()}
        for name, spec in specs.items():
            if spec is not None:
                _check_flows(spec, flows, document, name)
    return {name: spec.profile(name, flows) for name, spec in specs.items() if spec is not None}


def _check_flows(spec: _Spec, flows: Flows, document: Document, name: str) -> None:
    for flow in spec.arrivals_per_second:
        if flow not in flows.flows:
            said = with_hint(f"there is no such flow in {flows.file.name}", flow, flows.flows)
            document.problem((name, "arrivals_per_second", flow), said)
    plain = [each.name for each in flows if isinstance(each.kind, Conversation)]
    for flow in spec.also_expected:
        if flow in flows.flows and flow not in plain:
            said = f"is no flow of plain requests; those are {', '.join(plain) or 'none'}"
            document.problem((name, "also_expected", flow), said)


def choose_profile(name: str, file: Path, flows: Flows) -> Profile:
    """The profile of that name.

    Raises InputError that lists the names there are.
    """
    profiles = read_profiles(file, flows)
    if name not in profiles:
        raise InputError(with_hint(f"{file}: no profile is named {name!r}", name, profiles))
    return profiles[name]
