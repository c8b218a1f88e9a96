"""What a run of tests says of itself. All of it comes from where the tests ran, so it is the repository's own claim."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from foundation.errors import InputError
from foundation.pages.escapes import terminal

MOST_TESTS = 100_000
_MESSAGE_CHARACTERS = 500
_NAME_CHARACTERS = 1_000
_DIGEST_CHARACTERS = 16
_PLACES = Decimal("0.0001")


class ClaimError(InputError):
    """A claim that cannot be read, or that contradicts itself, for this reason."""


class Outcome(Enum):
    """How a test ended, the worst first."""

    ERROR = "error"
    """Something around the test failed: its module could not be imported, its set-up or its end broke."""
    FAILED = "failed"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    """It failed, as it says that it would."""
    PASSED = "passed"

    @property
    def is_bad(self) -> bool:
        """Whether it is a finding."""
        return self in (Outcome.ERROR, Outcome.FAILED)


_WORST_FIRST = list(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTest:
    """A test by its `name`, as JUnit has it: class name, two colons, name. `line` counts from 1; 0 is none.

    `is_module`: it is no test, but what tests are in, such as a module that cannot be imported or that skips itself.
    """

    name: str
    outcome: Outcome
    path: str
    line: int
    message: str
    is_module: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCoverage:
    """How much of the tree's code ran: what coverage counted over all its files."""

    covered_line_count: int
    line_count: int
    covered_branch_count: int
    branch_count: int

    @property
    def covered_ratio(self) -> Decimal | None:
        """Lines and branches together, as coverage has it, to four places; None where there is no code."""
        total = self.line_count + self.branch_count
        covered = self.covered_line_count + self.covered_branch_count
        return (Decimal(covered) / total).quantize(_PLACES) if total else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "covered_line_count": self.covered_line_count,
            "line_count": self.line_count,
            "covered_branch_count": self.covered_branch_count,
            "branch_count": self.branch_count,
            "covered_ratio": None if self.covered_ratio is None else float(self.covered_ratio),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """All tests that ended, by name. `coverage` is None where the run did not come so far."""

    tests: tuple[ClaimedTest, ...]
    coverage: ClaimedCoverage | None

    def count(self, outcome: Outcome) -> int:
        """How many tests ended so."""
        return sum(each.outcome is outcome for each in self.tests)

    def to_dict(self) -> dict[str, Any]:
        """The counts as JSON-ready data."""
        return {
            **{f"{outcome.value}_count": self.count(outcome) for outcome in Outcome},
            "coverage": None if self.coverage is None else self.coverage.to_dict(),
        }


def each_once(tests: Iterable[ClaimedTest]) -> tuple[ClaimedTest, ...]:
    """The tests by name; one that is told of more than once ended as the worst of it. Raises ClaimError for too many."""
    worst: dict[str, ClaimedTest] = {}
    for each in tests:
        known = worst.get(each.name)
        if known is None and len(worst) >= MOST_TESTS:
            raise ClaimError(f"more than {MOST_TESTS:,} tests")
        if known is None or _WORST_FIRST.index(each.outcome) < _WORST_FIRST.index(known.outcome):
            worst[each.name] = each if known is None else replace(each, path=known.path or each.path)
    return tuple(worst[name] for name in sorted(worst))


def shown_message(text: str) -> str:
    """One line of what a test says, bounded; what could hide in it is written out."""
    return _line(text, _MESSAGE_CHARACTERS)


def shown_name(text: str) -> str:
    """A name that a test has, bounded; what could hide in it is written out. A long one ends with a digest of all of it."""
    name = _line(text, _NAME_CHARACTERS)
    if len(text) <= _NAME_CHARACTERS and not name.endswith("…"):
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{name[: _NAME_CHARACTERS - 1 - _DIGEST_CHARACTERS].rstrip('…')}…{digest}"


def shortened(text: str, most_characters: int) -> str:
    """The beginning of a line, where it is longer."""
    return text if len(text) <= most_characters else f"{text[: most_characters - 1]}…"


def _line(text: str, most: int) -> str:
    return shortened(terminal(" ".join(text[: 4 * most].split())), most)
