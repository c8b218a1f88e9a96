"""Error budgets: what an objective allows to go wrong, and how much of it is gone.

    >>> from datetime import timedelta
    >>> from decimal import Decimal
    >>> allowed_bad_time(Decimal("0.999"), timedelta(days=28)) / timedelta(minutes=1)
    40.32

The arithmetic is that of the SRE workbook (https://sre.google/workbook/implementing-slos/), in Decimal throughout.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from foundation.readings import NoData

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events of one window: all of them, and those that were bad. Windows merge by adding their counts."""

    total_count: int
    bad_count: int

    def __post_init__(self) -> None:
        if not 0 <= self.bad_count <= self.total_count:
            raise ValueError(f"{self.bad_count} bad of {self.total_count} events is impossible")

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(total_count=self.total_count + other.total_count, bad_count=self.bad_count + other.bad_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpent:
    """How much of an error budget is gone, as shares of the whole; what remains is negative once it is overspent."""

    spent_ratio: Decimal

    @property
    def remaining_ratio(self) -> Decimal:
        """The share of the budget that is left."""
        return 1 - self.spent_ratio


def allowed_bad_time(target_ratio: Decimal, window: timedelta) -> timedelta:
    """How long everything may be bad within a window, to the microsecond."""
    microseconds = (1 - target_ratio) * (window // _MICROSECOND)
    return timedelta(microseconds=int(microseconds))


def budget_spent(counts: Counts, *, target_ratio: Decimal) -> BudgetSpent | NoData:
    """The share of the budget that these events have spent, were they all of the window's events.

    A window without events has spent nothing and proves nothing: NoData.
    """
    if counts.total_count == 0:
        return NoData(reason="no events in the window")
    allowed_count = (1 - target_ratio) * counts.total_count
    return BudgetSpent(spent_ratio=counts.bad_count / allowed_count)


def burn_rate(counts: Counts, *, target_ratio: Decimal) -> Decimal | NoData:
    """The bad share as a multiple of the share that the objective allows; at 1 a whole window uses exactly its budget."""
    if counts.total_count == 0:
        return NoData(reason="no events in the window")
    return Decimal(counts.bad_count) / counts.total_count / (1 - target_ratio)
