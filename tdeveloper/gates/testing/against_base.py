"""A tree's tests beside those of the tree that it was made from: what passed there and is gone here, and the measures."""

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.findings.model import Finding, Severity
from tdeveloper.gates.testing.claims import ClaimedTest, Claims, Outcome, shortened

_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the tree's claims are above the base's. `covered_ratio` is None where one of them has no coverage."""

    passed_count: int
    covered_ratio: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "passed_count": self.passed_count,
            "covered_ratio": None if self.covered_ratio is None else float(self.covered_ratio),
        }


def change_of(now: Claims, base: Claims) -> Change:
    """What has changed in what is claimed."""
    ratios = [None if each.coverage is None else each.coverage.covered_ratio for each in (now, base)]
    return Change(
        passed_count=now.count(Outcome.PASSED) - base.count(Outcome.PASSED),
        covered_ratio=None if ratios[0] is None or ratios[1] is None else ratios[0] - ratios[1],
    )


def vanished(now: Claims, base: Claims, *, unread: Set[str], is_base_whole: bool) -> tuple[Finding, ...]:
    """A finding for each test that passed in the base, and is skipped here, expected to fail, or not there.

    Of high severity when fewer tests pass than did, or nobody knows how many did: else others may have taken their place. What
    is in a file that is `unread` or could not be imported is left out: that is named already.
    """
    known = {each.name: each for each in now.tests}
    closed = unread | {each.path for each in now.tests if each.is_module and each.outcome is Outcome.ERROR}
    fell = not is_base_whole or now.count(Outcome.PASSED) < base.count(Outcome.PASSED)
    found: list[Finding] = []
    for test in base.tests:
        if test.outcome is not Outcome.PASSED or test.path in closed:
            continue
        how = _how(known.get(test.name))
        if how is not None:
            found.append(_finding(test, how, Severity.HIGH if fell else Severity.MEDIUM))
    return tuple(found)


def _how(now: ClaimedTest | None) -> str | None:
    if now is None:
        return "is not there"
    return {Outcome.SKIPPED: "is skipped", Outcome.XFAILED: "is expected to fail"}.get(now.outcome)


def _finding(test: ClaimedTest, how: str, severity: Severity) -> Finding:
    return Finding(
        tool="pytest", rule="vanished", severity=severity, confidence=Severity.HIGH.value, path=test.path,
        # Its line is the base's.
        line=0, message=f"{shortened(test.name, _NAME_CHARACTERS)}: passed in the base, and {how} now",
    )  # fmt: skip
