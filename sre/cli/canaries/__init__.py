"""`sre canaries`: run them here, list them with their price, and build what is deployed."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    archives_bucket_option,
    definitions_option,
    json_option,
    junit_option,
    objectives_option,
    optional_home_option,
    out_file_option,
    out_option,
    region_option,
    stage_option,
    url_option,
    websocket_url_option,
)  # fmt: skip
from sre.cli.types.names import BASE_PATH, HOST, NAME


@click.group("canaries")
def canaries() -> None:
    """Synthetic checks from outside: the same handlers here, in CI and on CloudWatch Synthetics."""


@canaries.command("run")
@click.argument("names", nargs=-1, type=NAME, metavar="[NAME]...")
@url_option()
@websocket_url_option
@archives_bucket_option
@stage_option(None, otherwise="local, or the end of --url")
@region_option(None, otherwise="us-east-1")
@objectives_option
@out_option("build/canaries")
@junit_option
@json_option(None)
@optional_home_option
@definitions_option
def _run(**given: Any) -> Exit:
    """Run canaries, all of them unless named, against the local platform that is up, or against --url.

    Exit code 0: all passed. 1: one failed, and its failing step is named. 2: bad input. 3: one could not be run here.
    In JSON the runs are as GetCanaryRuns would answer.
    """
    return deferred.run("sre.cli.canaries.run", given)


@canaries.command("list")
@region_option(None)
@json_option(None)
@definitions_option
def _list(**given: Any) -> Exit:
    """List them with schedule, limits and price, and the age of their runtimes, by the file; with --region, as AWS says today.

    Exit code 1: a runtime is deprecated, or will be within sixty days.
    """
    return deferred.run("sre.cli.canaries.list", given)


@canaries.command("build")
@out_file_option("build/canaries.zip")
@click.option("--blueprint", type=HOST, metavar="HOST", help="Build the multi-checks blueprint for this host instead.")
@click.option(
    "--base-path", type=BASE_PATH, default="", help="With --blueprint: what the API's paths begin with, such as /production."
)  # fmt: skip
@stage_option(None, otherwise="with --blueprint, production")
def _build(**given: Any) -> Exit:
    """Write the zip that Synthetics gets; the same bytes every time."""
    return deferred.run("sre.cli.canaries.build", given)
