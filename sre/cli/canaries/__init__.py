"""`sre canaries`: run them here, list them with their price, and build what is deployed."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    api_host_options,
    archives_bucket_option,
    definitions_option,
    format_option,
    json_option,
    junit_option,
    local_options,
    objectives_option,
    out_file_option,
    out_option,
    region_option,
    service_option,
    stage_option,
    url_option,
    websocket_url_option,
)  # fmt: skip
from sre.cli.types.names import CANARY


@click.group("canaries", short_help="Checks from outside, here and on CloudWatch Synthetics.")
def canaries() -> None:
    """Synthetic checks from outside: the same handlers here, in CI and on CloudWatch Synthetics."""


@canaries.command("run", short_help="Run canaries against the local platform or --url.")
@click.argument("names", nargs=-1, type=CANARY, metavar="[CANARY]...")
@local_options
@url_option
@websocket_url_option
@archives_bucket_option
@stage_option(None, otherwise="local, or the end of --url")
@region_option(None, otherwise="us-east-1")
@service_option
@objectives_option
@out_option("build/canaries")
@junit_option
@format_option("canaries:CanaryRuns")
@definitions_option
def _run(**given: Any) -> Exit:
    """Run canaries, all of them unless named, against the local platform that is up, or against --url.

    Exit code 0: all passed. 1: one failed, and its failing step is named. 2: bad input. 3: one could not be run here, or
    failed on the local platform beside other work on this machine.
    The files of --out have the runs as GetCanaryRuns would answer.
    """
    return deferred.run("sre.cli.canaries.run", given)


@canaries.command("list", short_help="List the canaries: schedule, price, runtimes.")
@region_option(None)
@service_option
@json_option("canaries:CanaryList")
@definitions_option
def _list(**given: Any) -> Exit:
    """List the canaries of the definitions with schedule, limits and monthly price, and how old their runtimes are.

    The ages of Synthetics' runtimes are those that this project knows; with --region, what AWS says today.

    Exit code 1: a runtime is deprecated, or will be within sixty days;
    3: the project's list of runtimes is over 180 days old.
    """
    return deferred.run("sre.cli.canaries.list", given)


@canaries.command("build", short_help="Write the zip, or the blueprint, that Synthetics gets.")
@out_file_option("build/canaries.zip")
@api_host_options
@service_option
@definitions_option
def _build(**given: Any) -> Exit:
    """Write the zip that Synthetics gets, or with --api-host the multi-checks blueprint of a host; the same bytes every time.

    The zip has every check that is data, as plain JSON. A blueprint of another service (--service) has those of its steps that
    stand for themselves: what is drawn, kept, signed or repeated is named, and left to the zip.
    """
    return deferred.run("sre.cli.canaries.build", given)
