"""Reads a file of traffic profiles; every problem is reported at once, each with its line and key."""

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, create_model

from foundation.costs.service_traffic import ServiceTraffic, of_profile
from foundation.costs.traffic import Fixed, PerUnit, Profile
from foundation.errors import InputError
from foundation.files.documents import Document, yaml_documents
from foundation.files.explaining import shown, with_hint
from foundation.files.forms import Number
from foundation.files.yaml_tree import Node

_HOURS_A_WEEK = 168
# One after another, each like the next.
_MOST_LIKE = 100
_Quantity = Annotated[Number, Field(ge=0, le=10**12)]

# As many as the option of this name takes.
_PerDay = Annotated[Number, Field(ge=0, le=10**7)]


def read_traffic(file: Path, *, unit: str) -> dict[str, ServiceTraffic]:
    """Every profile of a file; `like` names another, whose values hold where a profile says nothing.

    A profile is by the resources of a service, or of a whole platform, or both. `unit` is what the service calls one unit of its
    work. Raises InputError with every quantity that is missing, unknown, no number or less than nothing.
    """
    profiles: dict[str, ServiceTraffic] = {}
    with yaml_documents(file) as found:
        document = found.only("profiles by their names, each with its quantities")
        document.expand({})
        names = document.names()
        wrong = _fill_from_bases(document, names)
        for name in (each for each in names if each not in wrong):
            keys = _mapping(document.root, name)
            is_of_resources = "resources" in keys and not keys.keys() & {"per_unit", "fixed"}
            entry = document.read(_OfResources if is_of_resources else _Entry, (name,))
            if entry is None:
                continue
            platform = None
            if not is_of_resources:
                for path, said in _contradictions(entry):
                    document.problem((name, *path), said)
                platform = _profile(name, entry, unit)
            profiles[name] = _traffic(name, entry, unit, platform)
    return profiles


def read_profiles(file: Path, *, unit: str) -> dict[str, Profile]:
    """The profiles of a file that are of a whole platform. Raises InputError as `read_traffic` does."""
    found = read_traffic(file, unit=unit).items()
    return {name: each.platform for name, each in found if each.platform is not None}


def chosen_traffic(name: str | None, file: Path, unit: str) -> ServiceTraffic:
    """The profile of this name, or the only one of a file. Raises InputError naming those that there are."""
    profiles = read_traffic(file, unit=unit)
    if name is None:
        if len(profiles) != 1:
            raise InputError(f"{file}: it has {', '.join(profiles)}; say which by --traffic-profile")
        return next(iter(profiles.values()))
    if name not in profiles:
        raise InputError(with_hint(f"{file}: no profile is named {name!r}", name, profiles))
    return profiles[name]


def choose_profile(name: str, file: Path, *, unit: str) -> Profile:
    """One profile of a whole platform. Raises InputError naming those that there are."""
    found = chosen_traffic(name, file, unit)
    if found.platform is None:
        raise InputError(
            f"{file}: the profile {name!r} is by resources; it is for the resources of a service, by --service or --template"
        )
    return found.platform


def _half(kind: Any) -> Any:
    """One half of a profile as a file has it: the same names, no others, and no quantity below nothing."""
    fields: dict[str, Any] = {
        each.name: (_Quantity if each.type is Decimal else each.type, ...) for each in dataclasses.fields(kind)
    }
    return create_model(kind.__name__, __config__=ConfigDict(extra="forbid"), **fields)


_Entry: Any = create_model(
    "Profile",
    __config__=ConfigDict(extra="forbid"),
    about=(str, ...),
    units_per_day=(_PerDay, ...),
    model=(str, ...),
    like=(str | None, None),
    per_unit=(_half(PerUnit), ...),
    fixed=(_half(Fixed), ...),
    resources=(dict[str, dict[str, _Quantity]], {}),
)
_OfResources: Any = create_model(
    "Profile",
    __config__=ConfigDict(extra="forbid"),
    about=(str, ...),
    units_per_day=(_PerDay, ...),
    like=(str | None, None),
    resources=(dict[str, dict[str, _Quantity]], ...),
)


def _traffic(name: str, entry: Any, unit: str, platform: Profile | None) -> ServiceTraffic:
    return ServiceTraffic(
        name=name,
        about=entry.about,
        units_per_day=entry.units_per_day,
        unit=unit,
        resources={
            label: {key: of_profile(name, label, key, value) for key, value in numbers.items()}
            for label, numbers in entry.resources.items()
        },
        platform=platform,
    )


def _profile(name: str, entry: Any, unit: str) -> Profile:
    return Profile(
        name=name,
        about=entry.about,
        units_per_day=entry.units_per_day,
        model=entry.model,
        per_unit=PerUnit(**dict(entry.per_unit)),
        fixed=Fixed(**dict(entry.fixed)),
        unit=unit,
    )


def _contradictions(entry: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Quantities that cannot be true together, with their keys."""
    cached, prompt = entry.per_unit.cache_read_tokens, entry.per_unit.input_tokens
    if cached > prompt:
        yield (
            ("per_unit", "cache_read_tokens"),
            f"is {cached:f} of the {prompt:f} input_tokens: no more than those can be cached",
        )
    if entry.fixed.load_hours_a_week > _HOURS_A_WEEK:
        yield ("fixed", "load_hours_a_week"), f"is {entry.fixed.load_hours_a_week:f}, and a week has {_HOURS_A_WEEK}"


def _fill_from_bases(document: Document, names: tuple[str, ...]) -> frozenset[str]:
    """Put into every profile what the one that it is like says where it says nothing, with the line where that stands.

    Those that are like none that there is: what they lack is no problem of theirs.
    """
    done: set[str] = set()
    wrong: set[str] = set()

    def fill(name: str, above: tuple[str, ...]) -> None:
        mine = _mapping(document.root, name)
        base = mine.get("like", Node(line=0)).value
        if name in done or base is None:
            return
        if not isinstance(base, str) or base not in names or base in (*above, name):
            others = [each for each in names if each not in (*above, name)]
            said = base if isinstance(base, str) else shown(mine["like"].data())
            document.problem((name, "like"), with_hint(f"{said} is no other profile of this file", said, others))
            wrong.add(name)
            done.add(name)
            return
        if len(above) >= _MOST_LIKE:
            document.problem((name, "like"), f"more than {_MOST_LIKE} profiles are like one another here; write it out")
            wrong.add(name)
            done.add(name)
            return
        fill(base, (*above, name))
        # Once: of a chain of them each would else be filled again for every one that is like it.
        done.add(name)
        if base in wrong:
            wrong.add(name)
            return
        for key, value in _mapping(document.root, base).items():
            if key in mine and key in ("per_unit", "fixed", "resources"):
                half = mine[key].value
                if isinstance(half, dict) and isinstance(value.value, dict):
                    mine[key].value = {**value.value, **half}
            elif key != "like":
                mine.setdefault(key, value)

    for name in names:
        fill(name, ())
    return frozenset(wrong)


def _mapping(root: Node, name: str) -> dict[str, Node]:
    """The keys of one profile; none where it is no mapping, which is for its form to say."""
    entries = root.value if isinstance(root.value, Mapping) else {}
    entry = entries[name].value if name in entries else None
    return entry if isinstance(entry, dict) else {}
