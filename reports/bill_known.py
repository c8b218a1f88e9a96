"""What of a range of days a bill knows: the one place that judges its freshness and completeness, and says what is missing.

A day is known where it was delivered whole, of every account. The newest day of a delivery may still grow or be torn, as nothing
after it shows that it is whole: what is reported with it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.readings import Interval, Reading
from reports.money import CostActuals, midnight

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillKnown:
    """Of so many days, those that are `missing`; and the one that is there, of which nothing shows that it is whole.

    `not_a_bill` is why none of it counts: it is not this service's, or no bill.
    """

    days_count: int
    missing: tuple[date, ...]
    newest_on: date | None
    not_a_bill: str | None

    @property
    def problem(self) -> str | None:
        """Why nothing can be judged by it; None where it can."""
        if self.not_a_bill is not None:
            return self.not_a_bill
        if not self.missing:
            return None
        are = "is" if len(self.missing) == 1 else "are"
        return f"{said_days(self.missing)} {are} missing from the bill, {len(self.missing)} of {self.days_count} days"

    @property
    def caveat(self) -> str | None:
        """What a judgement rests on, where the bill is short of the whole."""
        if self.problem is not None or self.newest_on is None:
            return None
        return (
            f"on {self.days_count - 1} of {self.days_count} days known: {self.newest_on} is the newest day of the bill, "
            f"and may not be whole"
        )

    @property
    def words(self) -> str:
        """How much of the days is known, as a table has it."""
        if (said := self.problem or self.caveat) is not None:
            return said
        return f"all {self.days_count} days" if self.days_count > 1 else "the day"


def bill_known(bill: Reading[CostActuals], start_on: date, end_on: date) -> BillKnown:
    """What is known of [start_on, end_on), in UTC days."""
    newest_on = bill.answer.newest_on
    days = [start_on + number * _DAY for number in range((end_on - start_on).days)]
    unknown = [on for on in days if bill.known.share(_of_day(on)) < 1]
    return BillKnown(
        days_count=len(days),
        missing=tuple(on for on in unknown if on != newest_on),
        newest_on=newest_on if newest_on in unknown else None,
        not_a_bill=bill.answer.not_a_bill,
    )


def month_known(bill: Reading[CostActuals]) -> BillKnown:
    """What is known of the month, from the 1st through the last day that is reported."""
    return bill_known(bill, bill.answer.month_on, bill.answer.through_on + _DAY)


def known_days(bill: Reading[CostActuals], start_on: date, end_on: date) -> frozenset[date]:
    """The days of [start_on, end_on) that are known; none of what is no bill of this service."""
    if bill.answer.not_a_bill is not None:
        return frozenset()
    days = (start_on + number * _DAY for number in range((end_on - start_on).days))
    return frozenset(on for on in days if bill.known.share(_of_day(on)) == 1)


def said_days(days: Iterable[date]) -> str:
    """Days as ranges: 2026-11-03, 2026-11-05 to 2026-11-08."""
    ranges: list[tuple[date, date]] = []
    for on in sorted(days):
        if ranges and ranges[-1][1] + _DAY == on:
            ranges[-1] = (ranges[-1][0], on)
        else:
            ranges.append((on, on))
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in ranges) or "no day"


def _of_day(on: date) -> Interval:
    return Interval(start_at=midnight(on), end_at=midnight(on + _DAY))
