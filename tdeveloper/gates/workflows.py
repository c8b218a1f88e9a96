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
from typing import Any, cast

from foundation.findings.model import Finding, Severity, Suppression, Unread
from tdeveloper.gates import source_files
from tdeveloper.gates.batches import in_batches
from tdeveloper.gates.tool import Broke, Trouble, find_tool, run_tool

TOOL = "zizmor"
_SEVERITIES = {
    "Informational": Severity.LOW, "Low": Severity.LOW, "Medium": Severity.MEDIUM, "High": Severity.HIGH,
}  # fmt: skip
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
    unread = [*taken.unread, *(Unread(path=each.name, why=why) for each, why in batches.unread)]
    findings = [finding for _, answer in batches.answers for finding in answer]
    return WorkflowScan(
        findings=tuple(sorted(findings, key=_order)),
        unread=tuple(sorted(unread, key=lambda each: each.path)),
        suppressions=tuple(taken.suppressions),
        file_count=len(taken.files),
    )
