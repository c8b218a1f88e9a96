"""How long things took in a week: the API's requests in buckets by the period, and each stage of a pipeline."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError
from foundation.readings import NoData
from foundation.service.measured import own_samples
from foundation.slo.model import Objectives
from foundation.slo.signals import Samples, SignalKind
from reports.histogram import read_histogram
from reports.weekly.inputs import LatencyWeek, PeriodBucket, StageDuration

EDGES_MS = (10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 750.0, 1_000.0, 2_000.0, 5_000.0)
_STAGE_EDGES_MS = (
    100.0, 200.0, 500.0, 1_000.0, 2_000.0, 3_000.0, 5_000.0, 10_000.0, 20_000.0, 30_000.0, 60_000.0, 120_000.0, 300_000.0,
)  # fmt: skip
PERCENTILES = (50.0, 95.0, 99.0)
_HOUR_SECONDS = 3_600


def api_latency(objectives: Objectives) -> Samples | None:
    """What the first objective on the latency of the service's API judges."""
    return next(
        (
            samples
            for each in objectives
            for samples in own_samples(each, objectives, SignalKind.API_LATENCY)
            if samples.line.bad_from is not None
        ),
        None,
    )


def read_latency(
    objectives: Objectives, source: MetricSource, start_at: datetime, end_at: datetime
) -> LatencyWeek | NoData:  # fmt: skip
    """The latencies of the API that the first objective on them watches."""
    found = api_latency(objectives)
    if found is None:
        return NoData(reason="no objective is on the latency of the service's API")
    threshold_ms = float(found.line.threshold)
    read = read_histogram(found.metric, (*EDGES_MS, threshold_ms), source, start_at, end_at)
    if isinstance(read, NoData):
        return read
    buckets: list[PeriodBucket] = []
    lower = [0.0, *read.edges]
    for column in np.flatnonzero(read.counts.sum(axis=0)):
        at = read.begins(int(column))
        buckets += [
            PeriodBucket(at=at, from_ms=from_ms, to_ms=to_ms, count=float(count))
            for from_ms, to_ms, count in zip(lower, [*read.edges, None], read.counts[:, column], strict=True)
        ]
    return LatencyWeek(
        request_count=read.sample_count,
        percentiles_ms=tuple((each, read.upper_end(each)) for each in PERCENTILES),
        buckets=tuple(buckets),
        slow_after_ms=threshold_ms,
        period_minutes=read.period_seconds // 60,
    )


def read_stages(
    source: MetricSource, *, durations: Sequence[tuple[str, Metric]], start_at: datetime, end_at: datetime
) -> tuple[StageDuration, ...]:
    """How long each of the service's steps took, by its label; those without a run are left out."""
    found = (_stage(name, metric, source, start_at, end_at) for name, metric in durations)
    return tuple(each for each in found if each is not None)


def _stage(
    name: str, metric: Metric, source: MetricSource, start_at: datetime, end_at: datetime
) -> StageDuration | None:
    buckets = read_histogram(metric, _STAGE_EDGES_MS, source, start_at, end_at)
    if not isinstance(buckets, NoData):
        percentiles = tuple((each, buckets.upper_end(each)) for each in PERCENTILES)
        return StageDuration(name=name, run_count=buckets.sample_count, percentiles_ms=percentiles)
    # Where no ranks can be read: at least so many percent of every hour's samples are at most its percentile, so of all
    # samples as many are at most the highest of them.
    names = ("SampleCount", *(f"p{each:g}" for each in PERCENTILES))
    stats = [MetricStat(metric=metric, period_seconds=_HOUR_SECONDS, statistic=each) for each in names]
    try:
        count, *percentiles_read = source.read(stats, start_at=start_at, end_at=end_at)
    except SourceError:
        return None
    total = round(float(np.nansum(count.answer.values)))
    if not total:
        return None
    highest = (float(np.nanmax(each.answer.values)) for each in percentiles_read)
    return StageDuration(
        name=name, run_count=total, percentiles_ms=tuple(zip(PERCENTILES, highest, strict=True))
    )  # fmt: skip
