"""`sre alarms list`: its JSON, and the row of an alarm. It needs no pandas, which rule tests and replays do."""

from decimal import Decimal
from typing import Any

from alarms.conditions import condition_of
from alarms.model import Plan, PlannedAlarm, Quantity
from foundation.cloudwatch.alarms import ComparisonOperator
from foundation.slo.burn_rate import Severity
from sre.cli.outputs.model import Output, Part


class AlarmWindow(Part):
    """So many of so many periods of the metric alarm of this name must breach."""

    alarm: str
    period_seconds: float
    datapoints_to_alarm: int
    evaluation_periods: int


class AlarmRow(Part):
    """One alarm. `severity` and `topic` are null of an input of another alarm, which notifies nobody.

    `threshold` is a ratio of a share, US dollars of usd, and else in the metric's own unit. `cloudwatch_request` is what
    PutMetricAlarm or PutCompositeAlarm takes.
    """

    name: str
    severity: Severity | None
    objective: str | None
    condition: str
    quantity: Quantity
    comparison: ComparisonOperator
    threshold: Decimal
    windows: tuple[AlarmWindow, ...]
    topic: str | None
    runbook: str
    description: str
    cloudwatch_request: dict[str, Any]


class AlarmList(Output):
    """The alarms of a stage that were asked for; `monthly_cost_usd` is of all alarms of the stage."""

    service: str
    stage: str
    policy: str
    notifying_count: int
    input_count: int
    monthly_cost_usd: Decimal
    what_ifs: tuple[str, ...]
    notes: tuple[str, ...]
    alarms: tuple[AlarmRow, ...]


def alarm_row(plan: Plan, planned: PlannedAlarm, request: dict[str, Any]) -> AlarmRow:
    """An alarm of a plan; `request` is what CloudWatch's API takes."""
    condition = condition_of(plan, planned)
    return AlarmRow(
        name=planned.name,
        severity=planned.severity,
        objective=planned.objective,
        condition=condition.measure.words,
        quantity=condition.measure.quantity,
        comparison=condition.comparison,
        threshold=condition.threshold,
        windows=tuple(
            AlarmWindow(
                alarm=each.alarm,
                period_seconds=each.period.total_seconds(),
                datapoints_to_alarm=each.datapoints_to_alarm,
                evaluation_periods=each.evaluation_periods,
            )
            for each in condition.windows
        ),
        topic=plan.topic_of(planned),
        runbook=f"{plan.context.runbook_url}/{planned.runbook}.md",
        description=str(request.get("AlarmDescription", "")),
        cloudwatch_request=request,
    )
