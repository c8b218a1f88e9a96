"""Makes a planned alarm of its parts: name, description with its links, actions. A description opens with the impact."""

from dataclasses import replace

from alarms.model import BILLING_REGION, Context, PlannedAlarm
from foundation.cloudwatch.alarms import Actions, Alarm
from foundation.cloudwatch.parameters import parametrized
from foundation.slo.burn_rate import Severity


def notifying_alarm(
    alarm: Alarm,
    context: Context,
    *,
    severity: Severity,
    impact: str,
    runbook: str,
    objective: str | None = None,
    region: str | None = None,
) -> PlannedAlarm:
    """An alarm that notifies somebody; `alarm` has neither description nor actions yet. Raises LimitError."""
    topic = context.topic_arn(severity, is_of_billing=region == BILLING_REGION)
    lines = (
        impact,
        f"Severity: {severity.value}. Owner: {context.owner}.",
        f"Runbook: {context.runbook_url}/{runbook}.md",
    )
    text = parametrized(*(f"{line}\n" for line in lines), "Dashboard: ", context.dashboard_url)
    actions = Actions(enabled=True, on_alarm=(topic,), on_ok=(topic,))
    return PlannedAlarm(
        alarm=replace(alarm, description=text, actions=actions),
        severity=severity,
        owner=context.owner,
        runbook=runbook,
        objective=objective,
        region=region,
    )


def input_alarm(alarm: Alarm, context: Context, *, purpose: str, runbook: str, objective: str) -> PlannedAlarm:
    """An alarm that is only an input of a composite one."""
    return PlannedAlarm(
        alarm=replace(alarm, description=purpose, actions=Actions(enabled=False)),
        severity=None,
        owner=context.owner,
        runbook=runbook,
        objective=objective,
        region=None,
    )
