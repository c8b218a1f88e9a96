"""Which alarms would have gone off while the platform was under load.

What API Gateway and X-Ray would count, the load test counted from outside; all else comes from the platform's own metrics.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np
from hdrh.histogram import HdrHistogram

from alarms.evaluation import CombinedSource, Part, evaluate_young
from alarms.event_series import event_series
from alarms.model import Plan
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.frame import FrameSource, Points, to_frame
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.statement import Recording, recording_of
from foundation.readings import Interval, Known, in_memory
from foundation.service.measured import BadJourney, ByLoad, Load, measured_by
from foundation.service.own_metrics import OwnMetrics
from foundation.service.stage import Stage
from foundation.slo.event_metrics import event_metrics
from foundation.slo.model import BudgetedObjective
from loadtests.result import LoadResult, decode_histogram, new_histogram, percentile_ms
from reports.release_check.model import AlarmRow, AlarmsUnderLoad
from sre.local.metrics import LocalMetrics

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMetrics:
    """What the load test counted from outside, and the platform's own metrics where they can be read."""

    client: FrameSource
    platform: LocalMetrics | None


def alarms_under_load(plan: Plan, result: LoadResult, seen: SeenMetrics) -> AlarmsUnderLoad:
    """Evaluate the plan from the load test's first minute to two minutes after its last.

    The platform's own metrics are known before the load, too: what was in alarm then is told. Of what the load test counted there
    is nothing but the load.
    """
    client = as_if_alone(seen.client)
    counted = Part(source=client, metrics=client.metrics)
    since = always = CombinedSource(parts=(counted,))
    if seen.platform is not None:
        published = seen.platform.published()
        since, always = (
            CombinedSource(parts=(counted, Part(source=each, metrics=published)))
            for each in (seen.platform, seen.platform.as_if_there_always())
        )
    start_at = _floor(datetime.fromisoformat(result.started_at))
    end_at = _floor(datetime.fromisoformat(result.ended_at)) + timedelta(minutes=2)
    load = Interval(start_at=start_at, end_at=end_at)
    live = evaluate_young(plan, since=since, always=always, start_at=start_at, end_at=end_at)
    rows: list[AlarmRow] = []
    for name, evaluated in live.evaluated.items():
        below = plan.metric_alarms_below(plan[name])
        is_counted_here = any(stat.metric in client.metrics for alarm in below for stat in alarm.stats)
        for each in evaluated.in_alarm(name, load):
            # What the load test counts is silent before its first request, which says nothing of it.
            if each.began_at is None and is_counted_here:
                continue
            severity = plan[name].severity
            began_at = each.began_at
            rows.append(
                AlarmRow(
                    name=name,
                    severity="" if severity is None else severity.value,
                    after_seconds=None
                    if began_at is None
                    else (began_at - datetime.fromisoformat(result.started_at)).total_seconds(),
                    notification=each.notification,
                    impact=(plan[name].alarm.description or "").splitlines()[0],
                )
            )
    known = [evaluated.histories[name].known for name, evaluated in live.evaluated.items()]
    nothing_count = sum(not each.within(load).spans for each in known)
    return AlarmsUnderLoad(
        fired=tuple(sorted(rows, key=lambda row: (row.after_seconds or 0.0, row.name))),
        evaluated_count=len(live.evaluated) - nothing_count,
        partly_known_count=sum(bool(each.missing(load).spans) for each in known) - nothing_count,
        without_data_count=len(live.without) + nothing_count,
    )


def as_if_alone(client: FrameSource) -> FrameSource:
    """What a load test counted, as if there had been nothing before it and after it: alarms then see it and no more."""
    return replace(client, held=Throughout(held=Known.always(), by=in_memory("the load test")))


def client_metrics(plan: Plan, stage: Stage, result: LoadResult) -> FrameSource:
    """The load test's counts by the minute, as the metrics that count each objective's events."""
    started = datetime.fromisoformat(result.started_at)
    first = int(_floor(started).timestamp())
    offset = int(started.timestamp()) - first
    count = (offset + max((second.second for second in result.seconds), default=0)) // _MINUTE_SECONDS + 1
    total, slow, faults = (np.zeros(count) for _ in range(3))
    for second in result.seconds:
        minute = (offset + second.second) // _MINUTE_SECONDS
        total[minute] += second.sent_count - second.refused_count - second.closing_count
        slow[minute] += second.slow_count
        faults[minute] += second.fault_count
    times = first + _MINUTE_SECONDS * np.arange(count, dtype=np.int64)
    statistics: dict[tuple[Metric, str, int], Points] = {}
    bad_of = {BadJourney.FAULTS: faults, BadJourney.SLOW_OR_FAULTS: slow}
    for objective in stage.objectives:
        match objective, measured_by(objective, stage.objectives):
            case BudgetedObjective(), ByLoad(load=Load.API, bad=bad_journeys):
                events, bad = event_metrics(objective.indicator), bad_of[bad_journeys]
            case _:
                continue
        for metric, statistic, values in event_series(events, total=total, bad=bad) if events else ():
            statistics[metric, statistic, _MINUTE_SECONDS] = Points(times=times, values=values)
    for metric, statistic, points in _api_metrics(plan, stage.own, result, times, total=total, faults=faults):
        statistics.setdefault((metric, statistic, _MINUTE_SECONDS), points)
    counted = Known.throughout(started, datetime.fromisoformat(result.ended_at))
    held = Throughout(held=counted, by=in_memory("the load test"))
    return FrameSource(statistics=MappingProxyType(statistics), samples=MappingProxyType({}), held=held)


def recorded_metrics(result: LoadResult, seen: SeenMetrics) -> Recording:
    """What the load test counted and what the platform itself has of the same time, for the dashboards' preview."""
    client, platform = seen.client, seen.platform
    start_at = _floor(datetime.fromisoformat(result.started_at))
    end_at = _floor(datetime.fromisoformat(result.ended_at)) + timedelta(minutes=1)
    wanted = [
        MetricStat(metric=metric, period_seconds=_MINUTE_SECONDS, statistic=statistic)
        for metric, statistic, _ in client.statistics
    ]
    read = list(zip(wanted, client.read(wanted, start_at=start_at, end_at=end_at), strict=True))
    if platform is not None:
        own = [
            MetricStat(metric=metric, period_seconds=_MINUTE_SECONDS, statistic=statistic)
            for metric in sorted(platform.published() - client.metrics, key=str)
            for statistic in ("Sum", "SampleCount", "Average", "Maximum", "p50", "p95", "p99")
        ]
        read += zip(own, platform.read(own, start_at=start_at, end_at=end_at), strict=True)
    return recording_of(to_frame([(stat, each.answer) for stat, each in read]), read)


def _api_metrics(
    plan: Plan, own: OwnMetrics | None, result: LoadResult, times: Times, *, total: Values, faults: Values
) -> Iterator[tuple[Metric, str, Points]]:
    """What API Gateway would say of the load test's requests; latencies to ten seconds, counted from when they were due."""
    load_test = None if own is None else own.load_test
    dimensions = (("ApiName", plan.context.prefix), ("Stage", plan.context.stage))

    def metric(name: str) -> Metric:
        return Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions)

    def client(emitted: EmittedMetric) -> Metric:
        return Metric(namespace=emitted.namespace, name=emitted.name, dimensions=(("Stage", plan.context.stage),))

    yield metric("Count"), "SampleCount", Points(times=times, values=total)
    yield metric("5XXError"), "Sum", Points(times=times, values=faults)
    if load_test is not None:
        yield client(load_test.requests), "Sum", Points(times=times, values=total)
        yield client(load_test.faults), "Sum", Points(times=times, values=faults)
    latencies = [metric("Latency"), *([] if load_test is None else [client(load_test.latency)])]
    offset = int(datetime.fromisoformat(result.started_at).timestamp()) - int(times[0])
    minutes: dict[int, HdrHistogram] = {}
    for each in result.latencies:
        minutes.setdefault((offset + each.second) // _MINUTE_SECONDS, new_histogram()).add(
            decode_histogram(each.histogram)
        )
    # A minute in which all was refused has no latency, and no datapoint.
    answered = sorted(minute for minute, histogram in minutes.items() if histogram.get_total_count())
    at = times[0] + _MINUTE_SECONDS * np.array(answered, dtype=np.int64)
    for percent in (50, 95, 99):
        values = np.array([percentile_ms(minutes[minute], percent) for minute in answered], dtype=np.float64)
        for latency in latencies:
            yield latency, f"p{percent}", Points(times=at, values=values)


def _floor(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % _MINUTE_SECONDS)
