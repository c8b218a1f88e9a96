"""`sre alarms list`."""

import json
from typing import Unpack

import click

from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from foundation.cloudwatch.alarm_writing import to_request
from foundation.errors import Exit
from sre.cli.stage import AskedPlanOptions, stage_from


def run(*, as_json: bool, **options: Unpack[AskedPlanOptions]) -> Exit:
    """Print the plan."""
    plan = plan_of(stage_from(**options))
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
    for each in plan.what_ifs:
        click.echo(f"What if: {each}.")
    for note in plan.notes:
        click.echo(f"Note: {note}")
    return Exit.MET
