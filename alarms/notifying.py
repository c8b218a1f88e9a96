"""Makes a planned alarm of its parts: name, description with its links, actions. A description opens with the impact."""

from dataclasses import replace

from alarms.model import BILLING_REGION, Context, Measure, PlannedAlarm
from foundation.cloudwatch.alarms import Actions, Alarm
from foundation.cloudwatch.parameters import parametrized
from foundation.slo.burn_rate import Severity
from foundation.slo.model import Objective
from foundation.slo.wording import promise


def notifying_alarm(
    alarm: Alarm,
    context: Context,
    *,
    severity: Severity,
    impact: str,
    measure: Measure,
    runbook: str,
    objective: Objective | None = None,
    region: str | None = None,
    source: str = "",
) -> PlannedAlarm:
    """An alarm that notifies somebody; `alarm` has neither description nor actions yet. Raises LimitError."""
    topic = context.topic_arn(severity, is_of_billing=region == BILLING_REGION)
    lines = (
        impact,
        *(() if objective is None else (f"Objective: {objective.name}, {promise(objective)}.",)),
        f"Severity: {severity.value}. Owner: {context.owner}.",
        f"Runbook: {context.runbook_url}/{runbook}.md",
    )
    text = parametrized(*(f"{line}\n" for line in lines), "Dashboard: ", context.dashboard_url)
    actions = Actions(enabled=True, on_alarm=(topic,), on_ok=(topic,))
    return PlannedAlarm(
        alarm=replace(alarm, description=text, actions=actions),
        measure=measure,
        severity=severity,
        owner=context.owner,
        runbook=runbook,
        objective=None if objective is None else objective.name,
        region=region,
        source=source,
    )


def input_alarm(
    alarm: Alarm, context: Context, *, purpose: str, measure: Measure, runbook: str, objective: Objective
) -> PlannedAlarm:
    """An alarm that is only an input of a composite one."""
    return PlannedAlarm(
        alarm=replace(alarm, description=purpose, actions=Actions(enabled=False)),
        measure=measure,
        severity=None,
        owner=context.owner,
        runbook=runbook,
        objective=objective.name,
        region=None,
    )
