"""`sre alarms list`."""

import json
from functools import partial
from typing import Any, Unpack

import click

from alarms.model import Plan
from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from alarms.subscriptions import parameter_names
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.parameters import REGION, filled, parameters_in, with_texts
from foundation.errors import Exit, InputError
from foundation.files.explaining import with_hint
from foundation.readings import NoData
from sre.cli.stage import WrittenPlanOptions, stage_from
from sre.cli.unused import refuse_without
from sre.jobs.weekly_report.subscribers import subscribers_of


def run(
    *, as_json: bool, region: str | None, parameters: tuple[tuple[str, str], ...], **options: Unpack[WrittenPlanOptions]
) -> Exit:  # fmt: skip
    """Print the plan, and with a Region who is subscribed to its topics there. Raises InputError for a parameter of no alarm."""
    plan = plan_of(stage_from(**options))
    if as_json:
        known = {**({} if region is None else {REGION.name: region}), **dict(parameters)}
        click.echo(json.dumps(_requests(plan, known), indent=2))
        return Exit.MET
    refuse_without("--json", parameter=parameters, runbook_url=options["runbook_url"])
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


def _requests(plan: Plan, known: dict[str, str]) -> list[dict[str, Any]]:
    """The alarms with what is known filled in, and to stderr what they lack. Raises InputError for a parameter of none.

    An alarm that can only be in one Region is filled in for that one, whatever the others' is.
    """
    requests = [to_request(planned.alarm) for planned in plan]
    there = sorted(parameter.name for parameter in parameters_in(requests))
    if unknown := [name for name in known if name not in there and name != REGION.name]:
        raise InputError(with_hint(f"--parameter {unknown[0]}: no alarm has it", unknown[0], there))
    if left := [f"${{{name}}}" for name in there if name not in known]:
        click.echo(
            f"· CloudWatch takes these alarms once {', '.join(left)} are filled in; give each as --parameter NAME=VALUE, "
            "or deploy what `sre alarms build` writes, which fills them in",
            err=True,
        )
    return [
        with_texts(
            request, partial(_text, {**known, **({} if planned.region is None else {REGION.name: planned.region})})
        )
        for request, planned in zip(requests, plan, strict=True)
    ]


def _text(known: dict[str, str], text: str) -> str:
    return str(filled(text, known))


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
