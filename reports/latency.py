"""The API's latencies over a week: counts in bands, from percentile ranks, which CloudWatch has and which add up.

Percentiles of hours cannot be averaged into those of a week; counts can. So a percentile here is the upper end of a band.
"""

from datetime import datetime

import numpy as np

from cloudwatch.metrics import Metric, MetricStat
from cloudwatch.series import Values
from cloudwatch.source import MetricSource, SourceError
from reports.weekly_inputs import LatencyBand, LatencyWeek
from slo.error_budget import NoData
from slo.model import BudgetedObjective, Objectives, ThresholdIndicator

EDGES_MS = (50.0, 100.0, 200.0, 300.0, 500.0, 750.0, 1_000.0, 2_000.0, 5_000.0)
_PERCENTILES = (50.0, 95.0, 99.0)
_PERIODS_SECONDS = (3_600, 300, 60)
_SHORT_SECONDS = 6 * 3_600


def read_latency(
    objectives: Objectives, source: MetricSource, start_at: datetime, end_at: datetime
) -> LatencyWeek | NoData:  # fmt: skip
    """The latencies of the API that the first objective on them watches."""
    found = next(
        (
            each.indicator
            for each in objectives
            if isinstance(each, BudgetedObjective) and isinstance(each.indicator, ThresholdIndicator)
        ),
        None,
    )
    if found is None:
        return NoData(reason="no objective is on a latency")
    refused = "no period could be read"
    for period in _PERIODS_SECONDS:
        try:
            return _in_bands(found.samples.metric, float(found.threshold), source, start_at, end_at, period)
        except SourceError as error:
            refused = str(error)
    return NoData(reason=f"its bands could not be read: {refused}")


def rank_below(edge_ms: float) -> str:
    """The statistic that says which percentage of samples is at most so much."""
    return f"PR(:{edge_ms:g})"


def _in_bands(
    metric: Metric, threshold_ms: float, source: MetricSource, start_at: datetime, end_at: datetime, period: int
) -> LatencyWeek | NoData:
    edges = sorted({*EDGES_MS, threshold_ms})
    names = ["SampleCount", *(rank_below(edge) for edge in edges)]
    wanted = [MetricStat(metric=metric, period_seconds=period, statistic=name) for name in names]
    count, *ranks = source.read(wanted, start_at=start_at, end_at=end_at)
    total = np.nan_to_num(count.values)
    if not total.any():
        return NoData(reason=f"{metric} has no datapoint in this week")
    below = np.array([np.nan_to_num(rank.values) / 100 * total for rank in ranks])
    # What is told by the hour, unless all of it happened in a few.
    seen = np.flatnonzero(total)
    told_seconds = period if (seen[-1] - seen[0]) * period < _SHORT_SECONDS else 3_600
    width = told_seconds // period
    below, total = (_summed(each, width) for each in (below, total[np.newaxis, :]))
    counts = np.maximum(0, np.diff(np.vstack([np.zeros_like(total), below, total]), axis=0))
    bands: list[LatencyBand] = []
    lower = [0.0, *edges]
    for place in np.flatnonzero(total[0]):
        at = datetime.fromtimestamp(start_at.timestamp() + int(place) * told_seconds, start_at.tzinfo)
        bands += [
            LatencyBand(at=at, from_ms=from_ms, to_ms=to_ms, count=float(count))
            for from_ms, to_ms, count in zip(lower, [*edges, None], counts[:, place], strict=True)
        ]
    shares = counts.sum(axis=1).cumsum() / counts.sum()
    percentiles = tuple(
        (each, next((edge for edge, share in zip(edges, shares, strict=False) if share >= each / 100 - 1e-9), None))
        for each in _PERCENTILES
    )
    return LatencyWeek(
        request_count=round(float(counts.sum())),
        percentiles_ms=percentiles,
        bands=tuple(bands),
        slow_after_ms=threshold_ms,
        period_minutes=told_seconds // 60,
    )


def _summed(values: Values, width: int) -> Values:
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % width)))
    return padded.reshape(values.shape[0], -1, width).sum(axis=2)
