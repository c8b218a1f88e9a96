"""Load profiles: how many arrivals a second of which flow, in which stages, after which warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self, assert_never, get_args

from pydantic import Field, model_validator

from foundation.errors import InputError
from foundation.files.documents import yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Real, Whole
from foundation.service.measured import Load
from loadtests.schedule import Schedule, Stage

Flow = Literal["health", "status", "pipeline", "progress", "agent"]
FLOWS: tuple[str, ...] = get_args(Flow)
# Plain reads and pipelines ask the API; the others speak to what has latencies of its own kind.
API_FLOWS = ("health", "status", "pipeline")
# One request a journey, and no pipeline.
INDEPENDENT_READS = frozenset({"health", "status"})
AGENT_FLOW = "agent"
PROGRESS_FLOW = "progress"
# What these send first is signed, so a target that is not ours refuses it before any load.
SIGNED_FLOWS = frozenset({"status", "pipeline", PROGRESS_FLOW})


def flows_of(load: Load) -> tuple[str, ...]:
    """The flows whose journeys are of this load."""
    match load:
        case Load.API:
            return API_FLOWS
        case Load.AGENTS:
            return (AGENT_FLOW,)
        case _:
            assert_never(load)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile; the warm-up has its own numbers and is never part of a verdict. Rates are those of load 1.

    `also_expected` are statuses that are good answers of a flow, beside those that its requests are made for.
    """

    name: str
    description: str
    schedule: Schedule
    arrivals_per_second: Mapping[str, float]
    also_expected: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])

    @property
    def rate_rps(self) -> float:
        """Arrivals a second of all flows, at load 1."""
        return sum(self.arrivals_per_second.values())

    @property
    def duration_seconds(self) -> float:
        """How long it measures."""
        return self.schedule.total_seconds - self.schedule.warm_up_seconds


# An interim answer (1xx) is none that ends a request.
_Status = Annotated[Whole, Field(ge=200, le=599)]


class _Stage(Form):
    seconds: Real = Field(gt=0, le=86_400)
    load: Real = Field(gt=0, le=1_000)


class _Spec(Form):
    description: str
    warm_up_seconds: Real = Field(ge=0, le=3600)
    duration_seconds: Real | None = Field(default=None, gt=0, le=86_400)
    stages: tuple[_Stage, ...] | None = Field(default=None, min_length=1, max_length=100)
    arrivals_per_second: dict[Flow, Annotated[Real, Field(ge=0, le=10_000)]]
    also_expected: dict[Flow, Annotated[tuple[_Status, ...], Field(min_length=1, max_length=100)]] = Field(
        default_factory=dict[Flow, tuple[_Status, ...]]
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.duration_seconds is None) == (self.stages is None):
            raise ValueError("needs either duration_seconds or stages")
        if not any(self.arrivals_per_second.values()):
            raise ValueError("arrivals_per_second: no flow has a rate above 0")
        for flow in self.also_expected:
            if flow not in API_FLOWS:
                raise ValueError(
                    f"also_expected: {flow} is no flow of plain requests; those are {', '.join(API_FLOWS)}"
                )
            if not self.arrivals_per_second.get(flow):
                raise ValueError(f"also_expected: {flow} has no rate in arrivals_per_second")
        return self

    def profile(self, name: str) -> Profile:
        stages = self.stages or (_Stage(seconds=self.duration_seconds or 1, load=1),)
        return Profile(
            name=name,
            description=self.description,
            schedule=Schedule(
                warm_up_seconds=self.warm_up_seconds,
                stages=tuple(Stage(seconds=stage.seconds, load=stage.load) for stage in stages),
            ),
            arrivals_per_second={str(flow): rate for flow, rate in self.arrivals_per_second.items() if rate},
            also_expected={str(flow): frozenset(statuses) for flow, statuses in self.also_expected.items()},
        )


def read_profiles(file: Path) -> dict[str, Profile]:
    """Read every profile of a file, by name.

    Raises InputError with all problems and their lines.
    """
    with yaml_documents(file) as found:
        document = found.only("profiles by their names")
        document.expand({})
        specs = {name: document.read(_Spec, (name,)) for name in document.names()}
    return {name: spec.profile(name) for name, spec in specs.items() if spec is not None}


def choose_profile(name: str, file: Path) -> Profile:
    """The profile of that name.

    Raises InputError that lists the names there are.
    """
    profiles = read_profiles(file)
    if name not in profiles:
        raise InputError(with_hint(f"{file}: no profile is named {name!r}", name, profiles))
    return profiles[name]
