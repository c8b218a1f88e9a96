"""What a finding is told by from one commit to the next: its tool, rule and path, and the text of its line; never its number."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from foundation.findings.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintedFinding:
    """A finding, and the 64 hexadecimal digits that it has in every commit in which it is the same one."""

    finding: Finding
    fingerprint: str

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready data, with its fingerprint."""
        return {**self.finding.to_dict(), "fingerprint": self.fingerprint}


def fingerprinted(
    findings: Iterable[Finding], lines_of: Callable[[str], Sequence[str]]
) -> tuple[FingerprintedFinding, ...]:
    """The findings of one tree in the order of paths and lines, whatever order they come in.

    `lines_of` is asked once a path for its lines as the tools count them, and answers none for what has no lines. White space
    of a line counts as one blank or, at its ends, as nothing; case counts. Findings that are equal in all of this are numbered
    in the order of their lines. A line below 1 is the whole file. A line that the file does not have is told by its number:
    what cannot be looked at must not pass for what was there before.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made: list[FingerprintedFinding] = []
    path, place_of = "", partial(_place, [], {})
    for finding in sorted(findings, key=_order):
        if not made or finding.path != path:
            path, place_of = finding.path, partial(_place, lines_of(finding.path), {})
        told_by = (finding.tool, finding.rule, finding.path, place_of(finding.line))
        # JSON in ASCII keeps the parts apart, whatever they hold, and has every half of a character.
        text = json.dumps([*told_by, seen[told_by]])
        seen[told_by] += 1
        made.append(FingerprintedFinding(finding=finding, fingerprint=hashlib.sha256(text.encode()).hexdigest()))
    return tuple(made)


def _order(finding: Finding) -> tuple[str, int, str, str, str, str, str]:
    return (
        finding.path, finding.line, finding.tool, finding.rule, finding.severity.value, finding.confidence, finding.message,
    )  # fmt: skip


def _place(lines: Sequence[str], known: dict[int, str], number: int) -> str:
    """What a line is told by; the text of one is looked at once, because it may be long and have many findings."""
    if number < 1:
        return "file"
    if number > len(lines):
        return f"number {number}"
    if number not in known:
        text = " ".join(lines[number - 1].split())
        known[number] = f"text {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
    return known[number]
