"""What a program reads of us: models with a version, written as JSON in which a number is a number.

A number stands as all of its digits, without an exponent: `Decimal("0.10")` is `0.10`, and 1e-7 is `0.0000001`. A moment is
ISO 8601 with its offset, a day is ISO 8601, a member of an enumeration is its value. Keys are the names of fields.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

_INDENT = 2


class Part(BaseModel):
    """One object within an output. Infinities and NaN are refused: JSON has none."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class Output(Part):
    """A whole output. The version rises when a key goes, or means something else; a new key leaves it as it is."""

    schema_version: int = 1


def to_json(output: Output) -> str:
    """One JSON object in ASCII, indented, with a line end. Raises ValueError for a moment without an offset."""
    return "".join(_written(output.model_dump(), 0)) + "\n"


def _written(value: Any, depth: int) -> Iterator[str]:
    match value:
        case Enum():
            yield from _written(value.value, depth)
        case None | bool() | str() | int():
            yield json.dumps(value)
        case Decimal():
            yield f"{value:f}"
        case float():
            # The shortest digits that are this number, as Python and JavaScript print it.
            yield f"{Decimal(repr(value)):f}"
        case datetime():
            yield json.dumps(_moment(value))
        case date():
            yield json.dumps(value.isoformat())
        case Mapping():
            pairs = cast("Mapping[str, Any]", value).items()
            yield from _listed("{", (_pair(key, each, depth + 1) for key, each in pairs), "}", depth)
        case tuple() | list():
            items = cast("Sequence[Any]", value)
            yield from _listed("[", (_written(each, depth + 1) for each in items), "]", depth)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _pair(key: str, value: Any, depth: int) -> Iterator[str]:
    yield f"{json.dumps(key)}: "
    yield from _written(value, depth)


def _listed(begin: str, parts: Iterator[Iterator[str]], end: str, depth: int) -> Iterator[str]:
    yield begin
    is_empty = True
    for part in parts:
        yield f"{'' if is_empty else ','}\n{' ' * (_INDENT * (depth + 1))}"
        yield from part
        is_empty = False
    yield end if is_empty else f"\n{' ' * (_INDENT * depth)}{end}"


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset: nobody can say when it was")
    return at.isoformat()
