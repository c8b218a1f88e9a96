"""The quality gate over an unpacked source tree: four tools, what they found, what they could not look at, and the measures."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.findings.model import Finding, Severity, Suppression, Unread
from tdeveloper.gates.quality import annotations, complexity, duplication, ruff_check
from tdeveloper.gates.quality.bounds import Bounds
from tdeveloper.gates.quality.code_files import collect
from tdeveloper.gates.quality.measures import Measures, measure
from tdeveloper.gates.quality.score import score
from tdeveloper.gates.tool import Broke

_WHY_CHARACTERS = 200
# What could not be looked at as a whole is named so.
_WHOLE_TREE = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityScan:
    """What is known of a tree. The lists are bounded, most severe findings first; the counts are of all."""

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]
    count_by_severity: dict[str, int]
    unread_count: int
    suppression_count: int
    python_file_count: int
    measures: Measures

    def to_dict(self) -> dict[str, Any]:
        """The scan as JSON-ready data, with its score."""
        return {
            "python_file_count": self.python_file_count,
            "score": score(self.measures).to_dict(),
            "measures": self.measures.to_dict(),
            "findings_count": self.count_by_severity,
            "findings": [finding.to_dict() for finding in self.findings],
            "unread_count": self.unread_count,
            "unread": [unread.to_dict() for unread in self.unread],
            "suppressions_count": self.suppression_count,
            "suppressions": [suppression.to_dict() for suppression in self.suppressions],
        }


def scan(root: Path, bounds: Bounds | None = None, *, now_seconds: Callable[[], float] = time.monotonic) -> QualityScan:
    """Look at every file of Python under `root`; nothing in the tree changes what is looked at, or runs.

    Raises PlatformError when a tool is not installed.
    """
    bounds = bounds or Bounds()
    ends_at_seconds = now_seconds() + bounds.scan_seconds

    def is_time_over() -> bool:
        return now_seconds() > ends_at_seconds

    def seconds_left() -> float:
        return min(bounds.tool_seconds, ends_at_seconds - now_seconds())

    # Links on the way to it would give the tools two names for one file.
    with tempfile.TemporaryDirectory(prefix="quality-") as directory:
        scratch = Path(directory).resolve()
        copies, report = scratch / "code", scratch / "report"
        copies.mkdir()
        report.mkdir()
        collected = collect(root, copies, bounds, is_time_over)
        files = collected.files
        defects = ruff_check.check(files, copies, seconds_left)
        functions = complexity.check(files, copies, seconds_left, most=bounds.complexity)
        clones = duplication.check(files, copies, report, seconds_left)
        annotated = annotations.count(files, copies, is_time_over)
    findings = [*defects.findings, *functions.findings]
    unread = [*collected.unread, *defects.unread, *functions.unread, *annotated.unread]
    match clones:
        case Broke(why=why):
            unread.append(Unread(path=_WHOLE_TREE, why=why))
        case _:
            findings += clones.findings
    named = _named_once(unread)
    counted = Counter(finding.severity for finding in findings)
    return QualityScan(
        findings=tuple(sorted(findings, key=_order)[: bounds.listed_count]),
        unread=named[: bounds.listed_count],
        suppressions=tuple(collected.suppressions[: bounds.listed_count]),
        count_by_severity={severity.value: counted[severity] for severity in Severity},
        unread_count=len(named),
        suppression_count=len(collected.suppressions),
        python_file_count=len(files),
        measures=measure(files, defects, functions, clones, annotated),
    )


def _order(finding: Finding) -> tuple[int, str, int, str, str, str]:
    worst_first = list(Severity).index(finding.severity)
    return worst_first, finding.path, finding.line, finding.tool, finding.rule, finding.message


def _named_once(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    """Each file with the first reason, in the order of names: a file counts once."""
    first: dict[str, Unread] = {}
    for each in unread:
        first.setdefault(each.path, Unread(path=each.path, why=each.why[:_WHY_CHARACTERS]))
    return tuple(first[path] for path in sorted(first))
