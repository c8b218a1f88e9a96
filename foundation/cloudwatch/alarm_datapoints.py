"""The datapoints that a metric alarm compares, at every instant at which it is evaluated.

A period slides: an alarm on 5 minutes is evaluated every minute, on minutes 1 to 5, then 2 to 6; one on 10, 20 or 30 s every
10 s; one that looks at more than a day every hour. A statistic that does not follow from shorter periods (a percentile)
is had on whole periods only, and then evaluated once a period. How many datapoints beyond its evaluation periods an alarm
looks at is not published; the documented examples have 5 for 3 periods, so it is two more here. A datapoint is known where all of
its period is: known of every metric that it is made of, and of the whole range where its math goes along time.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.alarms import LowSamples, MetricAlarm
from foundation.cloudwatch.metric_math.program import Grid, Program, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metric_regions import require_region
from foundation.cloudwatch.metrics import MathExpression, MetricStat
from foundation.cloudwatch.rollup import combine, parts_of
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.statistic_syntax import Percentile, read_statistic
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError, about
from foundation.readings import Known

EXTRA_DATAPOINTS_COUNT = 2
_DAY_SECONDS = 86_400


_Number = TypeVar("_Number", np.float64, np.int64, np.bool_)
_Flags = npt.NDArray[np.bool_]


class NotEvaluatedError(SourceError):
    """An alarm that this engine does not evaluate; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlarmDatapoints:
    """What an alarm compares at each of its evaluations.

    `ranges` is (evaluations, datapoints of the range, oldest first), NaN being a missing datapoint; an evaluation at
    `instants[i]` sees periods that end then, one period earlier, and so on. `unknown` has a column of flags for each datapoint of
    the range, and none where all of them are known. `too_few_samples` marks evaluations that a percentile alarm with `ignore`
    leaves out, `may_lack_samples` those of which that is not known.
    """

    instants: Times
    step_seconds: int
    ranges: Values
    unknown: tuple[_Flags, ...]
    too_few_samples: _Flags
    may_lack_samples: _Flags


def step_seconds(alarm: MetricAlarm) -> int:
    """How often the alarm is evaluated."""
    period = alarm.period_seconds
    if any(parts_of(stat.statistic) is None for stat in alarm.stats):
        return period
    if period < 60:
        return 10
    return 3_600 if period * alarm.evaluation_periods > _DAY_SECONDS else 60


def cell_seconds(alarm: MetricAlarm) -> int:
    """The period of the statistics that the alarm's datapoints are put together from."""
    return math.gcd(step_seconds(alarm), alarm.period_seconds)


def cells_of(alarm: MetricAlarm, every_seconds: int | None = None) -> tuple[MetricStat, ...]:
    """The statistics that are read for the alarm, each once; `every_seconds` is what `read_datapoints` takes."""
    cell = math.gcd(_step(alarm, every_seconds), alarm.period_seconds)
    cells = dict.fromkeys(each for stat in alarm.stats for each in _cells(stat, cell))
    if alarm.low_samples is LowSamples.IGNORE and isinstance(alarm.watches, MetricStat):
        cells |= {replace(alarm.watches, statistic="SampleCount", period_seconds=cell): None}
    return tuple(cells)


def _step(alarm: MetricAlarm, every_seconds: int | None) -> int:
    own = step_seconds(alarm)
    return own if every_seconds is None else max(own, every_seconds)


def looks_back(alarm: MetricAlarm) -> timedelta:
    """How long before an evaluation the oldest period of its range begins."""
    return timedelta(seconds=(alarm.evaluation_periods + EXTRA_DATAPOINTS_COUNT) * alarm.period_seconds)


def read_datapoints(
    alarm: MetricAlarm, source: MetricSource, *, start_at: datetime, end_at: datetime, every_seconds: int | None = None
) -> AlarmDatapoints:
    """Read and work out what the alarm compares at its evaluations in [start_at, end_at].

    It is evaluated as often as CloudWatch does, or every `every_seconds` at the most, where its statistics are of such periods.
    Raises SourceError, of which NotEvaluatedError is for anomaly bands, Metrics Insights, a time without evaluations; MathError.
    """
    if alarm.comparison.is_of_a_band:
        with about(f"alarm {alarm.name}"):
            raise NotEvaluatedError("it compares with an anomaly detection band, which only AWS has")
    if any(isinstance(each.source, MathExpression) and each.source.is_metrics_insights for each in alarm.queries):
        with about(f"alarm {alarm.name}"):
            raise NotEvaluatedError(
                "it watches a query of Metrics Insights, and which metrics that finds only CloudWatch knows"
            )
    step, period = _step(alarm, every_seconds), alarm.period_seconds
    cell = math.gcd(step, period)
    width, stride = period // cell, step // cell
    range_length = alarm.evaluation_periods + EXTRA_DATAPOINTS_COUNT
    first = math.ceil(start_at.timestamp() / step) * step
    count = int(end_at.timestamp() // step) - first // step + 1
    if count < 1:
        with about(f"alarm {alarm.name}"):
            raise NotEvaluatedError(f"it is evaluated every {step} s, and never from {start_at} to {end_at}")
    begins = first - range_length * period
    last = first + (count - 1) * step
    wanted = [_cells(stat, cell) for stat in alarm.stats]
    asked = [cell for group in wanted for cell in group]
    cells = source.read(asked, start_at=_at(begins), end_at=_at(last))
    for one, reading in zip(asked, cells, strict=True):
        require_region(one.metric, reading.origin)
    known = reduce(Known.__and__, (reading.known for reading in cells))
    rest = iter([each.answer.values for each in cells])
    stats = [query.id for query in alarm.queries if isinstance(query.source, MetricStat)]
    sliding = {
        id_: combine(stat.statistic, [next(rest) for _ in group], width=width)
        if width > 1
        else _only([next(rest) for _ in group])
        for id_, stat, group in zip(stats, alarm.stats, wanted, strict=True)
    }
    times = begins + cell * np.arange((count - 1) * stride + (range_length - 1) * width + 1, dtype=np.int64)
    shape = _Shape(length=range_length, width=width, stride=stride)
    too_few, may_lack = _too_few_samples(alarm, source, begins=first, count=count, step=step)
    return AlarmDatapoints(
        instants=first + step * np.arange(count, dtype=np.int64),
        step_seconds=step,
        ranges=_watched(alarm, sliding, times, shape),
        unknown=_unknown(alarm, known, begins=begins, last=last, cell=cell, shape=shape),
        too_few_samples=too_few,
        may_lack_samples=may_lack,
    )


def _unknown(
    alarm: MetricAlarm, known: Known, *, begins: int, last: int, cell: int, shape: "_Shape"
) -> tuple[_Flags, ...]:
    """Which datapoints of each range are not known, one column for each; no column where all are."""
    if not (Known.of([(begins, last)]) - known).spans:
        return ()
    period = shape.width * cell
    flags = np.ones((last - begins - period) // cell + 1, dtype=np.bool_)
    for start, end in known.spans:
        # The periods that begin on a cell and lie within what is known.
        flags[max(0, -((begins - start) // cell)) : max(0, (end - period - begins) // cell + 1)] = False
    ranges = shape.ranges(flags)
    columns = [ranges[:, place] for place in range(shape.length)]
    if isinstance(alarm.watches, MetricStat) or not compile_queries(alarm.watches).needs_range(alarm.watched_id):
        return tuple(columns)
    any_of_them = np.logical_or.reduce(columns)
    return tuple(any_of_them for _ in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Evaluation ranges of so many datapoints, on cells: how many make a period, and how many lie between evaluations."""

    length: int
    width: int
    stride: int

    def ranges(self, values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
        whole = np.lib.stride_tricks.sliding_window_view(values, (self.length - 1) * self.width + 1)
        return whole[:: self.stride, :: self.width]


def _cells(stat: MetricStat, cell: int) -> list[MetricStat]:
    if stat.period_seconds == cell:
        return [stat]
    return [replace(stat, statistic=name, period_seconds=cell) for name in parts_of(stat.statistic) or ()]


def _only(cells: list[Values]) -> Values:
    """A statistic of whole periods is read as it is, in one part."""
    (whole,) = cells
    return whole


def _watched(alarm: MetricAlarm, sliding: dict[str, Values], times: Times, shape: _Shape) -> Values:
    if isinstance(alarm.watches, MetricStat):
        return shape.ranges(sliding["m1"])
    with about(f"alarm {alarm.name}"):
        program = compile_queries(alarm.watches)
        wanted = alarm.watched_id
        if not program.needs_range(wanted):
            whole = Grid(times=times, period_seconds=alarm.period_seconds, values=sliding)
            return shape.ranges(_single(alarm, program, whole))
        windows = Grid(
            times=shape.ranges(times),
            period_seconds=alarm.period_seconds,
            values={id_: shape.ranges(values) for id_, values in sliding.items()},
        )
        if not program.needs_single_windows(wanted):
            return _single(alarm, program, windows)
        return np.stack(
            [
                _single(
                    alarm,
                    program,
                    Grid(
                        times=windows.times[row],
                        period_seconds=windows.period_seconds,
                        values={id_: values[row] for id_, values in windows.values.items()},
                    ),
                )
                for row in range(windows.times.shape[0])
            ]
        )


def _single(alarm: MetricAlarm, program: Program, grid: Grid) -> Values:
    result = program.run(grid, alarm.watched_id)
    if len(result.series) != 1:
        raise MathError(f"{alarm.watched_id}: {len(result.series)} time series, and an alarm watches one")
    return np.broadcast_to(result.series[0], next(iter(grid.values.values())).shape)


def _too_few_samples(
    alarm: MetricAlarm, source: MetricSource, *, begins: int, count: int, step: int
) -> tuple[_Flags, _Flags]:
    """Where a percentile has fewer samples in the evaluation periods than 10 / (1 - p), or 10 / p below the median; and where
    that is not known, because there may be more of them than are known.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    statistic = read_statistic(alarm.watches.statistic) if isinstance(alarm.watches, MetricStat) else None
    needed = needed_sample_count(statistic.percent) if isinstance(statistic, Percentile) else 0
    if alarm.low_samples is not LowSamples.IGNORE or not isinstance(alarm.watches, MetricStat) or needed == 0:
        return np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    evaluated = alarm.evaluation_periods * alarm.period_seconds
    stat = replace(alarm.watches, statistic="SampleCount", period_seconds=step)
    first, last = begins - evaluated, begins + (count - 1) * step
    (reading,) = source.read([stat], start_at=_at(first), end_at=_at(last))
    counted = whole_periods(reading.known, first, step, (last - first) // step)
    samples = combine("SampleCount", [np.where(counted, reading.answer.values, np.nan)], width=evaluated // step)
    are_few: _Flags = np.nan_to_num(samples) < needed
    is_whole = np.lib.stride_tricks.sliding_window_view(counted, evaluated // step).all(axis=-1)
    return are_few & is_whole, are_few & ~is_whole


def needed_sample_count(percent: float) -> int:
    """How many samples make a percentile significant to CloudWatch: 1,000 for p99, 20 for p50, and 0 where it has no rule."""
    outside = min(percent, 100 - percent)
    return math.ceil(round(1_000 / outside, 6)) if outside > 0 else 0


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
