"""Counts of an objective's events in periods of one length, as one reading of its metrics has them, and what is known of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource, known_of_math
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.readings import Interval, Known
from foundation.slo.event_metrics import EventMetrics
from foundation.slo.model import RatioSliceIndicator, SliceIndicator, ThresholdOperator

_HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """Events by the period, in order of time: `begins` and `ends` are seconds since 1970, of periods that had any.

    `known` is the time of which all of them are counted; `delay` is how long after its end a period is settled.
    """

    begins: Times
    ends: Times
    total: Values
    bad: Values
    known: Known
    is_known_stated: bool
    delay: timedelta

    def mended(self, other: "Counted", lacking: Known) -> "Counted":
        """With those hours of another reading of the same time that are lacking here, where it knows more of them."""
        hours = [
            hour
            for hour in sorted({hour for first, end in lacking.spans for hour in _hours(first, end)})
            if _known_seconds(other.known, hour) > _known_seconds(self.known, hour)
        ]
        if not hours:
            return self
        taken = Known.of((hour * _HOUR_SECONDS, (hour + 1) * _HOUR_SECONDS) for hour in hours)
        mine, theirs = ~np.isin(self.begins // _HOUR_SECONDS, hours), np.isin(other.begins // _HOUR_SECONDS, hours)
        return replace(
            self,
            begins=np.concatenate([self.begins[mine], other.begins[theirs]]),
            ends=np.concatenate([self.ends[mine], other.ends[theirs]]),
            total=np.concatenate([self.total[mine], other.total[theirs]]),
            bad=np.concatenate([self.bad[mine], other.bad[theirs]]),
            known=(self.known - taken) | (other.known & taken),
            is_known_stated=self.is_known_stated and other.is_known_stated,
        )

    def moments(self) -> tuple[tuple[datetime, int], ...]:
        """When the first period with an event began, and when each ended, with its bad events."""
        ends = tuple((_at(int(end)), round(float(bad))) for end, bad in zip(self.ends, self.bad, strict=True))
        return ((_at(int(self.begins[0])), 0), *ends) if ends else ()


def count_events(counting: EventMetrics, source: MetricSource, period: int, start: int, end: int) -> Counted:
    """The events of [start, end), seconds that are multiples of the period. Raises SourceError."""
    stats = [each.per(period) for each in counting.counts]
    read = source.read(stats, start_at=_at(start), end_at=_at(end))
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
    known = known_of_math(program, "events", read) & known_of_math(program, "share", read)
    # A sum keeps what a period holds of which only a part is known.
    unknown = whole_periods(known.missing(Interval(start_at=_at(start), end_at=_at(end))), start, period, total.size)
    return _counted(
        grid.times, period, total, np.rint(total * share), ~unknown & (total > 0), known=known,
        is_stated=all(each.origin.is_stated for each in read), delay=max(each.origin.delay for each in read),
    )  # fmt: skip


def count_slices(indicator: SliceIndicator, source: MetricSource, period: int, start: int, end: int) -> Counted:
    """The slices of [start, end) in which something was measured; only those that are known as a whole. Raises SourceError."""
    stat = MetricStat(metric=indicator.samples.metric, period_seconds=period, statistic="Average")
    (reading,) = source.read([stat], start_at=_at(start), end_at=_at(end))
    values = reading.answer.values
    seen = ~np.isnan(values)
    good = _compare(np.nan_to_num(values), indicator.comparison, float(indicator.threshold))
    return _counted(
        reading.answer.times, period, seen.astype(float), (seen & ~good).astype(float),
        seen & whole_periods(reading.known, start, period, values.size), known=reading.known,
        is_stated=reading.origin.is_stated, delay=reading.origin.delay,
    )  # fmt: skip


def count_ratio_slices(
    indicator: RatioSliceIndicator, events: EventMetrics, source: MetricSource, period: int, start: int, end: int
) -> Counted:
    """The slices of [start, end) that had events, and those in which too many were bad; only those that are known as a whole.

    Raises SourceError.
    """
    counted = count_events(events, source, period, start, end)
    whole = whole_periods(counted.known, start, period, (end - start) // period)[(counted.begins - start) // period]
    bad = counted.bad[whole] / counted.total[whole] > float(indicator.tolerated_bad_ratio)
    return replace(
        counted,
        begins=counted.begins[whole],
        ends=counted.ends[whole],
        total=np.ones(bad.size),
        bad=bad.astype(float),
    )


def _counted(
    times: Times, period: int, total: Values, bad: Values, kept: npt.NDArray[np.bool_],
    *, known: Known, is_stated: bool, delay: timedelta,
) -> Counted:  # fmt: skip
    return Counted(
        begins=times[kept],
        ends=times[kept] + period,
        total=total[kept],
        bad=bad[kept],
        known=known,
        is_known_stated=is_stated,
        delay=delay,
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


def _hours(first: int, end: int) -> range:
    return range(first // _HOUR_SECONDS, -(-end // _HOUR_SECONDS))


def _known_seconds(known: Known, hour: int) -> int:
    return (known & Known.of([(hour * _HOUR_SECONDS, (hour + 1) * _HOUR_SECONDS)])).seconds


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
