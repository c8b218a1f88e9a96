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
from foundation.readings import NoData
from foundation.slo.coverage import Coverage
from reports.known_values import Span, read_known

_PERIODS_SECONDS = (3_600, 300, 60)
_SHORT_SECONDS = 6 * 3_600


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts by the period (columns): those at most each edge and above the one before, and those above the last (rows).

    `coverage` is how much of the time is known.
    """

    start_at: datetime
    period_seconds: int
    edges: tuple[float, ...]
    counts: npt.NDArray[np.float64]
    coverage: Coverage

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


def read_histogram(metric: Metric, edges: Sequence[float], source: MetricSource, span: Span) -> Histogram | NoData:
    """Count a metric's samples in the longest period that can be read and is known well enough, an hour at most."""
    refused: NoData | None = None
    for period in _PERIODS_SECONDS:
        found = _counted(metric, tuple(sorted(set(edges))), source, span, period)
        if isinstance(found, Histogram):
            return found
        refused = refused or found
    return NoData(reason=f"its buckets could not be read: {refused.reason if refused else 'no period'}")


def rank_below(edge: float) -> str:
    """The statistic that says which percentage of samples is at most so much."""
    return f"PR(:{edge:g})"


def _counted(
    metric: Metric, edges: tuple[float, ...], source: MetricSource, span: Span, period: int
) -> Histogram | NoData:  # fmt: skip
    names = ["SampleCount", *(rank_below(edge) for edge in edges)]
    read = read_known(
        source, [MetricStat(metric=metric, period_seconds=period, statistic=name) for name in names], span
    )
    if isinstance(read, NoData):
        return read
    total, *ranks = (np.nan_to_num(each) for each in read.values)
    if not total.any():
        return NoData(reason=f"{metric} has no datapoint in this week")
    below = np.array([rank / 100 * total for rank in ranks])
    # Reported by the hour, unless all of it happened in a few.
    seen = np.flatnonzero(total)
    told_seconds = period if (seen[-1] - seen[0]) * period < _SHORT_SECONDS else 3_600
    width = told_seconds // period
    below, total = (_summed(each, width) for each in (below, total[np.newaxis, :]))
    counts = np.maximum(0, np.diff(np.vstack([np.zeros_like(total), below, total]), axis=0))
    return Histogram(
        start_at=span.start_at, period_seconds=told_seconds, edges=edges, counts=counts, coverage=read.coverage
    )  # fmt: skip


def _summed(values: Values, width: int) -> Values:
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % width)))
    return padded.reshape(values.shape[0], -1, width).sum(axis=2)
