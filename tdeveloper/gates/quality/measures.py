"""What is measured of a tree: counts, each with what it is a count of. What is not measured says why, and is never 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from foundation.findings.model import Severity
from tdeveloper.gates.quality.annotations import Annotated
from tdeveloper.gates.quality.code_files import CodeFile
from tdeveloper.gates.quality.duplication import Duplication
from tdeveloper.gates.quality.looked import Looked
from tdeveloper.gates.tool import Broke

_PER_LINES = 1_000
_PLACES = Decimal("0.0001")
_DEFECTS = frozenset({Severity.HIGH, Severity.MEDIUM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count of things for every `per` of `of_count` things; `of_count` is more than 0."""

    count: int
    of_count: int
    per: int = 1

    @property
    def value(self) -> Decimal:
        """The ratio, or the rate, to four places."""
        return (Decimal(self.count) * self.per / self.of_count).quantize(_PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """There is nothing that could be measured, such as the annotations of a tree without functions."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """There is something to measure, and it could not be measured."""

    why: str


Measured = Share | Absent | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures of a tree. Each is over the files that its tool looked at; the scan's `unread` names the others.

    Defects are ruff's findings of high and medium severity. A line of code has more on it than a comment or nothing.
    """

    code_line_count: int
    defects_per_1000_lines: Measured
    complex_functions_per_1000_lines: Measured
    duplicated_ratio: Measured
    annotated_ratio: Measured

    def to_dict(self) -> dict[str, Any]:
        """The measures as JSON-ready data."""
        return {
            "code_line_count": self.code_line_count,
            "defects_per_1000_lines": _to_dict(self.defects_per_1000_lines),
            "complex_functions_per_1000_lines": _to_dict(self.complex_functions_per_1000_lines),
            "duplicated_ratio": _to_dict(self.duplicated_ratio),
            "annotated_ratio": _to_dict(self.annotated_ratio),
        }


def measure(
    files: list[CodeFile], defects: Looked, complexity: Looked, duplication: Duplication | Broke, annotated: Annotated
) -> Measures:
    """The measures of what each tool looked at among all files of Python."""
    modules = [file for file in files if not file.is_notebook]
    # A file that could be parsed in part has findings, and no lines that they could be a rate of.
    looked_at = {file.name for file in defects.files}
    defect_count = sum(each.severity in _DEFECTS and each.path in looked_at for each in defects.findings)
    return Measures(
        code_line_count=_code_lines(files),
        defects_per_1000_lines=_per_lines(defect_count, files, defects.files),
        complex_functions_per_1000_lines=_per_lines(len(complexity.findings), modules, complexity.files),
        duplicated_ratio=_duplicated(modules, duplication),
        annotated_ratio=_annotated(annotated),
    )


def _per_lines(count: int, files: Iterable[CodeFile], looked_at: Iterable[CodeFile]) -> Measured:
    line_count = _code_lines(looked_at)
    if line_count:
        return Share(count=count, of_count=line_count, per=_PER_LINES)
    return Unknown(why="no file could be looked at") if _code_lines(files) else _no_code()


def _duplicated(modules: list[CodeFile], duplication: Duplication | Broke) -> Measured:
    line_count = sum(file.line_count for file in modules)
    if not line_count:
        return _no_code()
    match duplication:
        case Broke(why=why):
            return Unknown(why=why)
        case Duplication(duplicated_line_count=count):
            return Share(count=count, of_count=line_count)


def _annotated(annotated: Annotated) -> Measured:
    if annotated.place_count:
        return Share(count=annotated.annotated_count, of_count=annotated.place_count)
    if annotated.unread:
        return Unknown(why="no file with a function could be parsed")
    return Absent(why="there is no place for an annotation")


def _code_lines(files: Iterable[CodeFile]) -> int:
    return sum(file.code_line_count for file in files)


def _no_code() -> Absent:
    return Absent(why="there is no line of Python")


def _to_dict(measured: Measured) -> dict[str, Any]:
    match measured:
        case Share():
            return {"value": float(measured.value), "count": measured.count, "of_count": measured.of_count}
        case Absent(why=why) | Unknown(why=why):
            return {"value": None, "why": why}
        case _:
            assert_never(measured)
