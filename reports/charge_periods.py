"""The days of charges: what is no longer than a day is of the day that it begins on, and what is longer is spread over its days.

A day's part of a longer charge is the share of the charge's period that lies in it. What is charged once is not spread.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from reports.money import midnight

DAY = timedelta(days=1)


def parts_by_day(
    start_at: datetime, end_at: datetime, *, first_on: date, last_on: date
) -> Iterator[tuple[date, Decimal]]:
    """The days from one to another that a period lies in, and the share of it that lies in each, up to 1."""
    whole = _microseconds(end_at - start_at)
    on = max(start_at.date(), first_on)
    while on <= last_on and midnight(on) < end_at:
        inside = min(end_at, midnight(on + DAY)) - max(start_at, midnight(on))
        yield on, Decimal(_microseconds(inside)) / whole
        on += DAY


def _microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
