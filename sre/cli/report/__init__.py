"""`sre report`: the weekly page, once or every week, and a demonstration of it."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    costs_options,
    deployments_option,
    duration_option,
    format_option,
    incidents_option,
    metrics_option,
    model_option,
    objectives_option,
    option,
    optional_seed_option,
    out_option,
    region_option,
    service_option,
    simulate_option,
    stage_option,
    together,
    traffic_options,
)  # fmt: skip
from sre.cli.types.addresses import HTTP_URL
from sre.cli.types.files import READ, WRITE_DIRECTORY
from sre.cli.types.names import TOPIC_ARN
from sre.cli.types.times import TimeOfDay, Week

# What one report and a weekly one are asked alike.
_options = together(
    stage_option(),
    service_option,
    objectives_option,
    metrics_option(),
    costs_options,
    traffic_options,
    model_option,
    deployments_option,
    click.option("--actions", type=READ, help="A YAML file of actions: what, owner, due, effect, status."),
    incidents_option,
    region_option(),
    out_option("build/report"),
    click.option(
        "--sns-topic", type=TOPIC_ARN, help="Notify this SNS topic, in the form that Amazon Q in chat applications reads."
    ),
    click.option("--webhook", type=HTTP_URL, help="Notify this address, in JSON."),
    click.option("--link", type=HTTP_URL, help="The URL of the page, for the notification."),
)  # fmt: skip


@click.group("report", short_help="The week on one page: budgets, causes, cost, verdict.")
def report() -> None:
    """The week on one page: budgets, what consumed them, the bill, and whether to release."""


@report.command("weekly", short_help="Write the report of a week.")
@option(
    "--week", "week_text", type=Week(), show_default="the last complete one",
    help="The ISO week, such as 2026-W46; of the current one, what there is so far.",
)  # fmt: skip
@_options
@click.option(
    "--record", "record_directory", type=WRITE_DIRECTORY,
    help="Also record what was read, to write the report again offline.",
)  # fmt: skip
@simulate_option
@optional_seed_option
@format_option("report:WeeklyReport")
def _weekly(**given: Any) -> Exit:
    """Write the report of a week as HTML, Markdown and JSON with the same numbers, from CloudWatch or from --metrics.

    Exit code 0: releases are allowed. 1: they are frozen. 2: bad input. 3: nobody can say, and the page names why; with
    --simulate it is 3 whatever the page says, since made-up numbers judge nothing.
    """
    return deferred.run("sre.cli.report.weekly", given)


@report.command("schedule", short_help="Write the report every week until interrupted.")
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


@report.command("demo", short_help="Write a report from a real run on this machine.")
@out_option("build/demo-report")
@duration_option("10s", "1h", default="150s")
def _demo(**given: Any) -> Exit:
    """Write a weekly report from a real run: a local platform, minutes of load, a fault in the middle, an invented bill.

    Exit code 0: the page is written, whatever its verdict; the fault is on purpose. 2: nothing was measured. 3: a step failed,
    and the page is of what had been measured. 130: interrupted, likewise.
    """
    return deferred.run("sre.cli.report.demo", given)
