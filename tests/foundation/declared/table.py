"""The table of one room: its numbers each with a reason, and what its forms and values declare.

A bound that AWS or OpenSLO sets has its source beside it; the others are ours, and whoever changes one changes a file format.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import ModuleType

SOME = {"min_length": 1}
PAID = {"ge": 0}
BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`constants` are the numbers at the top of each module; `forms` are the modules whose classes have bounds and defaults."""

    constants: Mapping[ModuleType, Mapping[str, object]] = field(default_factory=dict[ModuleType, Mapping[str, object]])
    forms: tuple[ModuleType, ...] = ()
    bounds: Mapping[str, Mapping[str, int | float | Decimal]] = field(
        default_factory=dict[str, Mapping[str, int | float | Decimal]]
    )
    defaults: Mapping[str, object] = field(default_factory=dict[str, object])


def nothing(text: str) -> dict[str, object]:
    """What is None when it is not given: a line a class, with its keys."""
    lines = (line.partition(":") for line in text.splitlines())
    return {f"{form}.{key}": None for form, _, keys in lines for key in keys.split()}
