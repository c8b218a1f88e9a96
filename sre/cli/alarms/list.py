"""`sre alarms list`."""

from collections.abc import Iterable, Sequence
from typing import Unpack

import click

from alarms.conditions import condition_of
from alarms.model import Plan, PlannedAlarm
from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from foundation.errors import Exit, InputError
from foundation.files.explaining import with_hint
from foundation.pages.numbers import counted, usd
from foundation.service.stage import Stage
from foundation.slo.burn_rate import Severity
from foundation.slo.wording import promise
from sre.cli.alarms.columns import paragraph, table, terminal_width
from sre.cli.alarms.requests import requests_of
from sre.cli.alarms.subscribers import who_hears
from sre.cli.outputs.alarm_list import AlarmList, alarm_row
from sre.cli.outputs.model import print_output
from sre.cli.stage import WrittenPlanOptions, stage_from
from sre.cli.unused import refuse_without

_HEAD = ("alarm", "severity", "fires at", "over the last", "topic", "measured")


def run(
    *,
    as_json: bool,
    region: str | None,
    parameters: tuple[tuple[str, str], ...],
    severities: tuple[str, ...],
    of_objectives: tuple[str, ...],
    **options: Unpack[WrittenPlanOptions],
) -> Exit:
    """Print the plan by objective. Raises InputError for an objective that is not there, or a parameter of no alarm."""
    stage = stage_from(**options)
    plan = plan_of(stage)
    chosen = _chosen(plan, stage, severities, of_objectives)
    if as_json:
        print_output(_output(plan, stage, chosen, region, parameters))
        return Exit.MET
    refuse_without("--json", parameter=parameters, runbook_url=options["runbook_url"])
    asked = [f"--severity {each}" for each in severities] + [f"--objective {each}" for each in of_objectives]
    if not chosen and asked:
        click.echo(f"No alarm matches {' '.join(asked)}; without filters there are {len(plan.notifying)}.")
    for line in _lines(plan, stage, chosen):
        click.echo(line)
    for each in _summary(plan, chosen, region):
        for line in paragraph(each, width=terminal_width()):
            click.echo(line)
    return Exit.MET


def _chosen(
    plan: Plan, stage: Stage, severities: Sequence[str], of_objectives: Sequence[str]
) -> tuple[PlannedAlarm, ...]:
    """The alarms that notify somebody and match every filter."""
    names = [each.name for each in stage.objectives]
    for name in of_objectives:
        if name not in names:
            raise InputError(with_hint(f"--objective {name}: there is no such objective", name, names))
    wanted = {Severity(each) for each in severities} or set(Severity)
    return tuple(
        planned
        for planned in plan.notifying
        if planned.severity in wanted and (not of_objectives or planned.objective in of_objectives)
    )


def _lines(plan: Plan, stage: Stage, chosen: Sequence[PlannedAlarm]) -> Iterable[str]:
    """A table for each objective, and one for what belongs to none."""
    headings = {each.name: f"{each.name}: {promise(each)}" for each in stage.objectives}
    has_steps = stage.own is not None and bool(stage.own.failures)
    rest = "Resources, and steps of its work" if has_steps else "Resources"
    width = terminal_width()
    for objective in dict.fromkeys(each.objective for each in chosen):
        yield from paragraph(headings.get(objective or "", rest), width=width)
        rows = [_row(plan, each) for each in chosen if each.objective == objective]
        yield from (f"  {line}" for line in table(_HEAD, rows, width=width - 2))
        yield ""


def _row(plan: Plan, planned: PlannedAlarm) -> tuple[str, ...]:
    condition, prefix = condition_of(plan, planned), f"{plan.context.prefix}-"
    return (
        planned.name.removeprefix(prefix),
        "" if planned.severity is None else planned.severity.value,
        condition.threshold_text,
        " and ".join(map(str, condition.windows)),
        (plan.topic_of(planned) or "").removeprefix(prefix),
        condition.measure.words,
    )


def _summary(plan: Plan, chosen: Sequence[PlannedAlarm], region: str | None) -> Iterable[str]:
    notifying_count, input_count = len(plan.notifying), len(plan.alarms) - len(plan.notifying)
    notify = "notifies" if notifying_count == 1 else "notify"
    feed = "feeds" if input_count == 1 else "feed"
    inputs = f"; {counted(input_count, 'child alarm')} {feed} them" if input_count else ""
    shown = f"{len(chosen)} of them shown. " if len(chosen) < notifying_count else ""
    yield f"{counted(notifying_count, 'alarm')} {notify}{inputs}. {shown}List price: {usd(monthly_cost_usd(plan))} a month."
    yield from _how_to_read(plan, chosen)
    yield f"Every name begins with {plan.context.prefix}-. `sre alarms show ALARM` explains one."
    yield from (f"What if: {each}." for each in plan.what_ifs)
    yield from (f"Note: {note}" for note in plan.notes)
    yield from who_hears(plan, region)


def _how_to_read(plan: Plan, chosen: Sequence[PlannedAlarm]) -> Iterable[str]:
    """What the column of windows says, as far as there is such a row."""
    windows = [condition_of(plan, each).windows for each in chosen]
    if any(len(each) > 1 for each in windows):
        yield "56m and 5m: both of these windows must be beyond the threshold before the alarm fires."
    if any(window.datapoints_to_alarm < window.evaluation_periods for each in windows for window in each):
        yield "2 of 3 x 5m: two of the last three periods of 5 minutes must be beyond the threshold."


def _output(
    plan: Plan,
    stage: Stage,
    chosen: Sequence[PlannedAlarm],
    region: str | None,
    parameters: tuple[tuple[str, str], ...],
) -> AlarmList:
    """The chosen alarms and their inputs, in the order of the plan."""
    names = {each.name for each in chosen} | {below.name for each in chosen for below in plan.metric_alarms_below(each)}
    requests = requests_of(plan, names, region, parameters)
    return AlarmList(
        service=plan.context.service,
        stage=stage.name,
        policy=plan.policy,
        notifying_count=len(plan.notifying),
        input_count=len(plan.alarms) - len(plan.notifying),
        monthly_cost_usd=monthly_cost_usd(plan),
        what_ifs=plan.what_ifs,
        notes=plan.notes,
        alarms=tuple(alarm_row(plan, each, requests[each.name]) for each in plan if each.name in names),
    )
