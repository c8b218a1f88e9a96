"""What each gate makes of one tree, in the one form in which trees are compared: findings by fingerprint, gaps, and measures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from foundation.findings.fingerprints import fingerprinted
from foundation.findings.model import Finding, Suppression, Unread
from foundation.findings.standing import Scanned, Tool
from sre.jobs.judge.measures import Measure
from sre.jobs.judge.trees import Tree
from tdeveloper.gates import source_files
from tdeveloper.gates.testing.scan import SuiteScan

# A file of more is compared by the number of its lines: its findings are new when the lines above them change.
_MOST_LINES_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class GateScan:
    """What a gate made of a tree.

    `notes` say what is to be known beside the findings, and `doubts` why nothing that was not found
    proves anything, although every file was looked at; one that `is_broken` says nothing of the tree.
    `suite` is what the test gate made of it, for the tree beside it.
    """

    scanned: Scanned
    measures: tuple[Measure, ...]
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    is_broken: bool = False
    suite: SuiteScan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one tool, or several, said of a tree; `found_count` counts also what is not in `findings`."""

    tools: tuple[str, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...] = ()
    found_count: int | None = None
    unread_count: int | None = None


def scanned_of(tree: Tree, all_found: Iterable[Found], *, names_what_is_left_out: bool = True) -> Scanned:
    """What the tools of one gate said of a tree, with what no tool could look at because it is not in it."""
    tools: list[Tool] = []
    findings: list[Finding] = []
    unread = [each.unread for each in tree.left_out] if names_what_is_left_out else []
    suppressions: list[Suppression] = []
    for found in all_found:
        tools += [Tool(name=name, version=version(name)) for name in found.tools]
        findings += found.findings
        unread += found.unread
        suppressions += found.suppressions
        for count, listed, what in (
            (found.found_count, len(found.findings), "findings"), (found.unread_count, len(found.unread), "gaps"),
        ):  # fmt: skip
            if count is not None and count > listed:
                said = f"{' and '.join(found.tools)} told of {count:,} {what}, and {listed:,} are listed"
                unread.append(Unread(path=".", why=said))
    return Scanned(
        tools=tuple(tools),
        findings=fingerprinted(findings, lines_of(tree.root)),
        unread=tuple(dict.fromkeys(unread)),
        suppressions=tuple(suppressions),
    )


def lines_of(root: Path) -> Callable[[str], Sequence[str]]:
    """The lines of a file of a tree, as the tools number them; none of what is no file of it."""

    def lines(path: str) -> Sequence[str]:
        file = root / path
        try:
            if not source_files.is_regular(file) or file.stat().st_size > _MOST_LINES_BYTES:
                return ()
            return source_files.read(file, path).texts[0].split("\n")
        except OSError:
            return ()

    return lines
