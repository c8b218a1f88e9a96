"""Findings that somebody answers for until a day: which of a change's findings they hold for, and which of them hold no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.findings.comparison import Compared
from foundation.findings.fingerprints import FingerprintedFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One entry of the file of accepted findings: who answers for a finding, why, and through which day.

    `rule` and `path` are for people; where they are given, the finding must have them. `line` is the entry's own, in the file.
    """

    fingerprint: str
    reason: str
    owner: str
    expires_on: date
    rule: str | None = None
    path: str | None = None
    line: int

    def holds_on(self, today: date) -> bool:
        """True through its last day."""
        return today <= self.expires_on

    def is_about(self, found: FingerprintedFinding) -> bool:
        """True for the finding of its fingerprint, unless it names another rule or path than that has."""
        return (
            found.fingerprint == self.fingerprint
            and self.rule in (None, found.finding.rule)
            and self.path in (None, found.finding.path)
        )

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON-ready data."""
        return {
            "fingerprint": self.fingerprint,
            "reason": self.reason,
            "owner": self.owner,
            "expires_on": self.expires_on.isoformat(),
            "rule": self.rule,
            "path": self.path,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A finding and the entry that has its fingerprint; `is_new` since the base, or without one."""

    found: FingerprintedFinding
    acceptance: Acceptance
    is_new: bool

    def to_dict(self) -> dict[str, Any]:
        """Both as JSON-ready data."""
        return {"finding": self.found.to_dict(), "acceptance": self.acceptance.to_dict(), "is_new": self.is_new}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """Every finding of now once, as `blocking`, `old` or `accepted`; the rest names entries that need a person.

    `expired` entries hold no more and `mismatched` ones name another rule or path: the findings of both are as if there were no
    entry. `unused` entries have no finding.
    """

    blocking: tuple[FingerprintedFinding, ...]
    old: tuple[FingerprintedFinding, ...]
    accepted: tuple[Answered, ...]
    expired: tuple[Answered, ...]
    mismatched: tuple[Answered, ...]
    unused: tuple[Acceptance, ...]


def accept(compared: Compared, acceptances: Iterable[Acceptance], today: date) -> Accepting:
    """Which new findings block, and what the entries do; `today` is the day in UTC.

    A finding that the base has never blocks, whatever became of its entry. An entry whose finding stands in a file that could
    not be read is not called unused.
    """
    entries = {each.fingerprint: each for each in acceptances}
    answered: list[Answered] = []
    for found, is_new in (*((each, True) for each in compared.new), *((each, False) for each in compared.old)):
        entry = entries.get(found.fingerprint)
        if entry is not None:
            answered.append(Answered(found=found, acceptance=entry, is_new=is_new))
    mismatched = tuple(each for each in answered if not each.acceptance.is_about(each.found))
    about = [each for each in answered if each.acceptance.is_about(each.found)]
    accepted = tuple(each for each in about if each.acceptance.holds_on(today))
    held = {each.found.fingerprint for each in accepted}
    there = {each.fingerprint for each in (*compared.new, *compared.old, *compared.unseen)}
    return Accepting(
        blocking=tuple(each for each in compared.new if each.fingerprint not in held),
        old=tuple(each for each in compared.old if each.fingerprint not in held),
        accepted=accepted,
        expired=tuple(each for each in about if not each.acceptance.holds_on(today)),
        mismatched=mismatched,
        unused=tuple(each for each in entries.values() if each.fingerprint not in there),
    )
