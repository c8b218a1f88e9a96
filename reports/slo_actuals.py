"""What really happened: an objective's events by the hour, read from a metric source a week at a time, or why not.

Metric math is worked out here on short periods and only hourly counts are kept, so a year needs no more memory than a week.
Where everything happened in a few hours, their periods are kept, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource, known_of_math
from foundation.errors import SourceError
from foundation.readings import Interval, Known, NoData, Reading
from foundation.slo.error_budget import Counts
from foundation.slo.event_metrics import EventMetrics, event_metrics
from foundation.slo.model import (
    BudgetedObjective,
    EveryEventObjective,
    SliceIndicator,
    StackOperations,
    ThresholdOperator,
)
from reports.deployments import Operation

HOUR_SECONDS = 3600
# CloudWatch keeps minutes for fifteen days, five minutes for sixty-three, and then hours.
_PERIODS_SECONDS = (300, 60, 3_600)
_SHORT_PERIODS_SECONDS = (60, 300)
_CHUNK = timedelta(days=7)
_FEW_HOURS = 6
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Events by the hour from `start_at` on; an hour without any has a total of 0, and `source` says who counted.

    `known` is the time of which everything was counted, and `is_known_stated` whether the source itself says so. `moments` are
    when the first short period that had an event began and when each of them ended, with the bad events since the moment
    before, where all of it is in a few hours.
    """

    start_at: datetime
    total: _Ints
    bad: _Ints
    source: str
    known: Known
    is_known_stated: bool
    moments: tuple[tuple[datetime, int], ...] = ()

    @property
    def end_at(self) -> datetime:
        """The end of the last hour."""
        return self.start_at + timedelta(hours=len(self.total))

    @property
    def last_seen_at(self) -> datetime | None:
        """The end of the last hour that had an event; None without any."""
        seen = np.flatnonzero(self.total)
        return self.start_at + timedelta(hours=int(seen[-1]) + 1) if seen.size else None

    def counts(self, start_at: datetime, end_at: datetime) -> Counts:
        """The events of [start_at, end_at), in whole hours."""
        first = max(0, int((start_at - self.start_at).total_seconds() // HOUR_SECONDS))
        last = max(first, int((end_at - self.start_at).total_seconds() // HOUR_SECONDS))
        total, bad = int(self.total[first:last].sum()), int(self.bad[first:last].sum())
        return Counts(total_count=total, bad_count=min(total, bad))

    def covered_ratio(self, start_at: datetime, end_at: datetime) -> float:
        """The share of the hours that had an event at all."""
        first = max(0, int((start_at - self.start_at).total_seconds() // HOUR_SECONDS))
        last = max(first + 1, int((end_at - self.start_at).total_seconds() // HOUR_SECONDS))
        return float((self.total[first:last] > 0).sum() / (last - first))


def read_history(
    objective: BudgetedObjective | EveryEventObjective,
    source: MetricSource,
    *,
    start_at: datetime,
    end_at: datetime,
    operations: Callable[[str], Reading[tuple[Operation, ...]] | NoData],
) -> History | NoData:
    """The events of [start_at, end_at), both whole hours; NoData says why there are none."""
    indicator = objective.indicator
    if isinstance(objective, EveryEventObjective) and isinstance(objective.indicator.total, StackOperations):
        return _of_operations(operations(objective.indicator.total.stack_name_prefix), start_at, end_at)
    hours = int((end_at - start_at).total_seconds() // HOUR_SECONDS)
    total, bad = np.zeros(hours, np.int64), np.zeros(hours, np.int64)
    counting = None if isinstance(indicator, SliceIndicator) else event_metrics(indicator)
    at, periods, known, is_stated = start_at, _PERIODS_SECONDS, Known.nothing(), True
    moments: tuple[tuple[datetime, int], ...] = ()
    try:
        while at < end_at:
            until = min(end_at, at + _CHUNK)
            first = int((at - start_at).total_seconds() // HOUR_SECONDS)
            if isinstance(indicator, SliceIndicator):
                counted = _slices(indicator, source, at, until)
            elif counting is None:
                return NoData(reason=f"nothing in CloudWatch counts the events of {objective.name}")
            else:
                counted = _events(counting, source, at, until, periods)
                # What one week is recorded in, the next is, too.
                used = counted.period_seconds
                periods = tuple(sorted(periods, key=lambda each: each != used))
            all_events, bad_events = counted.by_the_hour()
            total[first : first + len(all_events)] += all_events
            bad[first : first + len(bad_events)] += bad_events
            known |= counted.known
            is_stated &= counted.is_known_stated
            at = until
        seen = np.flatnonzero(total)
        if seen.size and seen[-1] - seen[0] < _FEW_HOURS:
            ends = start_at + timedelta(hours=int(seen[0])), start_at + timedelta(hours=int(seen[-1]) + 1)
            if isinstance(indicator, SliceIndicator):
                moments = _slices(indicator, source, *ends).moments(ends[0])
            elif counting is not None:
                moments = _events(counting, source, *ends, _SHORT_PERIODS_SECONDS).moments(ends[0])
    except SourceError as error:
        return NoData(reason=f"its metrics could not be read: {error}")
    if not total.any():
        return NoData(reason="its metrics have no datapoint in the window")
    name = indicator.samples.metric.namespace if isinstance(indicator, SliceIndicator) else _namespaces(counting)
    return History(
        start_at=start_at,
        total=total,
        bad=np.minimum(bad, total),
        source=name,
        known=known,
        is_known_stated=is_stated,
        moments=moments,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Counted:
    """Events and bad events by the period, and the time of which they are known."""

    period_seconds: int
    total: Values
    bad: Values
    known: Known
    is_known_stated: bool

    def by_the_hour(self) -> tuple[_Ints, _Ints]:
        return _hourly(self.total, self.period_seconds), _hourly(self.bad, self.period_seconds)

    def moments(self, start_at: datetime) -> tuple[tuple[datetime, int], ...]:
        period = timedelta(seconds=self.period_seconds)
        places = [int(place) for place in np.flatnonzero(self.total)]
        ends = tuple((start_at + (place + 1) * period, round(float(self.bad[place]))) for place in places)
        return ((ends[0][0] - period, 0), *ends) if ends else ()


def _events(
    counting: EventMetrics, source: MetricSource, start_at: datetime, end_at: datetime, periods: tuple[int, ...]
) -> _Counted:
    """Counted in the first of the periods that can be read."""
    refused: SourceError | None = None
    for period in periods:
        stats = [each.per(period) for each in counting.counts]
        try:
            read = source.read(stats, start_at=start_at, end_at=end_at)
        except SourceError as error:
            refused = refused or error
            continue
        queries = [
            *(Query(id=each.id, source=stat) for each, stat in zip(counting.counts, stats, strict=True)),
            Query(id="events", source=MathExpression(expression=counting.total)),
            Query(id="share", source=MathExpression(expression=counting.bad_share)),
        ]
        program = compile_queries(queries)
        grid = Grid(
            times=read[0].answer.times,
            period_seconds=period,
            values={each.id: reading.answer.values for each, reading in zip(counting.counts, read, strict=True)},
        )
        total = np.nan_to_num(_one(program.run(grid, "events").series[0], grid))
        share = np.clip(np.nan_to_num(_one(program.run(grid, "share").series[0], grid)), 0, 1)
        return _Counted(
            period_seconds=period,
            total=total,
            bad=np.rint(total * share),
            known=known_of_math(program, "events", read) & known_of_math(program, "share", read),
            is_known_stated=all(each.origin.is_stated for each in read),
        )
    raise refused or SourceError("no period could be read")


def _slices(
    indicator: SliceIndicator, source: MetricSource, start_at: datetime, end_at: datetime
) -> _Counted:  # fmt: skip
    period = int(indicator.slice_length.total_seconds())
    stat = MetricStat(metric=indicator.samples.metric, period_seconds=period, statistic="Average")
    (reading,) = source.read([stat], start_at=start_at, end_at=end_at)
    values = reading.answer.values
    seen = ~np.isnan(values)
    good = _compare(np.nan_to_num(values), indicator.comparison, float(indicator.threshold))
    return _Counted(
        period_seconds=period,
        total=seen.astype(float),
        bad=(seen & ~good).astype(float),
        known=reading.known,
        is_known_stated=reading.origin.is_stated,
    )


def _of_operations(
    found: Reading[tuple[Operation, ...]] | NoData, start_at: datetime, end_at: datetime
) -> History | NoData:  # fmt: skip
    if isinstance(found, NoData):
        return found
    hours = int((end_at - start_at).total_seconds() // HOUR_SECONDS)
    total, bad = np.zeros(hours, np.int64), np.zeros(hours, np.int64)
    for operation in found.answer:
        if start_at <= operation.ended_at < end_at:
            hour = int((operation.ended_at - start_at).total_seconds() // HOUR_SECONDS)
            total[hour] += 1
            bad[hour] += not operation.has_succeeded
    if not total.any():
        return NoData(reason="no stack operation has ended in the window")
    return History(
        start_at=start_at,
        total=total,
        bad=bad,
        source="CloudFormation events",
        known=found.known.within(Interval(start_at=start_at, end_at=end_at)),
        is_known_stated=found.origin.is_stated,
    )


def _compare(values: Values, comparison: ThresholdOperator, threshold: float) -> npt.NDArray[np.bool_]:
    match comparison:
        case ThresholdOperator.LESS_THAN:
            return values < threshold
        case ThresholdOperator.AT_MOST:
            return values <= threshold
        case ThresholdOperator.MORE_THAN:
            return values > threshold
        case ThresholdOperator.AT_LEAST:
            return values >= threshold


def _one(values: Values, grid: Grid) -> Values:
    return np.broadcast_to(values, grid.times.shape)


def _hourly(values: Values, period_seconds: int) -> _Ints:
    width = HOUR_SECONDS // period_seconds
    padded = np.pad(values, (0, -len(values) % width))
    return np.rint(padded.reshape(-1, width).sum(axis=1)).astype(np.int64)


def _namespaces(counting: EventMetrics | None) -> str:
    return ", ".join(dict.fromkeys(each.metric.namespace for each in counting.counts)) if counting else "none"
