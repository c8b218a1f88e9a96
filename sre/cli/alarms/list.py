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
from sre.cli.stage import WrittenPlanOptions, stage_from
from sre.cli.unused import refuse_with, refuse_without
from sre.jobs.weekly_report.subscribers import subscribers_of


def run(*, as_json: bool, region: str | None, **options: Unpack[WrittenPlanOptions]) -> Exit:
    """Print the plan, and with a Region who is subscribed to its topics there."""
    plan = plan_of(stage_from(**options))
    if as_json:
        refuse_with("--json, which is of alarms alone", region=region)
        click.echo(json.dumps([to_request(planned.alarm) for planned in plan], indent=2))
        return Exit.MET
    refuse_without("--json, which has the links", runbook_url=options["runbook_url"])
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
        names = ", ".join(parameter_names())
        return (f"Nobody is subscribed unless the stack is deployed with {names}; --region asks SNS who is.",)
    found = subscribers_of(plan, region=region)
    return (f"Who is subscribed is not known: {found.reason}.",) if isinstance(found, NoData) else tuple(
        each.sentence for each in found
    )  # fmt: skip
