"""How long things took in a week: the API's requests in buckets by the period, and each step of the work."""

from collections.abc import Sequence

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.source import MetricSource
from foundation.readings import NoData
from foundation.service.measured import own_samples
from foundation.slo.model import Objectives
from foundation.slo.signals import Samples, SignalKind
from reports.histogram import read_histogram
from reports.known_values import Span, read_known
from reports.weekly.inputs import LatencyWeek, PeriodBucket, StageDuration

EDGES_MS = (10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 750.0, 1_000.0, 2_000.0, 5_000.0)
_STAGE_EDGES_MS = (
    100.0, 200.0, 500.0, 1_000.0, 2_000.0, 3_000.0, 5_000.0, 10_000.0, 20_000.0, 30_000.0, 60_000.0, 120_000.0, 300_000.0,
)  # fmt: skip
PERCENTILES = (50.0, 95.0, 99.0)
_HIGHEST = ("SampleCount", *(f"p{each:g}" for each in PERCENTILES))
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


def read_latency(objectives: Objectives, source: MetricSource, span: Span) -> LatencyWeek | NoData:
    """The latencies of the API that the first objective on them watches."""
    found = api_latency(objectives)
    if found is None:
        return NoData(reason="no objective is on the latency of the service's API")
    threshold_ms = float(found.line.threshold)
    read = read_histogram(found.metric, (*EDGES_MS, threshold_ms), source, span)
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
        coverage=read.coverage,
    )


def read_stages(
    source: MetricSource, *, durations: Sequence[tuple[str, Metric]], span: Span
) -> tuple[StageDuration | NoData, ...]:  # fmt: skip
    """How long each of the service's steps took, by its label; those without a run are left out, NoData are those not known."""
    found = (_stage(name, metric, source, span) for name, metric in durations)
    return tuple(each for each in found if each is not None)


def _stage(name: str, metric: Metric, source: MetricSource, span: Span) -> StageDuration | NoData | None:
    stats = [MetricStat(metric=metric, period_seconds=_HOUR_SECONDS, statistic=each) for each in _HIGHEST]
    runs = read_known(source, stats[:1], span)
    if isinstance(runs, NoData):
        return NoData(reason=f"{name} ({runs.reason})")
    if not runs.totals[0]:
        return None
    buckets = read_histogram(metric, _STAGE_EDGES_MS, source, span)
    if not isinstance(buckets, NoData):
        percentiles = tuple((each, buckets.upper_end(each)) for each in PERCENTILES)
        return StageDuration(
            name=name, run_count=buckets.sample_count, percentiles_ms=percentiles, coverage=buckets.coverage
        )
    # Where no ranks can be read: at least so many percent of every hour's samples are at most its percentile, so of all
    # samples as many are at most the highest of them.
    read = read_known(source, stats, span)
    if isinstance(read, NoData):
        return NoData(reason=f"{name} ({read.reason})")
    highest = (float(np.nanmax(each)) for each in read.values[1:])
    return StageDuration(
        name=name,
        run_count=read.totals[0],
        percentiles_ms=tuple(zip(PERCENTILES, highest, strict=True)),
        coverage=read.coverage,
    )
