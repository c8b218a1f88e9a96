"""The security gate: bandit and detect-secrets over an unpacked source tree, as libraries.

Its verdict is over what was looked at: whatever could not be parsed, decoded or reached within the bounds is named, and makes
the verdict inconclusive. The tree's own configuration (.bandit, .secrets.baseline) is never read, and its comments
(`# nosec`, `pragma: allowlist secret`) are shown and obeyed by nobody: a repository must not switch its own gate off.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

from foundation.findings.model import Finding, Severity, Suppression, Unread
from tdeveloper.gates import python_code, source_files
from tdeveloper.gates.leaked_secrets import SecretsSearch, allowlist_comments, secrets_search
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.source_files import Language, SourceFile

_WHY_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is looked at; what is beyond is named as not read. `listed_count` bounds what is named, never what is counted.

    `code_bytes` is the largest file that is parsed.
    """

    code_bytes: int = 1024 * 1024
    scan_seconds: float = 50.0
    listed_count: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityReport:
    """The gate's verdict and what it rests on; the lists are bounded, the counts are of all."""

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]
    count_by_severity: dict[str, int]
    unread_count: int
    suppression_count: int
    file_count: int
    python_file_count: int

    @property
    def outcome(self) -> GateOutcome:
        """Rejected when something of high severity was found; else passed only when everything was looked at."""
        if self.count_by_severity[Severity.HIGH.value]:
            return GateOutcome.REJECTED
        return GateOutcome.INCONCLUSIVE if self.unread_count else GateOutcome.PASSED

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {
            "outcome": self.outcome.value,
            "file_count": self.file_count,
            "python_file_count": self.python_file_count,
            "findings_count": self.count_by_severity,
            "findings": [finding.to_dict() for finding in self.findings],
            "unread_count": self.unread_count,
            "unread": [unread.to_dict() for unread in self.unread],
            "suppressions_count": self.suppression_count,
            "suppressions": [suppression.to_dict() for suppression in self.suppressions],
        }


def scan(
    root: Path, bounds: Bounds | None = None, *, now_seconds: Callable[[], float] = time.monotonic
) -> SecurityReport:
    """Run both tools over every file under `root`."""
    bounds = bounds or Bounds()
    with secrets_search() as secrets, tempfile.TemporaryDirectory(prefix="cells-") as scratch:
        scanning = _Scan(
            bounds=bounds,
            secrets=secrets,
            scratch=Path(scratch),
            now_seconds=now_seconds,
            ends_at_seconds=now_seconds() + bounds.scan_seconds,
        )
        for path in source_files.entries_of(root):
            scanning.take(path, path.relative_to(root).as_posix())
    return scanning.report()


class _OutOfTimeError(Exception):
    pass


@dataclass(slots=True, kw_only=True)
class _Scan:
    bounds: Bounds
    secrets: SecretsSearch
    scratch: Path
    now_seconds: Callable[[], float]
    ends_at_seconds: float
    findings: dict[Severity, list[Finding]] = field(
        default_factory=lambda: {severity: list[Finding]() for severity in Severity}
    )
    count_by_severity: Counter[Severity] = field(default_factory=Counter[Severity])
    unread: list[Unread] = field(default_factory=list[Unread])
    unread_count: int = 0
    last_unread: str = ""
    suppressions: list[Suppression] = field(default_factory=list[Suppression])
    suppression_count: int = 0
    file_count: int = 0
    python_file_count: int = 0

    def take(self, path: Path, name: str) -> None:
        """Look at one file with both tools."""
        self.file_count += 1
        if not source_files.is_regular(path):
            self._name_unread(name, "is not a regular file")
            return
        try:
            self._demand_time()
            file = source_files.read(path, name)
            self._search(file)
            self._demand_time()
            self._parse(file)
        except _OutOfTimeError:
            self._name_unread(name, f"the gate's {self.bounds.scan_seconds:g} s were over")

    def report(self) -> SecurityReport:
        return SecurityReport(
            findings=tuple(finding for severity in Severity for finding in self.findings[severity]),
            unread=tuple(self.unread),
            suppressions=tuple(self.suppressions),
            count_by_severity={severity.value: self.count_by_severity[severity] for severity in Severity},
            unread_count=self.unread_count,
            suppression_count=self.suppression_count,
            file_count=self.file_count,
            python_file_count=self.python_file_count,
        )

    def _search(self, file: SourceFile) -> None:
        for text in file.texts:
            for finding in self.secrets.findings(file.name, text, self._demand_time):
                self._find(finding)
        for suppression in allowlist_comments(file.name, file.texts[0]):
            self._show(suppression)
        if file.no_text is not None:
            self._name_unread(file.name, file.no_text)

    def _parse(self, file: SourceFile) -> None:
        match file.language:
            case Language.OTHER:
                return
            case Language.PYTHON | Language.NOTEBOOK | Language.PERHAPS_PYTHON if (
                file.size_bytes > self.bounds.code_bytes
            ):
                self._name_unread(
                    file.name, f"has more than the {self.bounds.code_bytes:,} bytes of code that are parsed"
                )
            case Language.PYTHON:
                self._check(file.path, file.name, is_certain=True)
            case Language.PERHAPS_PYTHON:
                self._check(file.path, file.name, is_certain=False)
            case Language.NOTEBOOK:
                self._parse_notebook(file)
            case _:
                assert_never(file.language)
        for suppression in python_code.nosec_comments(file.name, file.texts[0]):
            self._show(suppression)

    def _parse_notebook(self, file: SourceFile) -> None:
        code = python_code.code_of_notebook(file.texts[0])
        if code is None:
            self._name_unread(file.name, "cannot be read as a notebook of format 4")
            return
        for finding in self.secrets.findings(file.name, code, self._demand_time):
            self._find(finding)
        cells = self.scratch / "cells.py"
        # JSON can hold half a surrogate pair, which no encoding of Python has: it is then not parsed.
        cells.write_bytes(code.encode("utf-8", "surrogatepass"))
        self._check(cells, file.name, is_certain=True)

    def _check(self, path: Path, name: str, *, is_certain: bool) -> None:
        parsed = python_code.check_python(path, name)
        for finding in parsed.findings:
            self._find(finding)
        if parsed.is_python or is_certain:
            self.python_file_count += 1
            if parsed.trouble is not None:
                self._name_unread(name, parsed.trouble)

    def _demand_time(self) -> None:
        if self.now_seconds() > self.ends_at_seconds:
            raise _OutOfTimeError

    def _find(self, finding: Finding) -> None:
        self.count_by_severity[finding.severity] += 1
        if len(self.findings[finding.severity]) < self.bounds.listed_count:
            self.findings[finding.severity].append(finding)

    def _name_unread(self, name: str, why: str) -> None:
        if name == self.last_unread:  # the first reason is enough, and a file counts once
            return
        self.last_unread = name
        self.unread_count += 1
        if len(self.unread) < self.bounds.listed_count:
            self.unread.append(Unread(path=name, why=why[:_WHY_CHARACTERS]))

    def _show(self, suppression: Suppression) -> None:
        self.suppression_count += 1
        if len(self.suppressions) < self.bounds.listed_count:
            self.suppressions.append(suppression)
