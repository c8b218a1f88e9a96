"""`sre alarms`: the alarms that follow from the objectives, their tests, their proofs, and their templates."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    allow_drop_option,
    incidents_option,
    json_option,
    junit_option,
    last_option,
    metrics_option,
    objectives_option,
    out_file_option,
    out_option,
    parameter_option,
    policy_option,
    region_option,
    stage_option,
    together,
    what_if_options,
)  # fmt: skip
from sre.cli.types.files import READ, WRITE_PICTURE
from sre.cli.types.names import Line
from sre.cli.types.times import Moment

_RECORDED = "build/alarms/metrics.parquet"
_plan_options = together(
    stage_option(),
    objectives_option,
    policy_option,
    click.option("--resource-alarms", type=READ, help="Changes to the alarms of alarms/resources.yaml (YAML)."),
)
_asked_plan_options = together(_plan_options, what_if_options)
_runbook_option = click.option(
    "--runbook-url", type=Line("address"), show_default="docs/runbooks", help="Where the runbooks are, for the links."
)
_rule_tests = click.argument("files", nargs=-1, type=READ)


@click.group("alarms")
def alarms() -> None:
    """The alarms that follow from the objectives: list, build, test, prove."""


@alarms.command("list")
@_asked_plan_options
@_runbook_option
@region_option(None, otherwise="SNS is not asked")
@parameter_option
@json_option(None)
def _list(**given: Any) -> Exit:
    """Print every alarm with its severity, its impact, and what all of them cost; in JSON, as CloudWatch's API takes it.

    What only a deployment knows is filled in by --region and --parameter; what is left is said.
    With --region also who is subscribed to the topics that they notify there, or that nobody is.
    """
    return deferred.run("sre.cli.alarms.list", given)


@alarms.command("build")
@_asked_plan_options
@_runbook_option
@out_option("build/alarms")
@click.option(
    "--format", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation", show_default=True,
    help="The format of the output.",
)  # fmt: skip
@allow_drop_option
def _build(**given: Any) -> Exit:
    """Write the alarms as templates: CloudFormation, one for each Region, or Terraform's JSON."""
    return deferred.run("sre.cli.alarms.build", given)


@alarms.command("test")
@_asked_plan_options
@_rule_tests
@junit_option
def _test(**given: Any) -> Exit:
    """Run rule tests (YAML): FILES, or the project's own of its own objectives. Exit code 1 when one fails."""
    return deferred.run("sre.cli.alarms.test", given)


@alarms.command("coverage")
@_asked_plan_options
@_rule_tests
@json_option(None)
def _coverage(**given: Any) -> Exit:
    """Print how each alarm was proved, and when. Exit code 1 when one was not."""
    return deferred.run("sre.cli.alarms.coverage", given)


@alarms.command("record")
@_plan_options
@region_option(None, required=True)
@last_option("6d")
@parameter_option
@out_file_option(_RECORDED)
def _record(**given: Any) -> Exit:
    """Read from CloudWatch all that the alarms look at, up to the last full hour, into a Parquet file that backtest takes.

    Credentials come from the environment.
    """
    return deferred.run("sre.cli.alarms.record", given)


@alarms.command("backtest")
@_plan_options
@metrics_option(_RECORDED)
@click.option(
    "--start", type=Moment(), help="ISO 8601 with a zone; the recording's first datapoint unless it is given."
)
@click.option("--end", type=Moment(), help="The recording's last datapoint unless it is given.")
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
