"""The estimated month that a report holds the bill against, at the units of work a day that the week counted."""

from datetime import date, datetime
from decimal import Decimal

from foundation.costs.bill import Bill, crossing, make_bill, unit_costs
from foundation.costs.book import PriceBook
from foundation.costs.book_file import read_book
from foundation.costs.completeness import is_whole
from foundation.costs.quantities import LONGEST_MONTH_HOURS, MONTH_HOURS, Work
from reports.weekly.inputs import EstimateWeek

_POINTS_COUNT = 9


def estimate_week(
    work: Work, *, units_per_day: Decimal | None, limit_usd: Decimal | None, start_at: datetime
) -> EstimateWeek:  # fmt: skip
    """The estimate of a profile, at its own traffic where the week's is not known.

    Where no limit is given, or the estimate is not whole, nobody knows where the limit is crossed.
    """
    book = read_book()
    per_day, basis = work.units_per_day, f"as profile {work.name} expects"
    if units_per_day is not None:
        per_day, basis = units_per_day, "as this week counted"
    bill = make_bill(work, book, per_day=per_day)
    where, longest = (
        None
        if limit_usd is None or not is_whole(bill)
        else crossing(work, book, limit_usd=limit_usd, month_hours=hours)
        for hours in (MONTH_HOURS, LONGEST_MONTH_HOURS)
    )
    return EstimateWeek(
        bill=bill,
        basis=basis,
        fixed_usd=_month_usd(work, book, Decimal(0)),
        marginal_usd=sum(unit_costs(work, book).values(), Decimal(0)),
        crossing_per_day=where,
        longest_crossing_per_day=longest,
        points=_points(work, bill, book, where),
        book_version=book.version,
        book_on=book.oldest_on,
        read_since=_read_since(book, start_at.date()),
    )


def _points(work: Work, bill: Bill, book: PriceBook, where: Decimal | None) -> tuple[tuple[Decimal, Decimal], ...]:
    """The estimated month at some rates from none to beyond the crossing, today's among them."""
    far = max(bill.per_day, where or Decimal(0), Decimal(10)) * Decimal("1.2")
    steps = {(far * number / (_POINTS_COUNT - 1)).quantize(Decimal(1)) for number in range(_POINTS_COUNT)}
    return tuple((rate, _month_usd(work, book, rate)) for rate in sorted(steps | {bill.per_day}))


def _month_usd(work: Work, book: PriceBook, per_day: Decimal) -> Decimal:
    return make_bill(work, book, per_day=per_day).total_usd


def _read_since(book: PriceBook, on: date) -> tuple[str, ...]:
    return tuple(f"{each.key} ({each.read_on})" for each in book.read_since(on))
