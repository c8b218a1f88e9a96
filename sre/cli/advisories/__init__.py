"""`sre advisories`: the snapshot of advisories that dependencies are held against, made of what a person has downloaded."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import json_option, option, out_file_option
from sre.cli.types.files import READ
from sre.cli.types.times import Duration, Moment


@click.group("advisories", short_help="The snapshot of advisories that dependencies are held against.")
def advisories() -> None:
    """The snapshot of advisories that the dependencies of a source tree are held against."""


@advisories.command("update", short_help="Make a snapshot of OSV's all.zip of PyPI or npm.")
@click.argument("files", nargs=-1, required=True, metavar="ALL_ZIP...", type=READ)
@out_file_option("build/advisories.json.gz")
@option("--made-at", type=Moment(), show_default="now", help="When the snapshot is made, such as 2026-03-02T10:00:00Z.")
def _update(**given: Any) -> Exit:
    """Make a snapshot of one or more `all.zip` of OSV, which you have downloaded; nothing is downloaded here.

    An advisory that cannot be read is named, and then nothing is written. Of the same files and the same time the snapshot is the
    same bytes.
    """
    return deferred.run("sre.cli.advisories.update", given)


@advisories.command("show", short_help="Show a snapshot's date, age and counts.")
@click.argument("snapshot", metavar="SNAPSHOT", type=READ)
@option(
    "--max-age", type=Duration("1h", "365d"), default="7d", show_default=True,
    help="The greatest age of its data that is no reason to update it, such as 7d.",
)  # fmt: skip
@json_option("advisories:AdvisoriesSnapshot")
def _show(**given: Any) -> Exit:
    """Show of which day the advisories are, and how many there are by ecosystem.

    Exit code 3: they are older than --max-age.
    """
    return deferred.run("sre.cli.advisories.show", given)
