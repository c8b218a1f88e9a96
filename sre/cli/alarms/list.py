"""`sre alarms list`."""

import json
from typing import Unpack

import click

from alarms.model import Plan
from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from alarms.subscriptions import parameter_names
from foundation.cloudwatch.alarm_writing import to_request
from foundation.errors import Exit
from foundation.readings import NoData
from sre.cli.stage import AskedPlanOptions, stage_from
from sre.jobs.weekly_report.subscribers import subscribers_of


def run(*, as_json: bool, region: str | None, **options: Unpack[AskedPlanOptions]) -> Exit:
    """Print the plan, and with a Region who is subscribed to its topics there."""
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
    for line in _who_hears(plan, region):
        click.echo(line)
    return Exit.MET


def _who_hears(plan: Plan, region: str | None) -> tuple[str, ...]:
    if region is None:
        return _who_is_to_hear(plan)
    found = subscribers_of(plan, region=region)
    return (f"Who is subscribed is not known: {found.reason}.",) if isinstance(found, NoData) else tuple(
        each.sentence for each in found
    )  # fmt: skip


def _who_is_to_hear(plan: Plan) -> tuple[str, ...]:
    """Who the service's files subscribe, and which severity they subscribe nobody to."""
    names = ", ".join(parameter_names())
    asking = f"unless the stack is deployed with {names}; --region asks SNS who is."
    if not plan.subscriptions:
        return (f"Nobody is subscribed {asking}",)
    notifying = {each.severity for each in plan.notifying if each.severity is not None}
    silent = sorted(each.value for each in notifying - {each.severity for each in plan.subscriptions})
    nobody = (f"Nobody is subscribed to a {' or a '.join(silent)} {asking}",) if silent else ()
    return (*(each.sentence for each in plan.subscriptions), *nobody)
