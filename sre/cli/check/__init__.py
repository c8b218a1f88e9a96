"""`sre check`: is this version fit to be released, as far as a load test can say?"""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    archive_key_option,
    archives_bucket_option,
    duration_option,
    fault_switch_option,
    format_option,
    local_options,
    objectives_option,
    out_option,
    profile_option,
    region_option,
    seed_option,
    service_option,
    stage_option,
    url_option,
    value_option,
    websocket_url_option,
    what_if_options,
)  # fmt: skip


@click.command("check", short_help="Is this version fit for release? Load, verdicts, one page.")
@local_options
@url_option
@stage_option(None, otherwise="local, or the end of --url")
@region_option(None, otherwise="us-east-1")
@archive_key_option()
@value_option
@websocket_url_option
@archives_bucket_option
@service_option
@objectives_option
@what_if_options
@profile_option("release")
@duration_option("1s", "24h")
@fault_switch_option()
@seed_option
@out_option("build/release-check")
@format_option("check:ReleaseCheckOutput")
def check(**given: Any) -> Exit:
    """Is this version fit for release? Platform up, canaries, load, canaries, verdict per objective, one page.

    It brings up a local platform of its own, or checks the one that is up (--local), or --url: then --archive-key is needed, and
    the canaries need --websocket-url and --archives-bucket; --stage is the last part of the address's path, unless given.
    Another service (--service) is checked at its --url, by its own flows, load profiles and canaries.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input. 3: not enough evidence, also
    where a step failed after the load, or a miss that other work on this machine may have made. 130: interrupted. The page then
    shows what had been measured.
    """
    return deferred.run("sre.cli.check.run", given)
