"""Objectives, plans and counted events that the tests of this room share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from alarms.event_series import event_series
from alarms.model import Context, Measure, Plan, PlannedAlarm, Quantity
from alarms.plan import plan_of as plan_of_stage
from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.alarms import Alarm, CompositeAlarm
from foundation.cloudwatch.composite_history import composite_histories
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.held_time import HeldTime
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.state_history import StateHistory
from foundation.service.stage import AlarmRules, Stage
from foundation.slo.burn_rate import BurnRatePolicy, Severity
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.event_metrics import event_metrics
from foundation.slo.model import BudgetedObjective, Objective, Objectives
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER

START_AT = datetime(2026, 3, 2, tzinfo=UTC)
MEASURE = Measure(words="errors", quantity=Quantity.COUNT)
CONTEXT = Context(service="t-developer", stage="production", owner="t-developer", runbook_url="docs/runbooks")


def errors_objective(days: int = 30) -> BudgetedObjective:
    """The project's 99.9 % objective, over the workbook's 30 days."""
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["api-errors"]
    assert isinstance(objective, BudgetedObjective)
    return replace(objective, window=timedelta(days=days))


def stage_of(*objectives: Objective, service: str = "t-developer", policy: BurnRatePolicy | None = None) -> Stage:
    """A stage with these objectives and nothing else, by the project's policy unless another is given."""
    return Stage(
        objectives=Objectives(service=service, stage="production", title="T", description="", items=objectives),
        own=None,
        alarm_rules=AlarmRules(
            policy=policy or read_policy(T_DEVELOPER.burn_rate),
            resources=(),
            resource_alarms=(),
            owner=CONTEXT.owner,
            runbook_url=CONTEXT.runbook_url,
        ),
    )


def plan_of(*objectives: BudgetedObjective) -> Plan:
    return plan_of_stage(stage_of(*objectives))


def by_hand(*alarms: Alarm) -> Plan:
    """A plan of alarms that page and tell nothing else."""
    return Plan(
        context=CONTEXT,
        policy="none",
        alarms=tuple(
            PlannedAlarm(
                alarm=alarm,
                measure=MEASURE,
                severity=Severity.PAGE,
                owner="me",
                runbook="look",
                objective=None,
                region=None,
            )
            for alarm in alarms
        ),
        trace_groups=(),
        deployments=(),
        notes=(),
    )


def counted(
    bad: np.ndarray, total: np.ndarray, start_at: datetime = START_AT, *, held: HeldTime | None = None
) -> FrameSource:
    """A source of the objective's bad and total events a minute, from `start_at` on; without `held` until they end."""
    events = event_metrics(errors_objective().indicator)
    assert events is not None
    return read_frame(
        to_frame(
            [
                (
                    MetricStat(metric=metric, period_seconds=60, statistic=statistic),
                    Series(start_at=start_at, period_seconds=60, values=values.astype(np.float64)),
                )
                for metric, statistic, values in event_series(events, total=total, bad=bad)
            ]
        ),
        held=held,
    )


def histories(
    plan: Plan, source: FrameSource, *, start_at: datetime, end_at: datetime, pairs: tuple[str, ...]
) -> Mapping[str, StateHistory]:
    """The histories of the pairs of windows with these names, by the pair's name."""
    wanted = [alarm for alarm in plan.composite_alarms if alarm.name.endswith(pairs)]
    below = [
        alarm for alarm in plan.metric_alarms if alarm.name.removesuffix("-long").removesuffix("-short").endswith(pairs)
    ]
    metric = {alarm.name: alarm_history(alarm, source, start_at=start_at, end_at=end_at) for alarm in below}
    without = [CompositeAlarm(name=alarm.name, rule=alarm.rule) for alarm in wanted]
    return {name.rsplit("-", 1)[1]: history for name, history in composite_histories(without, metric).items()}


def minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)


def times_in_alarm(history: StateHistory) -> tuple[tuple[datetime, datetime], ...]:
    """When an alarm was in alarm, from and to; one that lasts ends where it was seen last."""
    return tuple((each.seen_from, each.ended_at or each.seen_until) for each in history.spells(AlarmState.ALARM))


def more_failures_than_events(directory: Path) -> Path:
    """The project's policy, with a ticket for more failures than there can be among few events: nothing can show it."""
    policy = directory / "policy.yaml"
    policy.write_text(T_DEVELOPER.burn_rate.read_text().replace("lowTrafficFailures: 3", "lowTrafficFailures: 1000"))
    return policy
