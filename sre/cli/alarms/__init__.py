"""`sre alarms`: the alarms that follow from the objectives, their tests, their proofs, and their templates."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
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
    stage_option,
    together,
    what_if_options,
)  # fmt: skip
from sre.cli.types.files import READ, WRITE_PICTURE
from sre.cli.types.times import Moment

_RECORDED = "build/alarms/metrics.parquet"
_rules = together(
    objectives_option,
    policy_option,
    click.option("--resource-alarms", type=READ, help="Changes to the alarms of alarms/resources.yaml (YAML)."),
)
_plan_options = together(stage_option(), _rules)
_asked_plan_options = together(_plan_options, what_if_options)
_rule_tests = click.argument("files", nargs=-1, type=READ, metavar="[FILE]...")


@click.group("alarms", short_help="Alarms derived from the objectives: list, build, test, prove.")
def alarms() -> None:
    """The alarms that follow from the objectives: list, build, test, prove."""


@alarms.command("list", short_help="List the alarms with what they watch and cost.")
@_asked_plan_options
@runbook_url_option
@region_option(None, otherwise="SNS is not asked")
@parameter_option
@json_option(None)
def _list(**given: Any) -> Exit:
    """Print every alarm with its severity, its impact, and what all of them cost; in JSON, as CloudWatch's API takes it.

    What only a deployment knows is filled in by --region and --parameter; what is left is said.
    With --region also who is subscribed to the topics that they notify there, or that nobody is.
    """
    return deferred.run("sre.cli.alarms.list", given)


@alarms.command("build", short_help="Write the alarms as CloudFormation or Terraform.")
@_asked_plan_options
@runbook_url_option
@out_option("build/alarms")
@click.option(
    "--template", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation", show_default=True,
    help="The language of the templates.",
)  # fmt: skip
def _build(**given: Any) -> Exit:
    """Write the alarms as templates: CloudFormation, one for each Region, or Terraform's JSON."""
    return deferred.run("sre.cli.alarms.build", given)


@alarms.command("test", short_help="Run rule tests.")
@_asked_plan_options
@_rule_tests
@junit_option
def _test(**given: Any) -> Exit:
    """Run rule tests (YAML): each FILE, or the project's own of its own objectives. Exit code 1 when one fails."""
    return deferred.run("sre.cli.alarms.test", given)


@alarms.command("coverage", short_help="Show which alarms the rule tests prove.")
@_asked_plan_options
@_rule_tests
@json_option(None)
def _coverage(**given: Any) -> Exit:
    """Print how each alarm was proved, and when. Exit code 1 when one was not."""
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
    """Write all that the alarms look at to a Parquet file that backtest takes: from the local platform that is up, or CloudWatch.

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
@json_option(None)
def _backtest(**given: Any) -> Exit:
    """Replay recorded metrics: when each alarm would have fired, how soon, and what budget was gone by then.

    With --incidents: also detection, precision and recall. With a what-if it is replayed twice, and shown side by side.
    """
    return deferred.run("sre.cli.alarms.backtest", given)
