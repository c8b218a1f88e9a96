"""Load profiles: how many arrivals a second of which flow, in which stages, after which warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from foundation.errors import InputError
from foundation.files.yaml_lines import read_documents
from loadtests.schedule import Schedule, Stage

# Plain reads and pipelines ask the API; the others speak to what has latencies of its own kind.
API_FLOWS = ("health", "status", "pipeline")
AGENT_FLOW = "agent"
PROGRESS_FLOW = "progress"
# What these send first is signed, so a target that is not ours refuses it before any load.
SIGNED_FLOWS = frozenset({"status", "pipeline", PROGRESS_FLOW})
FLOWS = (*API_FLOWS, PROGRESS_FLOW, AGENT_FLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile; the warm-up has its own numbers and is never part of a verdict. Rates are those of load 1."""

    name: str
    description: str
    schedule: Schedule
    arrivals_per_second: Mapping[str, float]

    @property
    def rate_rps(self) -> float:
        """Arrivals a second of all flows, at load 1."""
        return sum(self.arrivals_per_second.values())

    @property
    def duration_seconds(self) -> float:
        """How long it measures."""
        return self.schedule.total_seconds - self.schedule.warm_up_seconds


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(gt=0, le=86_400)
    load: float = Field(gt=0, le=1_000)


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    warm_up_seconds: float = Field(ge=0, le=3600)
    duration_seconds: float | None = Field(default=None, gt=0, le=86_400)
    stages: tuple[_Stage, ...] | None = Field(default=None, min_length=1, max_length=100)
    arrivals_per_second: dict[str, float]

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.duration_seconds is None) == (self.stages is None):
            raise ValueError("needs either duration_seconds or stages")
        return self

    def schedule(self) -> Schedule:
        stages = self.stages or (_Stage(seconds=self.duration_seconds or 1, load=1),)
        return Schedule(
            warm_up_seconds=self.warm_up_seconds,
            stages=tuple(Stage(seconds=stage.seconds, load=stage.load) for stage in stages),
        )


def read_profiles(file: Path) -> dict[str, Profile]:
    """Read every profile of a file, by name.

    Raises InputError with all problems and their lines.
    """
    documents = read_documents(file)
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        raise InputError(f"{file}: must be one YAML document, a mapping from names to profiles")
    document = documents[0]
    profiles: dict[str, Profile] = {}
    problems: list[str] = []
    for name, data in cast("dict[str, Any]", document.data).items():
        try:
            spec = _Spec.model_validate(data)
        except ValidationError as error:
            problems += [document.problem((name, *detail["loc"]), detail["msg"]) for detail in error.errors()]
            continue
        for flow, rate in spec.arrivals_per_second.items():
            where = (name, "arrivals_per_second", flow)
            if flow not in FLOWS:
                problems.append(document.problem(where, f"unknown flow; there are {', '.join(FLOWS)}"))
            elif not 0 <= rate <= 10_000:
                problems.append(document.problem(where, f"must be 0 to 10,000, not {rate}"))
        if not any(spec.arrivals_per_second.values()):
            problems.append(document.problem((name, "arrivals_per_second"), "no flow has a rate above 0"))
        rates = {flow: float(rate) for flow, rate in spec.arrivals_per_second.items() if rate}
        profiles[name] = Profile(
            name=name, description=spec.description, schedule=spec.schedule(), arrivals_per_second=rates
        )
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return profiles


def choose_profile(name: str, file: Path) -> Profile:
    """The profile of that name.

    Raises InputError that lists the names there are.
    """
    profiles = read_profiles(file)
    if name not in profiles:
        raise InputError(f"--profile {name}: no such profile; there are {', '.join(sorted(profiles))}")
    return profiles[name]
