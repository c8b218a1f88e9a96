"""GitHub's workflows and actions in a tree, as zizmor judges them: what an attacker could do by a pull request or a comment.

They are copied under names of our own, so that no configuration of the tree is read; comments that ask zizmor to look away
are shown and obeyed by nobody. It works offline: what only GitHub knows, such as whether a tag has moved, is not asked.
"""

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, cast

from foundation.findings.model import Finding, Severity, Suppression, Unread
from tdeveloper.gates import source_files
from tdeveloper.gates.batches import in_batches
from tdeveloper.gates.tool import Broke, Trouble, find_tool, run_tool

TOOL = "zizmor"
_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {"Informational": Severity.LOW, "Low": Severity.LOW, "Medium": Severity.MEDIUM, "High": Severity.HIGH}
)
_YAML = frozenset({".yml", ".yaml"})
_IGNORE = re.compile(r"#\s*zizmor\s*:\s*ignore\b", re.IGNORECASE)
_MESSAGE_CHARACTERS = 300
# `--strict-collection` makes what cannot be read an error, where zizmor would pass over it with a warning.
_OPTIONS = (
    "--offline", "--no-config", "--no-ignores", "--strict-collection", "--no-progress", "--no-exit-codes",
    "--color", "never", "--persona", "regular", "--format", "json-v1",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is looked at; what is beyond is named as not read."""

    file_count: int = 2_000
    file_bytes: int = 1024 * 1024
    scan_seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowScan:
    """What is found in workflows and actions, what could not be read as one, and the comments that ask to look away."""

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]
    file_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    name: str
    copy: str


def scan(
    root: Path,
    bounds: Bounds | None = None,
    *,
    program: Path | None = None,
    now_seconds: Callable[[], float] = time.monotonic,
) -> WorkflowScan:
    """Look at every workflow and action under `root`. Raises PlatformError when zizmor is not installed."""
    bounds = bounds or Bounds()
    ends_at_seconds = now_seconds() + bounds.scan_seconds
    with tempfile.TemporaryDirectory(prefix="workflows-") as directory:
        copies = Path(directory).resolve()
        taken = _taken(root, copies, bounds)
        if not taken.files:
            return WorkflowScan(findings=(), unread=tuple(taken.unread), suppressions=(), file_count=0)
        zizmor = program or find_tool(TOOL)

        def run(batch: tuple[_Copy, ...]) -> list[Finding] | Broke:
            ran = run_tool(
                TOOL,
                [str(zizmor), *_OPTIONS, "--", *(each.copy for each in batch)],
                cwd=copies,
                seconds=ends_at_seconds - now_seconds(),
            )
            return ran if isinstance(ran, Broke) else _read(ran.stdout, {each.copy: each.name for each in batch})

        batches = in_batches(taken.files, run)
    # Most often it is no YAML, or no workflow: zizmor's own words for that have scratch paths in them.
    unread = [
        *taken.unread,
        *(
            Unread(path=each.name, why=f"cannot be read as a workflow or an action: {why}")
            for each, why in batches.unread
        ),
    ]
    findings = [finding for _, answer in batches.answers for finding in answer]
    return WorkflowScan(
        findings=tuple(sorted(findings, key=_order)),
        unread=tuple(sorted(unread, key=lambda each: each.path)),
        suppressions=tuple(taken.suppressions),
        file_count=len(taken.files),
    )


class _Taken:
    def __init__(self) -> None:
        self.files: list[_Copy] = []
        self.unread: list[Unread] = []
        self.suppressions: list[Suppression] = []


def _taken(root: Path, copies: Path, bounds: Bounds) -> _Taken:
    """Copy what is a workflow or an action by its name, in the order of names."""
    taken = _Taken()
    for path in source_files.entries_of(root):
        name = path.relative_to(root).as_posix()
        kind = _kind(name)
        if kind is None:
            continue
        if not source_files.is_regular(path):
            taken.unread.append(Unread(path=name, why="is not a regular file"))
        elif len(taken.files) >= bounds.file_count:
            why = f"is beyond the {bounds.file_count:,} workflows and actions that are looked at"
            taken.unread.append(Unread(path=name, why=why))
        elif path.lstat().st_size > bounds.file_bytes:
            taken.unread.append(
                Unread(path=name, why=f"has more than the {bounds.file_bytes:,} bytes that are looked at")
            )
        else:
            data = path.read_bytes()
            copy = f"{len(taken.files):06d}/{kind}"
            (copies / copy).parent.mkdir(parents=True)
            (copies / copy).write_bytes(data)
            taken.files.append(_Copy(name=name, copy=copy))
            taken.suppressions += _ignores(name, data)
    return taken


def _kind(name: str) -> str | None:
    """Where zizmor takes a file of this name for what it is; None for what is neither."""
    path = PurePosixPath(name.casefold())
    if path.suffix not in _YAML:
        return None
    if path.parts[-3:-1] == (".github", "workflows"):
        return ".github/workflows/workflow.yml"
    return "action.yml" if path.stem == "action" else None


def _ignores(name: str, data: bytes) -> Iterator[Suppression]:
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if _IGNORE.search(line):
            yield Suppression(tool=TOOL, path=name, line=number)


def _read(stdout: bytes, names: Mapping[str, str]) -> list[Finding] | Broke:
    try:
        return [_finding(each, names) for each in cast("Iterable[Mapping[str, Any]]", json.loads(stdout))]
    except (ValueError, TypeError, KeyError, StopIteration, RecursionError):
        return Broke(why=f"{TOOL}: wrote what cannot be read", trouble=Trouble.CRASHED)


def _finding(data: Mapping[str, Any], names: Mapping[str, str]) -> Finding:
    primary = next(each for each in data["locations"] if each["symbolic"]["kind"] == "Primary")
    return Finding(
        tool=TOOL,
        rule=str(data["ident"]),
        severity=_SEVERITIES[data["determinations"]["severity"]],
        confidence=str(data["determinations"]["confidence"]).upper(),
        path=names[primary["symbolic"]["key"]["Local"]["verbatim_path"]],
        # zizmor counts rows from 0.
        line=int(primary["concrete"]["location"]["start_point"]["row"]) + 1,
        message=f"{data['desc']}: {primary['symbolic']['annotation']}"[:_MESSAGE_CHARACTERS],
    )


def _order(finding: Finding) -> tuple[int, str, int, str, str]:
    return list(Severity).index(finding.severity), finding.path, finding.line, finding.rule, finding.message
