"""How a change stands before one gate: what is new, what was there, what is accepted, and what nobody could look at.

What a gate makes of it, its outcome, stays with the gate.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from foundation.findings.accepted import Acceptance, Answered, accept
from foundation.findings.comparison import compare
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Severity, Suppression, Unread

# As bandit ranks them: https://github.com/PyCQA/bandit/blob/main/bandit/core/constants.py
_RANKS = (Severity.UNDEFINED, Severity.LOW, Severity.MEDIUM, Severity.HIGH)


class _JsonReady(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that ran, as it calls itself, and its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What the tools of one gate said of one tree; `tools` are all that ran, also those that found nothing.

    `findings` are all of them: whoever leaves one out names its file in `unread`, or a change could hide behind others.
    """

    tools: tuple[Tool, ...]
    findings: tuple[FingerprintedFinding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Every finding of now is once in `new`, `old` or `accepted`, and each gap in `unread_new` or `unread_old`.

    `new` is what may block. `gone` and `unseen` are findings of the base; without one (`has_base`) there are none. `expired`,
    `mismatched` and `unused` are entries of the file of accepted findings that need a person.
    """

    gate: str
    tools: tuple[Tool, ...]
    has_base: bool
    new: tuple[FingerprintedFinding, ...]
    old: tuple[FingerprintedFinding, ...]
    accepted: tuple[Answered, ...]
    gone: tuple[FingerprintedFinding, ...]
    unseen: tuple[FingerprintedFinding, ...]
    expired: tuple[Answered, ...]
    mismatched: tuple[Answered, ...]
    unused: tuple[Acceptance, ...]
    unread_new: tuple[Unread, ...]
    unread_old: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]

    def blocking(self, severity_at_least: Severity) -> tuple[FingerprintedFinding, ...]:
        """The new findings of a severity or a higher one; one without a severity (`UNDEFINED`) is below all others."""
        least = _RANKS.index(severity_at_least)
        return tuple(each for each in self.new if _RANKS.index(each.finding.severity) >= least)

    @property
    def is_inconclusive(self) -> bool:
        """True when something could not be looked at in which the change may have brought a finding."""
        return bool(self.unread_new)

    def to_dict(self, *, most_listed: int) -> dict[str, Any]:
        """The standing as JSON-ready data: at most so many of each kind, and the count of all."""
        kinds: dict[str, Sequence[_JsonReady]] = {
            "new": self.new,
            "old": self.old,
            "accepted": self.accepted,
            "gone": self.gone,
            "unseen": self.unseen,
            "expired": self.expired,
            "mismatched": self.mismatched,
            "unused": self.unused,
            "unread_new": self.unread_new,
            "unread_old": self.unread_old,
            "suppressions": self.suppressions,
        }
        counts = {f"{kind}_count": len(all_of_it) for kind, all_of_it in kinds.items()}
        lists = {kind: [each.to_dict() for each in all_of_it[:most_listed]] for kind, all_of_it in kinds.items()}
        return {"gate": self.gate, "has_base": self.has_base, **counts, **lists}


def standing_of(
    gate: str,
    now: Scanned,
    base: Scanned | None,
    *,
    acceptances: Iterable[Acceptance],
    today: date,
    is_same_file: Callable[[str], bool],
) -> Standing:
    """How a tree stands beside its base, or by itself (None).

    `acceptances` come from the base's own file, `today` is the day in UTC, and `is_same_file` says whether a path holds the
    same bytes in both trees; it is asked only about what neither could read.
    """
    compared = compare(now.findings, None if base is None else base.findings, now.unread)
    accepting = accept(compared, acceptances, today)
    unread_new, unread_old = unread_since(now.unread, None if base is None else base.unread, is_same_file)
    return Standing(
        gate=gate,
        tools=now.tools,
        has_base=base is not None,
        new=accepting.blocking,
        old=accepting.old,
        accepted=accepting.accepted,
        gone=compared.gone,
        unseen=compared.unseen,
        expired=accepting.expired,
        mismatched=accepting.mismatched,
        unused=accepting.unused,
        unread_new=unread_new,
        unread_old=unread_old,
        suppressions=now.suppressions,
    )


def unread_since(
    now: Iterable[Unread], base: Iterable[Unread] | None, is_same_file: Callable[[str], bool]
) -> tuple[tuple[Unread, ...], tuple[Unread, ...]]:
    """What could not be read, as new and old.

    Old is what the base could not read for the same reason and holds the same bytes in both trees: whatever would be found in
    it, the change did not bring it. All else is new, since the change may have.
    """
    before = set[Unread]() if base is None else set(base)
    new: list[Unread] = []
    old: list[Unread] = []
    for each in now:
        (old if each in before and is_same_file(each.path) else new).append(each)
    return tuple(new), tuple(old)
