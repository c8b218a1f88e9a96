"""Reads a file of traffic profiles; every problem is reported at once, each with its line and key."""

import dataclasses
from collections.abc import Hashable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, cast

import yaml
from pydantic import ConfigDict, Field, ValidationError, create_model

from foundation.costs.book import PriceError
from foundation.costs.traffic import Fixed, PerPipeline, Profile
from foundation.errors import InputError

_Path = tuple[Hashable, ...]


def read_profiles(file: Path) -> dict[str, Profile]:
    """Every profile of a file; `like` names another, whose values hold where a profile says nothing.

    Raises PriceError with every quantity that is missing, unknown, no number or less than nothing.
    """
    try:
        text = file.read_text(encoding="utf-8")
        root, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PriceError(f"{file}: cannot be read: {error}") from error
    if not isinstance(data, dict) or not data:
        raise PriceError(f"{file}: write profiles by their names, each with its quantities")
    entries, lines = cast("dict[str, Any]", data), _lines(root, ())
    found: dict[str, Profile] = {}
    problems: list[str] = []
    for name in entries:
        try:
            found[name] = _profile(name, _Entry.model_validate(_with_base(name, entries, ())))
        except _LikeError as error:
            problems.append(_problem(file, lines, (name, "like"), str(error)))
        except ValidationError as error:
            problems += [_problem(file, lines, (name, *each["loc"]), each["msg"].lower()) for each in error.errors()]
    if problems:
        raise PriceError("\n".join((f"{file} has problems:", *(f"  {each}" for each in problems))))
    return found


def choose_profile(name: str, file: Path) -> Profile:
    """One profile. Raises PriceError naming those that there are."""
    profiles = read_profiles(file)
    if name not in profiles:
        raise PriceError(f"{name}: no profile has this name; {file} has {', '.join(profiles)}")
    return profiles[name]


class _LikeError(InputError):
    """A profile that is like none that there is."""


_Quantity = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


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
    pipelines_per_day=(_Quantity, ...),
    model=(str, ...),
    like=(str | None, None),
    pipeline=(_half(PerPipeline), ...),
    fixed=(_half(Fixed), ...),
)


def _profile(name: str, entry: Any) -> Profile:
    return Profile(
        name=name,
        about=entry.about,
        pipelines_per_day=entry.pipelines_per_day,
        model=entry.model,
        pipeline=PerPipeline(**dict(entry.pipeline)),
        fixed=Fixed(**dict(entry.fixed)),
    )


def _with_base(name: str, entries: Mapping[str, Any], seen: tuple[str, ...]) -> Any:
    """An entry with what the one that it is like says where it says nothing."""
    entry: Any = entries[name]
    if not isinstance(entry, dict) or "like" not in entry:
        return cast("Any", entry)
    mine = cast("dict[str, Any]", entry)
    base = str(mine["like"])
    if base not in entries or base in (*seen, name):
        raise _LikeError(f"{base} is no other profile of this file")
    below = _with_base(base, entries, (*seen, name))
    if not isinstance(below, dict):
        raise _LikeError(f"{base} is no profile")
    merged = {**cast("dict[str, Any]", below), **mine}
    for half in ("pipeline", "fixed"):
        own, of_base = _as_dict(mine.get(half)), _as_dict(below.get(half))
        if own is not None and of_base is not None:
            merged[half] = {**of_base, **own}
    return merged


def _as_dict(value: Any) -> dict[str, Any] | None:
    """A half of an entry; an absent one is empty, and what is none is left to the check of the whole."""
    return {} if value is None else cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _lines(node: Any, path: _Path) -> dict[_Path, int]:
    """The line of each key, from 1, by its path."""
    found: dict[_Path, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, key.value)
            found[below] = key.start_mark.line + 1
            found |= _lines(value, below)
    return found


def _problem(file: Path, lines: Mapping[_Path, int], path: _Path, text: str) -> str:
    """File, line of the deepest key that exists, key, and what is wrong."""
    known = next((path[:length] for length in range(len(path), 0, -1) if path[:length] in lines), None)
    return f"{file}:{1 if known is None else lines[known]}: {'.'.join(map(str, path))}: {text}"
