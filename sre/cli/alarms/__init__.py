"""`sre alarms`: the alarms that follow from the objectives, their tests, their proofs, and their templates."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, Time, together

_plan_options = together(
    click.option("--stage", default="production", show_default=True, help="Which deployment's alarms."),
    click.option(
        "--objectives", "objectives_file", type=FILE,
        help="Another service's objectives; those of T-Developer unless it is given.",
    ),
    click.option("--policy", type=FILE, help="Another burn-rate policy; the SRE workbook's unless it is given."),
    click.option("--resource-alarms", type=FILE, help="Laid over the defaults of alarms/resources.yaml."),
    click.option(
        "--runbook-url", default="docs/runbooks", show_default=True, help="Where the runbooks are, for the links."
    ),
)  # fmt: skip
_rule_tests = click.argument("files", nargs=-1, type=FILE)
_parameters = click.option(
    "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="What only a deployment knows."
)


@click.group("alarms")
def alarms() -> None:
    """The alarms that follow from the objectives: list, build, test, prove."""


@alarms.command("list")
@_plan_options
@click.option("--json", "as_json", is_flag=True, help="Print every alarm as CloudWatch's API takes it.")
def _list(**given: Any) -> Exit:
    """Print every alarm with its severity, its impact, and what all of them cost."""
    return deferred.run("sre.cli.alarms.list", given)


@alarms.command("build")
@_plan_options
@click.option("--out", type=FILE, default=Path("build/alarms"), show_default=True, help="Where to.")
@click.option(
    "--format", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation", show_default=True
)
def _build(**given: Any) -> Exit:
    """Write the alarms as templates: CloudFormation, one for each Region, or Terraform's JSON."""
    return deferred.run("sre.cli.alarms.build", given)


@alarms.command("test")
@_plan_options
@_rule_tests
@click.option("--junit", type=FILE, help="Also write the results as JUnit XML.")
def _test(**given: Any) -> Exit:
    """Run rule tests (YAML), the project's own unless FILES are given. Exit code 1 when one fails."""
    return deferred.run("sre.cli.alarms.test", given)


@alarms.command("coverage")
@_plan_options
@_rule_tests
@click.option("--json", "as_json", is_flag=True, help="Print the proofs as JSON.")
def _coverage(**given: Any) -> Exit:
    """Print how each alarm was proved, and when. Exit code 1 when one was not."""
    return deferred.run("sre.cli.alarms.coverage", given)


@alarms.command("record")
@_plan_options
@click.option(
    "--region", required=True, help="The Region whose CloudWatch is read; credentials come from the environment."
)
@click.option("--last", default="6d", show_default=True, help="How long back from the last full hour.")
@_parameters
@click.option("--out", type=FILE, default=Path("build/alarms/metrics.parquet"), show_default=True)
def _record(**given: Any) -> Exit:
    """Read from CloudWatch all that the alarms look at, into a Parquet file that backtest takes."""
    return deferred.run("sre.cli.alarms.record", given)


@alarms.command("backtest")
@_plan_options
@click.option(
    "--metrics", type=FILE, default=Path("build/alarms/metrics.parquet"), show_default=True,
    help="Recorded metrics (Parquet), from `sre alarms record` or your own.",
)  # fmt: skip
@click.option("--start", type=Time(), help="ISO 8601 with a zone; the recording's first datapoint unless it is given.")
@click.option("--end", type=Time(), help="The recording's last datapoint unless it is given.")
@_parameters
@click.option(
    "--incidents", type=FILE, help="CSV with name, start, end and objective: adds detection, precision, recall."
)
@click.option("--what-if-target", help="OBJECTIVE=PERCENT: replay once more with this target, side by side.")
@click.option("--what-if-policy", type=FILE, help="Replay once more with this policy, side by side.")
@click.option("--picture", type=FILE, help="Also draw a timeline: .svg, .png or .html.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def _backtest(**given: Any) -> Exit:
    """Replay recorded metrics: when each alarm would have fired, how soon, and what budget was gone by then."""
    return deferred.run("sre.cli.alarms.backtest", given)
