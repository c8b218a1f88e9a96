"""Load profiles: how many arrivals a second of which flow, for how long, after which warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errors import InputError
from slo.yaml_lines import read_documents

DEFAULT_FILE = Path(__file__).with_name("profiles.yaml")

# The flows of loadtests/locustfile.py: a profile names a rate for each.
FLOWS = ("health", "status", "pipeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile; the warm-up has its own numbers and is never part of a verdict."""

    name: str
    description: str
    warm_up_seconds: float
    duration_seconds: float
    arrivals_per_second: Mapping[str, float]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    warm_up_seconds: float = Field(ge=0, le=3600)
    duration_seconds: float = Field(gt=0, le=86_400)
    arrivals_per_second: dict[str, float]


def read_profiles(file: Path = DEFAULT_FILE) -> dict[str, Profile]:
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
        rates = spec.arrivals_per_second
        for flow in sorted(rates.keys() ^ set(FLOWS)):
            wrong = "unknown flow" if flow in rates else "is missing; write 0 to leave the flow out"
            problems.append(document.problem((name, "arrivals_per_second", flow), wrong))
        for flow, rate in rates.items():
            if not 0 <= rate <= 10_000:
                problems.append(
                    document.problem((name, "arrivals_per_second", flow), f"must be 0 to 10,000, not {rate}")
                )
        profiles[name] = Profile(name=name, **spec.model_dump())
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return profiles


def choose_profile(name: str, file: Path = DEFAULT_FILE) -> Profile:
    """The profile of that name.

    Raises InputError that lists the names there are.
    """
    profiles = read_profiles(file)
    if name not in profiles:
        raise InputError(f"--profile {name}: no such profile; there are {', '.join(sorted(profiles))}")
    return profiles[name]
