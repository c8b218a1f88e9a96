"""`sre report`: the weekly page, once or every week, and a demonstration of it."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, together

# What one report and a weekly one are asked alike.
_options = together(
    click.option("--stage", default="production", show_default=True, help="Whose objectives."),
    click.option("--objectives", "objectives_file", type=FILE, help="Another objectives file."),
    click.option("--metrics", type=FILE, help="Recorded metrics (Parquet) instead of CloudWatch."),
    click.option(
        "--costs", type=FILE, help="A FOCUS export (CSV, Parquet, or a directory of them) instead of Cost Explorer."
    ),
    click.option(
        "--deployments", type=FILE,
        help="Stack events (JSON, as `aws cloudformation describe-stack-events` prints them) instead of CloudFormation.",
    ),
    click.option("--actions", type=FILE, help="A YAML file of actions: what, owner, due, effect, status."),
    click.option("--incidents", type=FILE, help="A CSV file of incidents: name, start, end, objective."),
    click.option("--region", default="us-east-1", show_default=True, help="Where the stage runs."),
    click.option("--out", type=FILE, default=Path("build/report"), show_default=True, help="Where the files go."),
    click.option(
        "--sns-topic", metavar="ARN", help="Notify this SNS topic, in the form that Amazon Q in chat applications reads."
    ),
    click.option("--webhook", metavar="URL", help="Notify this address, in JSON."),
    click.option("--link", default="", help="Where the page can be read, for whoever is notified."),
)  # fmt: skip


@click.group("report")
def report() -> None:
    """The week on one page: budgets, what consumed them, the bill, and whether to release."""


@report.command("weekly")
@click.option(
    "--week", "week_text", metavar="2026-W46",
    help="The last complete week, unless given; of the current one, the report has what there is so far.",
)  # fmt: skip
@_options
@click.option(
    "--record", "record_directory", type=FILE, metavar="DIRECTORY",
    help="Record what was read, so that the report can be written again offline.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the JSON instead of a sentence.")
def _weekly(**given: Any) -> Exit:
    """Write the report of a week as HTML, Markdown and JSON with the same numbers.

    Exit code 0: releases are allowed. 1: they are frozen. 2: bad input. 3: nobody can say, and the page names why.
    """
    return deferred.run("sre.cli.report.weekly", given)


@report.command("schedule")
@click.option(
    "--every",
    type=click.Choice(["monday", "tuesday", "wednesday", "thursday", "friday"]),
    default="monday",
    show_default=True,
    help="On which day, in UTC.",
)
@click.option("--at", "at_text", default="07:00", show_default=True, help="When, in UTC.")
@_options
def _schedule(**given: Any) -> Exit:
    """Write the report every week until it is interrupted; a failing run is reported and does not end it."""
    return deferred.run("sre.cli.report.schedule", given)


@report.command("demo")
@click.option("--out", type=FILE, default=Path("build/demo-report"), show_default=True, help="Where the files go.")
@click.option(
    "--seconds", type=click.FloatRange(10, 3_600), default=150, show_default=True, help="How long the load is measured."
)
def _demo(**given: Any) -> Exit:
    """Write a weekly report from a real run: a local platform, minutes of load, a fault in the middle, an invented bill.

    Exit code 0: the page is written, whatever its verdict; the fault is on purpose.
    """
    return deferred.run("sre.cli.report.demo", given)
