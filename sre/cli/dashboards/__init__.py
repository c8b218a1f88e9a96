"""`sre dashboards`: build them, draw them offline, and compare them with what is deployed."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    annotation_option,
    incidents_option,
    json_option,
    last_option,
    local_options,
    metrics_option,
    objectives_option,
    optional_seed_option,
    out_option,
    parameter_option,
    region_option,
    service_option,
    simulate_option,
    stage_option,
    together,
    what_if_options,
)  # fmt: skip
from sre.cli.types.addresses import HTTP_URL
from sre.cli.types.files import READ_DIRECTORY
from sre.cli.types.names import Name

# What the dashboards are called, only their service knows; the names of some are the same in all.
_NAME = Name(
    "dashboard", r"[a-z][a-z0-9-]{0,79}", "its name, such as overview", offered=lambda: ("overview", "loadtest")
)
_deployment = together(stage_option(), service_option, objectives_option)
_annotations = together(annotation_option, incidents_option)


@click.group("dashboards", short_help="Dashboards for CloudWatch and Grafana, from one model.")
def dashboards() -> None:
    """The dashboards, for CloudWatch and for Grafana, from one model."""


@dashboards.command("build", short_help="Write the dashboards for CloudWatch and Grafana.")
@_deployment
@what_if_options
@out_option("build/dashboards")
@region_option()
@_annotations
@click.option("--endpoint", type=HTTP_URL, help="CloudWatch's address for Grafana, such as the local platform's.")
@parameter_option
def _build(**given: Any) -> Exit:
    """Write CloudWatch's bodies, Grafana's JSON, its provisioning, and a compose file for a local Grafana."""
    return deferred.run("sre.cli.dashboards.build", given)


@dashboards.command("preview", short_help="Draw dashboards offline as one HTML page.")
@click.argument("names", nargs=-1, type=_NAME, metavar="[DASHBOARD]...")
@stage_option(None, otherwise="production, or local on the local platform")
@service_option
@objectives_option
@what_if_options
@metrics_option()
@region_option(None)
@local_options
@simulate_option
@optional_seed_option
@last_option("6h")
@_annotations
@click.option("--png", is_flag=True, help="Also write a PNG for every panel.")
@out_option("build/dashboards/preview")
def _preview(**given: Any) -> Exit:
    """Draw dashboards (overview, loadtest, the service's own, a kind's such as functions; all unless named) as one HTML page.

    Their data is the local platform's that is up, or that of --metrics, --region (CloudWatch) or --simulate.
    """
    return deferred.run("sre.cli.dashboards.preview", given)


@dashboards.command("diff", short_help="Compare deployed dashboards with the code.")
@_deployment
@region_option(None)
@click.option("--deployed", type=READ_DIRECTORY, help="Compare with CloudWatch's bodies in a directory instead.")
@click.option("--grafana", type=READ_DIRECTORY, help="Compare with Grafana's dashboards in a directory instead.")
@parameter_option
@json_option("dashboards:DashboardDifferences")
def _diff(**given: Any) -> Exit:
    """Print how the dashboards that are there differ from the code's, with both values. Exit code 1 when they do.

    With --region, what only a deployment knows comes from the stack of the platform, unless --parameter gives it.
    """
    return deferred.run("sre.cli.dashboards.diff", given)
