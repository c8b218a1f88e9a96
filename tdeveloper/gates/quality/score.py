"""A score of 0 to 100 with its parts, and how it moved since a base. It is for a trend; no verdict rests on it.

A part's points fall by half with each doubling of what remains: 100 · h / (h + rate), where h is the rate that leaves 50. The
annotated share is its own points. The score is the mean of the parts by their weights (docs/quality-gate.md).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, assert_never

from tdeveloper.gates.quality.measures import Absent, Measured, Measures, Share, Unknown

_HUNDRED = Decimal(100)
_PLACES = Decimal("0.1")
# Weights, and the rates that leave half of the points.
DEFECTS_WEIGHT, DEFECTS_HALF = 40, Decimal(5)
COMPLEXITY_WEIGHT, COMPLEXITY_HALF = 20, Decimal(5)
DUPLICATION_WEIGHT, DUPLICATION_HALF = 20, Decimal("0.1")
ANNOTATIONS_WEIGHT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score: its points from 0 to 100, or None and why."""

    name: str
    weight: int
    points: Decimal | None
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The part as JSON-ready data."""
        return {"name": self.name, "weight": self.weight, "points": _number(self.points), "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score to one place, with its parts in a fixed order; None, and why, where it would be a guess."""

    value: Decimal | None
    parts: tuple[Part, ...]
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The score as JSON-ready data."""
        return {"value": _number(self.value), "why": self.why, "parts": [part.to_dict() for part in self.parts]}


class Direction(StrEnum):
    """Which way points went."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Points now and at the base; `difference` is None where one of them is."""

    name: str
    now: Decimal | None
    base: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Now less the base."""
        return None if self.now is None or self.base is None else self.now - self.base

    @property
    def direction(self) -> Direction:
        """More points are better."""
        match self.difference:
            case None:
                return Direction.UNKNOWN
            case difference if difference > 0:
                return Direction.BETTER
            case difference if difference < 0:
                return Direction.WORSE
            case _:
                return Direction.SAME

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON-ready data."""
        return {
            "name": self.name, "now": _number(self.now), "base": _number(self.base),
            "difference": _number(self.difference), "direction": self.direction.value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How the score and each of its parts moved since a base."""

    score: Change
    parts: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """The trend as JSON-ready data."""
        return {"score": self.score.to_dict(), "parts": [part.to_dict() for part in self.parts]}


def score(measures: Measures) -> Score:
    """The score of a tree. What is absent has no weight; what is unknown leaves no score, and so does a tree without code."""
    named = (
        ("defects", DEFECTS_WEIGHT, DEFECTS_HALF, measures.defects_per_1000_lines),
        ("complexity", COMPLEXITY_WEIGHT, COMPLEXITY_HALF, measures.complex_functions_per_1000_lines),
        ("duplication", DUPLICATION_WEIGHT, DUPLICATION_HALF, measures.duplicated_ratio),
        ("annotations", ANNOTATIONS_WEIGHT, None, measures.annotated_ratio),
    )
    parts = tuple(_part(name, weight, half, measured) for name, weight, half, measured in named)
    unknown = [name for name, _, _, measured in named if isinstance(measured, Unknown)]
    if unknown:
        return Score(value=None, parts=parts, why=f"could not be measured: {', '.join(unknown)}")
    if not measures.code_line_count:
        return Score(value=None, parts=parts, why="there is no line of Python")
    weighed = [(part.weight, part.points) for part in parts if part.points is not None]
    total = sum((weight * points for weight, points in weighed), Decimal(0))
    return Score(value=(total / sum(weight for weight, _ in weighed)).quantize(_PLACES), parts=parts)


def trend(now: Score, base: Score) -> Trend:
    """What moved from the base to now. Both are scores of the same formula, so their parts are in the same order."""
    return Trend(
        score=Change(name="score", now=now.value, base=base.value),
        parts=tuple(
            Change(name=part.name, now=part.points, base=before.points)
            for part, before in zip(now.parts, base.parts, strict=True)
        ),
    )


def _part(name: str, weight: int, half: Decimal | None, measured: Measured) -> Part:
    match measured:
        case Share(value=value):
            points = _HUNDRED * value if half is None else _HUNDRED * half / (half + value)
            return Part(name=name, weight=weight, points=points.quantize(_PLACES))
        case Absent(why=why) | Unknown(why=why):
            return Part(name=name, weight=weight, points=None, why=why)
        case _:
            assert_never(measured)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
