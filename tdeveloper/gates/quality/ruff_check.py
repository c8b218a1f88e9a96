"""ruff over copies of a tree's files: the defects of our table, and the files that it cannot parse."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.batches import in_batches
from tdeveloper.gates.quality.code_files import CodeFile
from tdeveloper.gates.quality.defects import SEVERITY_BY_RULE
from tdeveloper.gates.quality.looked import Looked, SecondsLeft
from tdeveloper.gates.tool import Broke, Trouble, find_tool, run_tool

TOOL = "ruff"
# The newest that it knows, so that no syntax is an error for being new. Names in annotations are then looked up late, as Python
# does from 3.14 on.
_TARGET = "py315"
_MESSAGE_CHARACTERS = 300
_OPTIONS = (
    "check", "--isolated", "--no-cache", "--exit-zero", "--ignore-noqa", "--no-respect-gitignore", "--no-fix",
    "--output-format", "json", "--target-version", _TARGET, "--select", ",".join(("E902", *SEVERITY_BY_RULE)), "--",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Diagnostic:
    copy: str
    rule: str | None
    line: int
    column: int
    cell: int | None
    message: str


def check(files: Sequence[CodeFile], copies: Path, seconds_left: SecondsLeft, *, program: Path | None = None) -> Looked:
    """Look for defects in all files; a file that cannot be parsed, or that breaks ruff, is unread."""
    ruff = program or find_tool(TOOL)

    def run(batch: tuple[CodeFile, ...]) -> list[_Diagnostic] | Broke:
        ran = run_tool(TOOL, [str(ruff), *_OPTIONS, *(file.copy for file in batch)], cwd=copies, seconds=seconds_left())
        return ran if isinstance(ran, Broke) else _read(ran.stdout, copies, {file.copy for file in batch})

    batches = in_batches(files, run)
    by_copy = {file.copy: file for file in files}
    findings: list[Finding] = []
    unread = [Unread(path=file.name, why=why) for file, why in batches.unread]
    unparsed: set[str] = set()
    for each in sorted(
        (each for _, answer in batches.answers for each in answer),
        key=lambda each: (each.copy, each.cell or 0, each.line, each.column, each.rule or "", each.message),
    ):
        name = by_copy[each.copy].name
        severity = SEVERITY_BY_RULE.get(each.rule or "")
        if severity is not None:
            findings.append(_finding(name, each, severity))
        elif each.copy not in unparsed:
            # A syntax error, a file that cannot be read, a rule that broke: ruff has not looked at all of it.
            unparsed.add(each.copy)
            unread.append(Unread(path=name, why=f"{TOOL} cannot look at it: line {each.line}: {each.message}"))
    looked_at = (file for batch, _ in batches.answers for file in batch if file.copy not in unparsed)
    return Looked(findings=tuple(findings), unread=tuple(unread), files=tuple(looked_at))


def _finding(name: str, diagnostic: _Diagnostic, severity: Severity) -> Finding:
    where = f"cell {diagnostic.cell}: " if diagnostic.cell is not None else ""
    return Finding(
        tool=TOOL,
        rule=diagnostic.rule or "",
        severity=severity,
        confidence="HIGH",
        path=name,
        line=diagnostic.line,
        message=(where + diagnostic.message)[:_MESSAGE_CHARACTERS],
    )


def _read(stdout: bytes, copies: Path, known: set[str]) -> list[_Diagnostic] | Broke:
    try:
        found = [_diagnostic(each, copies) for each in cast("list[Mapping[str, Any]]", json.loads(stdout))]
        if all(each.copy in known for each in found):
            return found
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return Broke(why=f"{TOOL}: wrote what cannot be read", trouble=Trouble.CRASHED)


def _diagnostic(data: Mapping[str, Any], copies: Path) -> _Diagnostic:
    location = data["location"]
    return _Diagnostic(
        copy=Path(data["filename"]).relative_to(copies).as_posix(),
        rule=data["code"],
        line=int(location["row"]),
        column=int(location["column"]),
        cell=data["cell"],
        message=" ".join(str(data["message"]).split()),
    )
