"""`sre alarms`: the alarms that follow from the objectives, their tests, their proofs, and their templates."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    allow_drop_option,
    format_option,
    incidents_option,
    json_option,
    junit_option,
    last_option,
    local_options,
    metrics_option,
    objectives_option,
    option,
    out_file_option,
    out_option,
    parameter_option,
    policy_option,
    region_option,
    runbook_url_option,
    service_option,
    stage_option,
    together,
    what_if_options,
)  # fmt: skip
from sre.cli.types.files import READ, READ_ALL, WRITE_PICTURE
from sre.cli.types.names import ALARM, OBJECTIVE, Line
from sre.cli.types.times import Moment

_RECORDED = "build/alarms/metrics.parquet"
_rules = together(
    service_option,
    objectives_option,
    policy_option,
    click.option("--resource-alarms", type=READ, help="Changes to the alarms on resources (YAML)."),
)
_plan_options = together(stage_option(), _rules)
_asked_plan_options = together(_plan_options, what_if_options)
_rule_tests = click.argument("files", nargs=-1, type=READ_ALL, metavar="[FILE]...")


@click.group("alarms", short_help="Alarms derived from the objectives: list, build, test, prove.")
def alarms() -> None:
    """The alarms that follow from the objectives."""


@alarms.command("list", short_help="List the alarms by objective.")
@_asked_plan_options
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice(["page", "ticket"]),
    help="Only alarms of this severity; may be repeated.",
)
@click.option(
    "--objective",
    "of_objectives",
    multiple=True,
    type=OBJECTIVE,
    help="Only alarms of this objective; may be repeated.",
)
@runbook_url_option
@region_option(None, otherwise="SNS is not asked")
@parameter_option
@json_option("alarm_list:AlarmList")
def _list(**given: Any) -> Exit:
    """List the alarms by objective: names, thresholds, windows, whom they notify, and what all of them cost.

    With --region also who is subscribed to their topics there. The JSON has each alarm as CloudWatch's API takes it: --region and
    --parameter fill in what only a deployment knows.
    """
    return deferred.run("sre.cli.alarms.list", given)


@alarms.command("show", short_help="Explain one alarm.")
@click.argument("name", type=ALARM, metavar="ALARM")
@_asked_plan_options
@runbook_url_option
@region_option(None, otherwise="SNS is not asked")
@parameter_option
@json_option("alarms:AlarmDetail")
def _show(**given: Any) -> Exit:
    """Explain one alarm: condition, windows, metrics, missing data, notifications, runbook, and the rule tests that prove it.

    ALARM is its name, with or without the service and the stage that all names begin with.
    """
    return deferred.run("sre.cli.alarms.show", given)


@alarms.command("build", short_help="Write the alarms as templates.")
@_asked_plan_options
@runbook_url_option
@out_option("build/alarms")
@click.option(
    "--template", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation", show_default=True,
    help="The language of the templates.",
)  # fmt: skip
@allow_drop_option
def _build(**given: Any) -> Exit:
    """Write the alarms as templates: CloudFormation, one for each Region, or Terraform's JSON.

    The alarms of production need --runbook-url: whoever is paged has no repository at hand.
    """
    return deferred.run("sre.cli.alarms.build", given)


@alarms.command("test", short_help="Run rule tests.")
@_asked_plan_options
@_rule_tests
@click.option("--run", "pattern", type=Line("pattern"), help="Only tests with this in their names; * is any text.")
@click.option("--verbose", "-v", "is_verbose", is_flag=True, help="Print every test, not only those that fail.")
@junit_option
@format_option("alarms:RuleTestResults")
def _test(**given: Any) -> Exit:
    """Run rule tests (YAML): each FILE or directory of them, or the project's own. Exit code 1 when one fails."""
    return deferred.run("sre.cli.alarms.test", given)


@alarms.command("coverage", short_help="Print which alarms are proved.")
@_asked_plan_options
@_rule_tests
@click.option("--unproved", "is_unproved_only", is_flag=True, help="Only alarms that are not proved.")
@format_option("alarms:Coverage")
def _coverage(**given: Any) -> Exit:
    """Print how many rule tests show each alarm in ALARM and how many show it quiet. Exit code 1 when any lacks one of them."""
    return deferred.run("sre.cli.alarms.coverage", given)


@alarms.command("record", short_help="Download the metrics that the alarms use.")
@local_options
@region_option(None)
@stage_option(None, otherwise="production, or local on the local platform")
@_rules
@last_option("6d")
@parameter_option
@out_file_option(_RECORDED)
def _record(**given: Any) -> Exit:
    """Download the metrics that the alarms use, from the local platform that is up or CloudWatch, into a Parquet file.

    With --region it is read from CloudWatch, up to the last full hour; credentials come from the environment.
    """
    return deferred.run("sre.cli.alarms.record", given)


@alarms.command("backtest", short_help="Replay recorded metrics: which alarms would have fired.")
@_plan_options
@metrics_option(_RECORDED)
@option(
    "--start", type=Moment(), show_default="the first datapoint", help="Where to begin, such as 2026-03-02T00:00:00Z."
)
@option("--end", type=Moment(), show_default="the last datapoint", help="Where to end, such as 2026-03-03T00:00:00Z.")
@parameter_option
@incidents_option
@what_if_options
@click.option("--picture", type=WRITE_PICTURE, help="Also draw a timeline: .svg, .png or .html.")
@json_option("backtest:BacktestOutput")
def _backtest(**given: Any) -> Exit:
    """Replay recorded metrics: when each alarm would have fired, and how much of the error budget was spent by then.

    With --incidents also detection, precision and recall. With a what-if it is replayed twice, and shown side by side.
    """
    return deferred.run("sre.cli.alarms.backtest", given)
