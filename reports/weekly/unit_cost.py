"""What one piece of the service's work costs: money over counted work, both of the same days, which both know, a week of them.

A bill comes two days late and a count at once: of different days, a ratio would be of neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import NoData, Reading
from reports.bill_known import known_days, said_days
from reports.money import CostActuals

_HOUR_SECONDS = 3_600
_DAY_HOURS = 24
_DAY = timedelta(days=1)
_WEEK_DAYS = 7
# How far back the newest week that both know may reach: a week's report says nothing of an older one.
_REACH_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """The money of some days, and the work that was counted on the same days."""

    days: tuple[date, ...]
    spent_usd: Decimal
    count: int

    @property
    def each_usd(self) -> Decimal:
        """What one of them cost."""
        return self.spent_usd / self.count


def read_counted_days(
    source: MetricSource, metric: Metric, *, start_at: datetime, end_at: datetime
) -> Mapping[date, int] | NoData:
    """How much work each day of [start_at, end_at) counted, of the days that are known as a whole; NoData with the reason."""
    stat = MetricStat(metric=metric, period_seconds=_HOUR_SECONDS, statistic="Sum")
    try:
        (reading,) = source.read([stat], start_at=start_at, end_at=end_at)
    except SourceError as error:
        return NoData(reason=str(error))
    values = reading.answer.values
    known = whole_periods(reading.known, int(start_at.timestamp()), _HOUR_SECONDS, len(values))
    found: dict[date, int] = {}
    for first in range(0, len(values) - _DAY_HOURS + 1, _DAY_HOURS):
        hours = slice(first, first + _DAY_HOURS)
        if known[hours].all():
            # Known and without a datapoint: nothing was taken on in that hour.
            found[(start_at + timedelta(hours=first)).date()] = round(float(np.nansum(values[hours])))
    return found or NoData(reason="no day of its count is known as a whole")


def unit_cost(
    bill: Reading[CostActuals] | NoData, counted: Mapping[date, int] | NoData, *, end_on: date, weeks_back: int
) -> UnitCost | NoData:
    """Of the newest seven days before `end_on` that both know, or the seven before them; they lie in two weeks each.

    NoData says which days each knows where there are too few, and where nothing was counted on them.
    """
    if isinstance(counted, NoData):
        return counted
    if isinstance(bill, NoData):
        return NoData(reason="there is no bill")
    first_on = end_on - timedelta(days=_REACH_DAYS + weeks_back * _WEEK_DAYS)
    of_bill, of_count = known_days(bill, first_on, end_on), {on for on in counted if first_on <= on < end_on}
    both = sorted(of_bill & of_count, reverse=True)
    days = tuple(reversed(both[weeks_back * _WEEK_DAYS : (weeks_back + 1) * _WEEK_DAYS]))
    if len(days) < _WEEK_DAYS:
        return NoData(
            reason=f"a week of days that both know is needed: the bill knows {said_days(of_bill)}, the count "
            f"{said_days(of_count)}"
        )
    count = sum(counted[on] for on in days)
    if not count:
        return NoData(reason=f"nothing was counted on {said_days(days)}")
    spent = sum((bill.answer.gross_usd(on, on + _DAY) for on in days), Decimal(0))
    return UnitCost(days=days, spent_usd=spent, count=count)


def counted_a_day(counted: Mapping[date, int] | NoData, *, first_on: date) -> Decimal | None:
    """The mean of the week that begins then; None where not all of its days are known, or nothing was counted."""
    if isinstance(counted, NoData):
        return None
    days = [first_on + number * _DAY for number in range(_WEEK_DAYS)]
    if any(on not in counted for on in days):
        return None
    return Decimal(sum(counted[on] for on in days)) / _WEEK_DAYS or None
