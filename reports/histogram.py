"""Samples of a metric counted in buckets of its values, from percentile ranks, which CloudWatch has and whose counts add up.

Percentiles of hours cannot be averaged into those of a week; counts can. So a percentile here is the upper end of a bucket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError
from foundation.readings import NoData

_PERIODS_SECONDS = (3_600, 300, 60)
_SHORT_SECONDS = 6 * 3_600


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts by the period (columns): those at most each edge and above the one before, and those above the last (rows)."""

    start_at: datetime
    period_seconds: int
    edges: tuple[float, ...]
    counts: npt.NDArray[np.float64]

    @property
    def sample_count(self) -> int:
        """All samples."""
        return round(float(self.counts.sum()))

    def upper_end(self, percentile: float) -> float | None:
        """The edge that at least so many percent of the samples do not exceed; None when the last is not far enough."""
        shares = self.counts.sum(axis=1).cumsum() / self.counts.sum()
        reached = zip(self.edges, shares, strict=False)
        return next((edge for edge, share in reached if share >= percentile / 100 - 1e-9), None)

    def above(self, edge: float) -> int:
        """How many samples were above one of the edges."""
        return round(float(self.counts[self.edges.index(edge) + 1 :].sum()))

    def begins(self, column: int) -> datetime:
        """When a period began."""
        return self.start_at + timedelta(seconds=column * self.period_seconds)


def read_histogram(
    metric: Metric, edges: Sequence[float], source: MetricSource, start_at: datetime, end_at: datetime
) -> Histogram | NoData:
    """Count a metric's samples of [start_at, end_at) in the longest period that can be read, an hour at most."""
    refused = "no period could be read"
    for period in _PERIODS_SECONDS:
        try:
            return _counted(metric, tuple(sorted(set(edges))), source, start_at, end_at, period)
        except SourceError as error:
            refused = str(error)
    return NoData(reason=f"its buckets could not be read: {refused}")


def rank_below(edge: float) -> str:
    """The statistic that says which percentage of samples is at most so much."""
    return f"PR(:{edge:g})"


def _counted(
    metric: Metric, edges: tuple[float, ...], source: MetricSource, start_at: datetime, end_at: datetime, period: int
) -> Histogram | NoData:
    names = ["SampleCount", *(rank_below(edge) for edge in edges)]
    wanted = [MetricStat(metric=metric, period_seconds=period, statistic=name) for name in names]
    count, *ranks = source.read(wanted, start_at=start_at, end_at=end_at)
    total = np.nan_to_num(count.answer.values)
    if not total.any():
        return NoData(reason=f"{metric} has no datapoint in this week")
    below = np.array([np.nan_to_num(rank.answer.values) / 100 * total for rank in ranks])
    # Reported by the hour, unless all of it happened in a few.
    seen = np.flatnonzero(total)
    told_seconds = period if (seen[-1] - seen[0]) * period < _SHORT_SECONDS else 3_600
    width = told_seconds // period
    below, total = (_summed(each, width) for each in (below, total[np.newaxis, :]))
    counts = np.maximum(0, np.diff(np.vstack([np.zeros_like(total), below, total]), axis=0))
    return Histogram(start_at=start_at, period_seconds=told_seconds, edges=edges, counts=counts)


def _summed(values: Values, width: int) -> Values:
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % width)))
    return padded.reshape(values.shape[0], -1, width).sum(axis=2)
