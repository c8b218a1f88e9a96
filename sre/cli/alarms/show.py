"""`sre alarms show`."""

from collections.abc import Iterable
from typing import Unpack

import click

from alarms.conditions import condition_of
from alarms.coverage import Backtested, Proof, coverage, proofs_file, read_backtested
from alarms.model import Plan, PlannedAlarm
from alarms.plan import plan_of
from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.explain import describe_watched
from foundation.errors import Exit, InputError
from foundation.files.explaining import with_hint
from foundation.pages.numbers import counted, duration
from foundation.service.stage import Stage
from foundation.slo.wording import promise
from sre.cli.alarms.columns import paragraph, terminal_width
from sre.cli.alarms.requests import requests_of
from sre.cli.alarms.rule_tests import run_tests_of
from sre.cli.alarms.subscribers import who_hears
from sre.cli.outputs.alarm_list import alarm_row
from sre.cli.outputs.alarms import AlarmDetail, alarm_proof
from sre.cli.outputs.model import print_output
from sre.cli.stage import WrittenPlanOptions, files_of, rule_tests_of, stage_from

_LABEL_WIDTH = 14


def run(
    *,
    name: str,
    as_json: bool,
    region: str | None,
    parameters: tuple[tuple[str, str], ...],
    **options: Unpack[WrittenPlanOptions],
) -> Exit:
    """Print one alarm. Raises InputError for a name that no alarm has."""
    stage = stage_from(**options)
    plan = plan_of(stage)
    planned = _named(plan, name)
    own = rule_tests_of(service=options["service"], objectives_file=options["objectives_file"])
    objectives_file = options["objectives_file"] or files_of(service=options["service"]).objectives
    outcomes = run_tests_of(planned.name, plan, stage, own=own, objectives_file=objectives_file)
    backtested = read_backtested(proofs_file(stage.scope))
    proof = next(each for each in coverage(plan, outcomes, backtested) if each.alarm == planned.name)
    if as_json:
        print_output(_output(plan, planned, region, parameters, proof))
        return Exit.MET
    width = terminal_width()
    click.echo(planned.name)
    for line in paragraph((planned.alarm.description or "").splitlines()[0], width=width):
        click.echo(line)
    click.echo()
    for label, text in _facts(plan, stage, planned, region):
        _print(label, text, width)
    for label, text in _proof(proof, backtested.get(planned.name)):
        _print(label, text, width)
    return Exit.MET


def _named(plan: Plan, name: str) -> PlannedAlarm:
    """The alarm of a name, with or without what all names begin with."""
    prefix = plan.context.prefix
    by_name = {each.name: each for each in plan}
    planned = by_name.get(name) or by_name.get(f"{prefix}-{name}")
    if planned is None:
        known = [each.removeprefix(f"{prefix}-") for each in by_name]
        asked = name.removeprefix(f"{prefix}-")
        raise InputError(with_hint(f"there is no alarm {name}", asked, known) + "; `sre alarms list` lists them")
    return planned


def _facts(plan: Plan, stage: Stage, planned: PlannedAlarm, region: str | None) -> Iterable[tuple[str, str]]:
    condition = condition_of(plan, planned)
    if planned.objective is not None:
        yield "objective", f"{planned.objective}: {promise(stage.objectives[planned.objective])}"
    if planned.source:
        yield "chosen by", planned.source
    yield "severity", "none: an input of another alarm" if planned.severity is None else planned.severity.value
    yield "measures", condition.measure.words
    yield "fires at", condition.threshold_text
    if len(condition.windows) > 1:
        yield "windows", f"{' and '.join(map(str, condition.windows))}: all of them must be beyond the threshold"
    for number, window in enumerate(condition.windows):
        shown = "" if window.alarm == planned.name else f": {window.alarm}"
        yield "" if number or len(condition.windows) > 1 else "window", f"{window}{shown}"
    alarm = planned.alarm
    if isinstance(alarm, CompositeAlarm):
        yield "rule", alarm.rule
        if alarm.suppressor is not None:
            wait, extension = map(duration, (alarm.suppressor.wait_seconds, alarm.suppressor.extension_seconds))
            yield "suppressed by", f"{alarm.suppressor.alarm} (wait {wait}, extension {extension})"
    below = plan.metric_alarms_below(planned)
    for each in below:
        yield "", ""
        yield from _metrics(each, of=None if each.name == planned.name else each.name)
    yield "", ""
    topic = plan.topic_of(planned)
    if topic is not None and planned.severity is not None:
        yield "notifies", f"topic {topic}"
        for sentence in who_hears(plan, region, of=[planned.severity]):
            yield "", sentence
    yield "runbook", f"{plan.context.runbook_url}/{planned.runbook}.md"


def _metrics(alarm: MetricAlarm, *, of: str | None) -> Iterable[tuple[str, str]]:
    if of is not None:
        yield "input", of
    yield "compares", describe_watched(alarm)
    yield "missing data", alarm.treatment.value


def _proof(proof: Proof, backtested: Backtested | None) -> Iterable[tuple[str, str]]:
    yield from _tests("fires in test", proof.fires_in)
    yield from _tests("quiet in test", proof.quiet_in)
    if backtested is None:
        yield "backtest", "none has fired it; `sre alarms backtest` replays recorded metrics"
    else:
        said = "" if backtested.times_count is None else f", fired {counted(backtested.times_count, 'time')}"
        known = (
            "" if backtested.known_days is None else f" in {duration(backtested.known_days * 86_400)} of known metrics"
        )
        yield "backtest", f"{backtested.on.isoformat()}{said}{known}"


def _tests(label: str, names: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    if not names:
        yield label, "no rule test"
    for number, name in enumerate(names):
        yield "" if number else label, name


def _print(label: str, text: str, width: int) -> None:
    lines = paragraph(text, width=width, indent=" " * _LABEL_WIDTH) or [""]
    lines[0] = f"{label:{_LABEL_WIDTH}}{lines[0][_LABEL_WIDTH:]}".rstrip()
    for line in lines:
        click.echo(line)


def _output(
    plan: Plan,
    planned: PlannedAlarm,
    region: str | None,
    parameters: tuple[tuple[str, str], ...],
    proof: Proof,
) -> AlarmDetail:
    below = plan.metric_alarms_below(planned)
    requests = requests_of(plan, {planned.name, *(each.name for each in below)}, region, parameters)
    suppressor = planned.alarm.suppressor if isinstance(planned.alarm, CompositeAlarm) else None
    return AlarmDetail(
        alarm=alarm_row(plan, planned, requests[planned.name]),
        inputs=tuple(
            alarm_row(plan, plan[each.name], requests[each.name]) for each in below if each.name != planned.name
        ),
        source=planned.source or None,
        missing_data=tuple(dict.fromkeys(each.treatment for each in below)),
        suppressed_by=None if suppressor is None else suppressor.alarm,
        subscribers=() if planned.severity is None else who_hears(plan, region, of=[planned.severity]),
        proof=alarm_proof(proof),
    )
