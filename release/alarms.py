"""Which alarms would have gone off while the platform was under load.

What API Gateway and X-Ray would count, the load test counted from outside; all else comes from the platform's own metrics.
"""

from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np

from alarms.burn_rate import group_prefix
from alarms.counting import as_metrics
from alarms.live import Joined, Part, evaluate_live
from alarms.model import Plan
from cloudwatch.evaluation import AlarmState
from cloudwatch.frame import FrameSource, Points
from cloudwatch.metrics import Metric
from infra.local.metrics import LocalMetrics
from loadtests.result import LoadResult
from release.evidence import counts_slow, is_measurable
from reports.release_check import AlarmRow, AlarmsUnderLoad
from slo.event_metrics import event_metrics
from slo.model import BudgetedObjective, Objectives

_MINUTE_SECONDS = 60


def alarms_under_load(
    plan: Plan, objectives: Objectives, result: LoadResult, platform: LocalMetrics | None
) -> AlarmsUnderLoad:
    """Evaluate the plan from the load test's first minute to two minutes after its last."""
    client = client_metrics(plan, objectives, result)
    parts = [Part(source=client, metrics=client.metrics)]
    if platform is not None:
        parts.append(Part(source=platform, metrics=platform.published()))
    start_at = _floor(datetime.fromisoformat(result.started_at))
    end_at = _floor(datetime.fromisoformat(result.ended_at)) + timedelta(minutes=2)
    live = evaluate_live(plan, Joined(parts=tuple(parts)), start_at=start_at, end_at=end_at)
    rows: list[AlarmRow] = []
    for name, evaluated in live.evaluated.items():
        acted = {each.change.at: each for each in evaluated.actions(name)}
        for began_at, _ in evaluated.histories[name].intervals(AlarmState.ALARM):
            # What was so before the first request is the silence before the load, and says nothing of it.
            if began_at <= start_at:
                continue
            severity = plan[name].severity
            told = acted.get(began_at)
            rows.append(
                AlarmRow(
                    name=name,
                    severity="" if severity is None else severity.value,
                    after_seconds=(began_at - datetime.fromisoformat(result.started_at)).total_seconds(),
                    held_back=told is not None and told.ran_at is None,
                    impact=(plan[name].alarm.description or "").splitlines()[0],
                )
            )
    return AlarmsUnderLoad(
        fired=tuple(sorted(rows, key=lambda row: (row.after_seconds, row.name))),
        evaluated_count=len(live.evaluated),
        without_data_count=len(live.without),
    )


def client_metrics(plan: Plan, objectives: Objectives, result: LoadResult) -> FrameSource:
    """The load test's counts by the minute, as the metrics that count each objective's events."""
    started = datetime.fromisoformat(result.started_at)
    first = int(_floor(started).timestamp())
    offset = int(started.timestamp()) - first
    count = (offset + max((second.second for second in result.seconds), default=0)) // _MINUTE_SECONDS + 1
    total, slow, faults = (np.zeros(count) for _ in range(3))
    for second in result.seconds:
        minute = (offset + second.second) // _MINUTE_SECONDS
        total[minute] += second.sent_count - second.refused_count
        slow[minute] += second.slow_count
        faults[minute] += second.fault_count
    times = first + _MINUTE_SECONDS * np.arange(count, dtype=np.int64)
    statistics: dict[tuple[Metric, str, int], Points] = {}
    for objective in objectives:
        if not isinstance(objective, BudgetedObjective) or not is_measurable(objective):
            continue
        events = event_metrics(objective.indicator, group_prefix=group_prefix(objective, plan.context))
        bad = slow if counts_slow(objective) else faults
        for metric, statistic, values in as_metrics(events, total=total, bad=bad) if events else ():
            statistics[metric, statistic, _MINUTE_SECONDS] = Points(times=times, values=values)
    return FrameSource(statistics=MappingProxyType(statistics), samples=MappingProxyType({}))


def _floor(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % _MINUTE_SECONDS)
