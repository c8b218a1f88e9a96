"""A metric source on recorded metrics: a pandas frame or a Parquet file, of statistics per period or of raw samples.

Columns: namespace, metric_name, dimensions (JSON object), timestamp, value, and for statistics also statistic and
period_seconds. A statistic is put together from others of its period, or of shorter ones, where it follows from them (`tiers`).
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pandas as pd

from foundation.cloudwatch.held_time import SAMPLE_SECONDS, Extent, HeldTime, Inferred
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.recording import STATISTIC_COLUMNS, Numbers, check_frame, check_group, check_schema
from foundation.cloudwatch.rollup import parts_of
from foundation.cloudwatch.series import Series, Times, Values, epoch_seconds, place
from foundation.cloudwatch.source import reading_of
from foundation.cloudwatch.statement import read_statement
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.cloudwatch.statistics import compute
from foundation.cloudwatch.tiers import Tier, put_together
from foundation.errors import SourceError, about
from foundation.files.tables import open_parquet, readable
from foundation.readings import Known, Reading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Datapoints or samples in any order: epoch seconds and values."""

    times: Times
    values: Values

    def and_also(self, times: Times, values: Values) -> "Points":
        """These and more."""
        return Points(times=np.concatenate([self.times, times]), values=np.concatenate([self.values, values]))


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameSource:
    """Recorded metrics in memory; a metric that was never recorded has no datapoints, as in CloudWatch.

    `held` says of which time all of it is there.
    """

    statistics: Mapping[tuple[Metric, str, int], Points]
    samples: Mapping[Metric, Points]
    held: HeldTime

    @property
    def first_at(self) -> datetime | None:
        """When the earliest datapoint's period begins; None without datapoints."""
        times = [int(points.times.min()) for points in self._points() if points.times.size]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    @property
    def last_at(self) -> datetime | None:
        """When the latest datapoint's period begins."""
        times = [int(points.times.max()) for points in self._points() if points.times.size]
        return datetime.fromtimestamp(max(times), UTC) if times else None

    @property
    def ends_at(self) -> datetime | None:
        """When the latest datapoint's period ends."""
        ends = [
            int(points.times.max()) + period for (_, _, period), points in self.statistics.items() if points.times.size
        ]
        ends += [int(points.times.max()) + SAMPLE_SECONDS for points in self.samples.values() if points.times.size]
        return datetime.fromtimestamp(max(ends), UTC) if ends else None

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that were recorded."""
        return frozenset(metric for metric, _, _ in self.statistics) | frozenset(self.samples)

    def _points(self) -> list[Points]:
        return [*self.statistics.values(), *self.samples.values()]

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says.

        Raises SourceError for a statistic that was not recorded and does not follow from what was.
        """
        return [self._one(stat, start_at, end_at) for stat in wanted]

    @cached_property
    def _recorded(self) -> dict[Metric, dict[int, set[str]]]:
        """The statistics that have datapoints, by metric and length of period."""
        found: dict[Metric, dict[int, set[str]]] = {}
        for metric, name, period in self.statistics:
            found.setdefault(metric, {}).setdefault(period, set()).add(name)
        return found

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        recorded = self._recorded.get(stat.metric, {})
        samples = self.samples.get(stat.metric)
        if samples is not None and stat.statistic not in recorded.get(stat.period_seconds, ()):
            known = self.held.known(stat.metric, [stat.statistic], SAMPLE_SECONDS)
            return reading_of(
                _from_samples(stat, samples, start_at, end_at), known=known, origin=self.held.origin(stat.metric)
            )
        names, start = parts_of(stat.statistic) or (), epoch_seconds(start_at)
        known, tiers = Known.nothing(), list[Tier]()
        for period in sorted({stat.period_seconds, *recorded, *self.held.periods(stat.metric)}):
            there = recorded.get(period)
            # Where there is no datapoint at all, whichever statistic was asked has none.
            if stat.period_seconds % period or not names or not (there is None or there.issuperset(names)):
                continue
            held = self.held.known(stat.metric, names, period)
            known |= held
            if there is not None:
                parts = tuple(self._placed(stat.metric, name, period, start_at, end_at) for name in names)
                tiers.append(Tier(period_seconds=period, parts=parts, known=held))
        exact = None
        there = recorded.get(stat.period_seconds)
        if stat.statistic not in names and (there is None or stat.statistic in there):
            held = self.held.known(stat.metric, [stat.statistic], stat.period_seconds)
            known |= held
            if there is not None:
                exact = self._placed(stat.metric, stat.statistic, stat.period_seconds, start_at, end_at), held
        values = put_together(stat, start, exact=exact, tiers=tiers)
        if values is None:
            if recorded:
                pairs = sorted((name, period) for period, names in recorded.items() for name in names)
                had = ", ".join(f"{name} per {each} s" for name, each in pairs)
                with about(f"{stat} (there is {had})"):
                    raise SourceError("it was not recorded and does not follow from what was")
            values = np.full(int((end_at - start_at).total_seconds()) // stat.period_seconds, np.nan)
        series = Series(start_at=start_at, period_seconds=stat.period_seconds, values=values)
        return reading_of(series, known=known, origin=self.held.origin(stat.metric))

    def _placed(self, metric: Metric, name: str, period: int, start_at: datetime, end_at: datetime) -> Values:
        points = self.statistics[metric, name, period]
        return place(points.times, points.values, period_seconds=period, start_at=start_at, end_at=end_at).values


def read_frame(
    frame: pd.DataFrame, numbers: Numbers | None = None, *, held: HeldTime | None = None
) -> FrameSource:  # fmt: skip
    """A source from a frame with the columns that the module names; `numbers` are those of its rows in their file.

    Of which time it holds everything is inferred, unless it is a part of something that is `held`.
    Raises SourceError for a column that is missing or of another type, and that or LimitError for a row that cannot be.
    """
    columns = check_frame(frame, numbers)
    statistics: dict[tuple[Metric, str, int], Points] = {}
    samples: dict[Metric, Points] = {}
    # Two texts may spell the dimensions of one metric.
    nothing = Points(times=columns.times[:0], values=columns.values[:0])
    groups: dict[Hashable, Any] = {}
    if columns.times.size:
        groups = cast("dict[Hashable, Any]", frame.groupby(list(columns.keys), sort=False, observed=True).indices)
    for group, rows in groups.items():
        metric, _, _ = key = check_group(columns, cast("tuple[Any, ...]", group), rows)
        times, values = columns.times[rows], columns.values[rows]
        if columns.is_statistics:
            statistics[key] = statistics.get(key, nothing).and_also(times, values)
        else:
            samples[metric] = samples.get(metric, nothing).and_also(times, values)
    return FrameSource(
        statistics=MappingProxyType(statistics),
        samples=MappingProxyType(samples),
        held=_inferred(statistics, samples) if held is None else held,
    )


def _inferred(statistics: Mapping[tuple[Metric, str, int], Points], samples: Mapping[Metric, Points]) -> Inferred:
    points = [((metric, period), each) for (metric, _, period), each in statistics.items()]
    points += [((metric, SAMPLE_SECONDS), each) for metric, each in samples.items()]
    return Inferred.of(
        (
            Extent(
                namespace=metric.namespace,
                period_seconds=period,
                first=int(each.times.min()),
                end=int(each.times.max()) + period,
            )
            for (metric, period), each in points
            if each.times.size
        ),
        source="a recording in memory",
    )


def read_parquet(path: Path) -> FrameSource:
    """A source from a Parquet file.

    Raises InputError when there is none or it is damaged, SourceError with the path when it is not as `read_frame` wants it.
    """
    opened = open_parquet(path)
    with about(str(path)):
        names = check_schema(opened.schema_arrow)
        stated = read_statement(
            opened.schema_arrow, source=f"recording {path.name}", row_count=opened.metadata.num_rows
        )
    with readable(path, "Parquet"):
        frame = opened.read(columns=list(names)).to_pandas(ignore_metadata=True)
    with about(str(path)):
        return read_frame(frame, held=stated)


def to_frame(read: Sequence[tuple[MetricStat, Series]]) -> pd.DataFrame:
    """Statistics that were read, as a frame that `read_frame` takes; periods without a datapoint have no row."""
    frames = [
        pd.DataFrame(
            {
                "namespace": stat.metric.namespace,
                "metric_name": stat.metric.name,
                "dimensions": json.dumps(dict(sorted(stat.metric.dimensions))),
                "statistic": stat.statistic,
                "period_seconds": stat.period_seconds,
                "timestamp": pd.to_datetime(series.times[present], unit="s", utc=True),
                "value": series.values[present],
            }
        )
        for stat, series in read
        if (present := ~np.isnan(series.values)).any()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(STATISTIC_COLUMNS))


def _from_samples(stat: MetricStat, samples: Points, start_at: datetime, end_at: datetime) -> Series:
    period = stat.period_seconds
    start, end = epoch_seconds(start_at, period), epoch_seconds(end_at, period)
    statistic = read_statistic(stat.statistic)
    order = np.argsort(samples.times, kind="stable")
    times, values = samples.times[order], samples.values[order]
    edges = np.searchsorted(times, np.arange(start, end + period, period, dtype=np.int64))
    laid: Values = np.full((end - start) // period, np.nan)
    for place_ in np.flatnonzero(np.diff(edges)):
        result = compute(statistic, values[edges[place_] : edges[place_ + 1]])
        laid[place_] = np.nan if result is None else result
    return Series(start_at=start_at, period_seconds=period, values=laid)
