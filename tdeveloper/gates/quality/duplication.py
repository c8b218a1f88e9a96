"""Code that stands twice: jscpd over copies of a tree's files.

It compares every file with every other, so there is one answer for the tree, or none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from foundation.errors import InputError
from foundation.files.bounded import read_bytes
from foundation.findings.model import Finding, Severity
from tdeveloper.gates.quality.code_files import CodeFile
from tdeveloper.gates.quality.looked import SecondsLeft
from tdeveloper.gates.tool import Broke, Trouble, find_tool, run_tool

TOOL = "jscpd"
RULE = "clone"
_REPORT_BYTES = 128 * 1024 * 1024
# jscpd's own defaults, written down so that they are ours: a clone has at least so many tokens, and so many lines.
MIN_TOKENS = 50
MIN_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplication:
    """The clones, and the lines that a copy stands on; of n copies all but one count, as jscpd counts."""

    findings: tuple[Finding, ...]
    duplicated_line_count: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Place:
    name: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.name}:{self.start}-{self.end}"


def check(
    files: Sequence[CodeFile], copies: Path, report: Path, seconds_left: SecondsLeft, *, program: Path | None = None
) -> Duplication | Broke:
    """Look for clones in all files but notebooks; `report` is a directory that jscpd may write to."""
    modules = {file.copy: file for file in files if not file.is_notebook}
    if not modules:
        return Duplication(findings=(), duplicated_line_count=0)
    # jscpd takes what has another extension for another language, and looks in no file over a megabyte, unless told.
    command = [
        str(program or find_tool(TOOL)), "--reporters", "json", "--output", str(report), "--format", "python",
        "--formats-exts", "python:py,pyi", "--no-gitignore", "--max-size", "100mb", "--mode", "mild",
        "--min-tokens", str(MIN_TOKENS), "--min-lines", str(MIN_LINES), "--silent", "--no-tips", "--no-colors", ".",
    ]  # fmt: skip
    ran = run_tool(TOOL, command, cwd=copies, seconds=seconds_left())
    if isinstance(ran, Broke):
        return ran
    try:
        data = json.loads(read_bytes(report / "jscpd-report.json", most_bytes=_REPORT_BYTES))
        clones = sorted(_clone(each, modules) for each in data["duplicates"])
        line_count = int(data["statistics"]["total"]["duplicatedLines"])
    except (InputError, ValueError, TypeError, KeyError, RecursionError):
        return Broke(why=f"{TOOL}: wrote what cannot be read", trouble=Trouble.CRASHED)
    return Duplication(findings=tuple(_finding(*each) for each in clones), duplicated_line_count=line_count)


def _clone(data: Mapping[str, Any], modules: Mapping[str, CodeFile]) -> tuple[_Place, _Place, int]:
    """The two places of a clone, in the order of names whatever order it was found in, and its tokens."""
    first, second = sorted(_place(cast("Mapping[str, Any]", data[key]), modules) for key in ("firstFile", "secondFile"))
    return first, second, int(data["tokens"])


def _place(data: Mapping[str, Any], modules: Mapping[str, CodeFile]) -> _Place:
    return _Place(name=modules[data["name"]].name, start=int(data["start"]), end=int(data["end"]))


def _finding(first: _Place, second: _Place, token_count: int) -> Finding:
    # A copy runs as well as its original, so it decides nothing; the score counts it.
    return Finding(
        tool=TOOL,
        rule=RULE,
        severity=Severity.LOW,
        confidence="HIGH",
        path=second.name,
        line=second.start,
        message=f"{second.end - second.start + 1} lines ({token_count} tokens) are those of {first}",
    )
