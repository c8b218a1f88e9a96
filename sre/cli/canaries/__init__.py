"""`sre canaries`: run them here, list them with their price, and build what is deployed."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, home_option, json_option, objectives_option

_definitions = click.option("--definitions", type=FILE, help="Another file of canaries.")


@click.group("canaries")
def canaries() -> None:
    """Synthetic checks from outside: the same handlers here, in CI and on CloudWatch Synthetics."""


@canaries.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--url", help="An API that is deployed, instead of the local platform.")
@click.option("--websocket-url", default="", help="With --url: its WebSocket API.")
@click.option("--archives-bucket", default="", help="With --url: the bucket that archives are put into.")
@click.option("--region", default="us-east-1", show_default=True, help="With --url: its region.")
@objectives_option
@click.option("--out", type=FILE, default=Path("build/canaries"), show_default=True)
@click.option("--junit", type=FILE, help="Write the steps as JUnit XML, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the runs as GetCanaryRuns would answer.")
@home_option
@_definitions
def _run(**given: Any) -> Exit:
    """Run canaries, all of them unless named, against the local platform that is up, or an address.

    Exit code 0: all passed. 1: one failed, and its failing step is named. 2: bad input. 3: one could not be run here.
    """
    return deferred.run("sre.cli.canaries.run", given)


@canaries.command("list")
@click.option("--region", help="Ask AWS in this region for the runtimes of today, instead of the file.")
@json_option
@_definitions
def _list(**given: Any) -> Exit:
    """List them with schedule, limits and price, and the age of their runtimes.

    Exit code 1: a runtime is deprecated, or will be within sixty days.
    """
    return deferred.run("sre.cli.canaries.list", given)


@canaries.command("build")
@click.option("--out", type=FILE, default=Path("build/canaries.zip"), show_default=True)
@click.option("--blueprint", metavar="HOST", help="Build the multi-checks blueprint for this host instead.")
@click.option("--base-path", default="", help="With --blueprint: what the API's paths begin with, such as /production.")
def _build(**given: Any) -> Exit:
    """Write the zip that Synthetics gets; the same bytes every time."""
    return deferred.run("sre.cli.canaries.build", given)
