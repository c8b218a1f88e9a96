"""`sre gates`: a source tree before the gates, here and without a platform."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import format_option, option, out_option
from sre.cli.types.files import READ, READ_ALL, WRITE_DIRECTORY
from sre.cli.types.names import Line
from sre.cli.types.times import Duration


@click.group("gates", short_help="Judge a source tree: security, quality, tests.")
def gates() -> None:
    """Judge a source tree by the gates that a pull request has to pass, here and without a platform."""


@gates.command("run", short_help="Judge a directory, a checkout of git, or an archive.")
@click.argument("path", type=READ_ALL, default=".", metavar="TREE")
@option(
    "--base", type=Line("revision", longest_count=300), metavar="REV_OR_PATH",
    help="What the tree was made from; only what is new since it is judged.",
)  # fmt: skip
@option(
    "--gate", "names", type=click.Choice(["security", "quality", "test"]), multiple=True, show_default="all of them",
    help="Only this gate; may be repeated.",
)  # fmt: skip
@option("--advisories", type=READ, help="A snapshot of advisories, which `sre advisories update` makes.")
@option(
    "--dependencies", type=click.Choice(["required", "if-there"]), default="if-there", show_default=True,
    help="Whether dependencies that could not be checked leave the gate of security inconclusive.",
)  # fmt: skip
@option(
    "--reject-at", type=click.Choice(["high", "medium", "low"]), default="high", show_default=True,
    help="From which severity on something new rejects.",
)  # fmt: skip
@option(
    "--layers", type=WRITE_DIRECTORY, default="build/gate-layers", show_default=True,
    help="Where the libraries that trees have locked are kept for their tests.",
)  # fmt: skip
@option(
    "--test-time", type=Duration("1s", "1h"), default="5m", show_default=True,
    help="How long the tree's tests may take, such as 10m.",
)  # fmt: skip
@out_option("build/gates")
@format_option("gates:GatesRun")
def _run(**given: Any) -> Exit:
    """Judge a source tree: a directory, an archive, or a checkout of git with what is not committed yet.

    Of a checkout, what git ignores is left out. The base is a revision of its repository, or another directory or
    archive. With one the verdict is on what is new, and what the base's
    `.gates/accepted-findings.yaml` accepts does not reject. Neither configuration nor comments of the tree change what is seen.
    Its tests run in a sandbox, with the libraries that it has locked with hashes.

    Exit code 0: passed. 1: rejected. 2: bad input, such as an archive that no gate takes. 3: inconclusive, something could not be
    looked at.
    """
    return deferred.run("sre.cli.gates.run", given)
