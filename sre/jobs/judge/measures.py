"""What is measured of a tree, as numbers with names; what could not be measured says why, and is never 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tdeveloper.gates.quality.measures import Measured, Share
from tdeveloper.gates.quality.scan import QualityScan
from tdeveloper.gates.quality.score import score
from tdeveloper.gates.testing.claims import Outcome
from tdeveloper.gates.testing.scan import SuiteScan


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number; its name ends with its unit. `why` says why there is none."""

    name: str
    value: Decimal | int | None
    why: str | None = None


def of_quality(found: QualityScan) -> tuple[Measure, ...]:
    """The measures of the quality gate, its score and the points of each part."""
    rated, measured = score(found.measures), found.measures
    return (
        Measure(name="score_points", value=rated.value, why=rated.why),
        *(Measure(name=f"score_{part.name}_points", value=part.points, why=part.why) for part in rated.parts),
        Measure(name="python_file_count", value=found.python_file_count),
        Measure(name="code_line_count", value=measured.code_line_count),
        _measure("defects_per_1000_lines", measured.defects_per_1000_lines),
        _measure("complex_functions_per_1000_lines", measured.complex_functions_per_1000_lines),
        _measure("duplicated_ratio", measured.duplicated_ratio),
        _measure("annotated_ratio", measured.annotated_ratio),
    )


def of_suite(suite: SuiteScan) -> tuple[Measure, ...]:
    """The measures of the test gate: what the tests claim, and what was measured of their run from outside."""
    claims, ran, ended = suite.claimed, suite.measured, suite.ended.sentence
    coverage = None if claims is None else claims.coverage
    ratio = None if coverage is None else coverage.covered_ratio
    return (
        *(
            Measure(name=f"{outcome.value}_test_count", value=None if claims is None else claims.count(outcome))
            for outcome in Outcome
        ),
        Measure(name="covered_ratio", value=ratio, why=None if ratio is not None else _why_no_coverage(suite)),
        Measure(name="wall_seconds", value=None if ran is None else round(Decimal(ran.wall_seconds), 2), why=ended),
        Measure(
            name="cpu_seconds",
            value=None if ran is None or ran.cpu_seconds is None else round(Decimal(ran.cpu_seconds), 2),
        ),
        Measure(name="peak_memory_bytes", value=None if ran is None else ran.peak_memory_bytes),
    )


def _why_no_coverage(suite: SuiteScan) -> str:
    if suite.claimed is None or suite.claimed.coverage is None:
        return suite.ended.sentence
    return "there is no code that tests could cover"


def counts(named: Iterable[tuple[str, int]]) -> tuple[Measure, ...]:
    """Counts by their names."""
    return tuple(Measure(name=name, value=value) for name, value in named)


def _measure(name: str, measured: Measured) -> Measure:
    match measured:
        case Share(value=value):
            return Measure(name=name, value=value)
        case _:
            return Measure(name=name, value=None, why=measured.why)
