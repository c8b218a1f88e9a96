"""`sre dashboards`: build them, draw them offline, and compare them with what is deployed."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, objectives_option, together

_NAMES = ("overview", "api", "gates", "agents", "data", "loadtest")
_deployment = together(
    click.option("--stage", default="production", show_default=True, help="Which deployment's dashboards."),
    objectives_option,
)
_annotations = together(
    click.option(
        "--annotation", "instants", multiple=True, metavar="TIME=LABEL", help="A line on every graph: a deployment."
    ),
    click.option("--incidents", type=FILE, help="Bands on every graph: a CSV with name, start and end."),
)


@click.group("dashboards")
def dashboards() -> None:
    """The dashboards, for CloudWatch and for Grafana, from one model."""


@dashboards.command("build")
@_deployment
@click.option("--out", type=FILE, default=Path("build/dashboards"), show_default=True)
@click.option("--region", default="us-east-1", show_default=True, help="The data source's Region in Grafana.")
@_annotations
@click.option("--endpoint", help="For Grafana: CloudWatch's address, such as that of the local platform.")
def _build(**given: Any) -> Exit:
    """Write CloudWatch's bodies, Grafana's JSON, its provisioning, and a compose file for a local Grafana."""
    return deferred.run("sre.cli.dashboards.build", given)


@dashboards.command("preview")
@click.argument("names", nargs=-1, type=click.Choice(_NAMES))
@_deployment
@click.option("--metrics", type=FILE, help="Recorded metrics (Parquet).")
@click.option("--region", help="Read from CloudWatch in this Region.")
@click.option(
    "--local", "home", is_flag=False, flag_value=Path(".sre/local"), type=FILE,
    help="Read from the local platform (of this directory).",
)  # fmt: skip
@click.option("--simulate", type=int, is_flag=False, flag_value=1, help="Made-up metrics, from a seed.")
@click.option("--last", default="6h", show_default=True, help="How far back: 90m, 6h, 7d.")
@_annotations
@click.option("--png", is_flag=True, help="Also write a PNG for every panel.")
@click.option("--out", type=FILE, default=Path("build/dashboards/preview"), show_default=True)
def _preview(**given: Any) -> Exit:
    """Draw the panels offline: one HTML page, self-contained. One of --metrics, --region, --local and --simulate is needed."""
    return deferred.run("sre.cli.dashboards.preview", given)


@dashboards.command("diff")
@_deployment
@click.option("--region", help="Compare with what is deployed in this Region.")
@click.option("--deployed", type=FILE, help="Compare with bodies in a directory instead.")
def _diff(**given: Any) -> Exit:
    """Print how the deployed dashboards differ from the code's. Exit code 1 when they do."""
    return deferred.run("sre.cli.dashboards.diff", given)
