"""`sre check`: is this version fit to be released, as far as a load test can say?"""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, Seconds


@click.command("check")
@click.option("--url", help="Check an API that is deployed already, instead of a local platform of its own.")
@click.option("--region", default="us-east-1", show_default=True, help="The region of --url.")
@click.option("--archive-key", help="With --url: an archive in the platform's bucket to submit.")
@click.option("--websocket-url", default="", help="With --url: its WebSocket API, for the canaries that need it.")
@click.option(
    "--archives-bucket", default="", help="With --url: the bucket of archives, for the canaries that need it."
)
@click.option(
    "--objectives", "objectives_file", type=FILE, help="Another objectives file than tdeveloper/objectives.yaml."
)
@click.option("--profile", default="release", show_default=True, help="A profile of tdeveloper/load_profiles.yaml.")
@click.option("--duration", type=Seconds(), help="Measure so long (90s, 5m), instead of as the profile says.")
@click.option(
    "--fault-switch", default="off", show_default=True, help="Break the local platform: errors=1% or delay=1500ms@5%."
)
@click.option("--seed", default=1, show_default=True, help="The arrival times follow from it.")
@click.option("--out", type=FILE, default=Path("build/release-check"), show_default=True, help="Where the page goes.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a table.")
def check(**given: Any) -> Exit:
    """Is this version fit for release? Platform up, canaries, load, canaries, verdict per objective, one page.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input. 3: not enough evidence.
    130: interrupted; the page then shows what had been measured.
    """
    return deferred.run("sre.cli.check.run", given)
