"""`sre alarms list`."""

import json
from typing import Unpack

import click

from alarms.price import monthly_cost_usd
from foundation.cloudwatch.alarm_writing import to_request
from foundation.errors import Exit
from sre.cli.alarms.planning import PlanOptions, plan_from


def run(*, as_json: bool, **options: Unpack[PlanOptions]) -> Exit:
    """Print the plan."""
    plan, _ = plan_from(**options)
    if as_json:
        click.echo(json.dumps([to_request(planned.alarm) for planned in plan], indent=2))
        return Exit.MET
    width = max(len(planned.name) for planned in plan)
    for planned in plan.notifying:
        impact = (planned.alarm.description or "").splitlines()[0]
        severity = planned.severity.value if planned.severity else ""
        click.echo(f"{severity:6}  {planned.name:{width}}  {impact}")
    input_count = len(plan.alarms) - len(plan.notifying)
    click.echo(
        f"\n{len(plan.notifying)} alarms notify somebody; {input_count} more are their inputs. "
        f"List price: ${monthly_cost_usd(plan):.2f} a month."
    )
    for note in plan.notes:
        click.echo(f"Note: {note}")
    return Exit.MET
