"""Statistics over a week together with what is known of it: what too little is known of is no data, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Interval, Known, NoData, Reading
from foundation.slo.coverage import Coverage, coverage_of, settled_until, too_little

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time of which is asked: up to `until` at most, of which that is judged which is settled by `now`.

    `name` is what sentences call it.
    """

    start_at: datetime
    until: datetime
    now: datetime
    name: str = "week"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownValues:
    """Statistics by the period, NaN where there is no datapoint or nothing is known, and how much of the span is known."""

    values: tuple[Values, ...]
    coverage: Coverage

    @property
    def totals(self) -> tuple[int, ...]:
        """The sum of each, of statistics that add up."""
        return tuple(round(float(np.nansum(each))) for each in self.values)


def read_known(source: MetricSource, wanted: Sequence[MetricStat], span: Span) -> KnownValues | NoData:
    """Statistics of one period over a span that begins with one; NoData where they cannot be read or too little is known."""
    period = wanted[0].period_seconds
    start = int(span.start_at.timestamp())
    count = -(-(int(span.until.timestamp()) - start) // period)
    if count < 1:
        return NoData(reason=f"nothing of the {span.name} is settled yet")
    end_at = span.start_at + count * timedelta(seconds=period)
    try:
        read = source.read(wanted, start_at=span.start_at, end_at=end_at)
    except SourceError as error:
        return NoData(reason=str(error))
    asked = Interval(start_at=span.start_at, end_at=end_at)
    known = Known.of([asked.span])
    for each in read:
        known &= each.known
    coverage = settled_coverage(known, read, span, period_seconds=_MINUTE_SECONDS)
    if isinstance(coverage, NoData):
        return coverage
    if (lacking := too_little({span.name: coverage})) is not None:
        return NoData(reason=lacking.reason)
    unknown = whole_periods(known.missing(asked), start, period, count)
    return KnownValues(values=tuple(np.where(unknown, np.nan, each.answer.values) for each in read), coverage=coverage)


def settled_coverage(
    known: Known, read: Sequence[Reading[object]], span: Span, *, period_seconds: int
) -> Coverage | NoData:  # fmt: skip
    """How much is known of the whole periods of a span that are settled; NoData where none is."""
    delay = max(each.origin.delay for each in read)
    until = settled_until(span.until, now=span.now, delay=delay, period_seconds=period_seconds)
    if until <= span.start_at:
        return NoData(reason=f"nothing of the {span.name} is settled yet")
    window = Interval(start_at=span.start_at, end_at=until)
    return coverage_of(known, window, is_stated=all(each.origin.is_stated for each in read))
