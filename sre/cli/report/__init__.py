"""`sre report`: the weekly page, once or every week, and a demonstration of it."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    duration_option,
    incidents_option,
    json_option,
    metrics_option,
    objectives_option,
    out_option,
    profile_option,
    profiles_option,
    region_option,
    stage_option,
    together,
)  # fmt: skip
from sre.cli.types.addresses import HTTP_URL
from sre.cli.types.files import READ, READ_ALL, WRITE_DIRECTORY
from sre.cli.types.names import ACCOUNT, NAME, TOPIC_ARN, Line
from sre.cli.types.pairs import TAG
from sre.cli.types.times import TimeOfDay, Week

# What one report and a weekly one are asked alike.
_options = together(
    stage_option(),
    objectives_option,
    metrics_option(),
    click.option(
        "--costs", type=READ_ALL, help="A FOCUS export (CSV, Parquet, or a directory of them) instead of Cost Explorer."
    ),
    click.option(
        "--account", "accounts", multiple=True, type=ACCOUNT, help="Of --costs: an account whose charges are this service's."
    ),
    click.option(
        "--provider", "providers", multiple=True, type=Line(longest_count=200),
        help="Of --costs: a provider whose charges are this service's, such as AWS.",
    ),
    click.option(
        "--tag", "tags", multiple=True, type=TAG, metavar="KEY=VALUE",
        help="Of --costs: a tag that this service's charges carry.",
    ),
    profile_option("lean"),
    profiles_option,
    click.option("--model", type=NAME, help="The agents' model; the profile's, unless given."),
    click.option(
        "--deployments", type=READ,
        help="Stack events (JSON, as `aws cloudformation describe-stack-events` prints them) instead of CloudFormation.",
    ),
    click.option("--actions", type=READ, help="A YAML file of actions: what, owner, due, effect, status."),
    incidents_option,
    region_option(),
    out_option("build/report"),
    click.option(
        "--sns-topic", type=TOPIC_ARN, help="Notify this SNS topic, in the form that Amazon Q in chat applications reads."
    ),
    click.option("--webhook", type=HTTP_URL, help="Notify this address, in JSON."),
    click.option("--link", type=HTTP_URL, help="Where the page can be read, for whoever is notified."),
)  # fmt: skip


@click.group("report")
def report() -> None:
    """The week on one page: budgets, what consumed them, the bill, and whether to release."""


@report.command("weekly")
@click.option(
    "--week", "week_text", type=Week(), metavar="2026-W46",
    help="The last complete week, unless given; of the current one, the report has what there is so far.",
)  # fmt: skip
@_options
@click.option(
    "--record", "record_directory", type=WRITE_DIRECTORY,
    help="Record what was read, so that the report can be written again offline.",
)  # fmt: skip
@json_option(None)
def _weekly(**given: Any) -> Exit:
    """Write the report of a week as HTML, Markdown and JSON with the same numbers, from CloudWatch or from --metrics.

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
@click.option("--at", type=TimeOfDay(), default="07:00", show_default=True, help="When, in UTC.")
@_options
def _schedule(**given: Any) -> Exit:
    """Write the report every week until it is interrupted; a failing run is reported and does not end it."""
    return deferred.run("sre.cli.report.schedule", given)


@report.command("demo")
@out_option("build/demo-report")
@duration_option("10s", "1h", default="150s")
def _demo(**given: Any) -> Exit:
    """Write a weekly report from a real run: a local platform, minutes of load, a fault in the middle, an invented bill.

    Exit code 0: the page is written, whatever its verdict; the fault is on purpose.
    """
    return deferred.run("sre.cli.report.demo", given)
