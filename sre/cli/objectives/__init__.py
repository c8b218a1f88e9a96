"""`sre objectives`: the files of a service checked as a whole, and what an edit of them changes."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    definitions_option,
    format_option,
    incidents_option,
    json_option,
    objectives_option,
    profiles_option,
    stage_option,
    together,
)
from sre.cli.types.files import READ
from sre.cli.types.names import Line

_files_options = together(
    objectives_option,
    click.option("--policy", type=READ, help="Another burn-rate policy; the SRE workbook's unless it is given."),
    definitions_option,
    profiles_option,
)


@click.group("objectives", short_help="Check the objectives, and see what an edit changes.")
def objectives() -> None:
    """The objectives and the files beside them: check them, and see what an edit changes."""


@objectives.command("check")
@stage_option()
@_files_options
@click.option("--resource-alarms", type=READ, help="Laid over the defaults of alarms/resources.yaml.")
@click.option(
    "--rule-tests", "rule_tests", type=READ, multiple=True,
    help="A file of rule tests; T-Developer's own unless one is given.",
)  # fmt: skip
@incidents_option
@json_option("objectives:Check")
def _check(**given: Any) -> Exit:
    """Check the objectives, the burn-rate policy and the files beside them, and print every problem with its line.

    Metrics and dimensions are held against those that AWS publishes, filters against what X-Ray knows, and the files against one
    another. Exit code 2 when there is a problem; a warning changes no exit code.
    """
    return deferred.run("sre.cli.objectives.check", given)


@objectives.command("diff")
@click.argument("before", type=Line("revision", longest_count=300), default="HEAD", metavar="[REV|FILE]")
@stage_option()
@_files_options
@click.option("--allow-blind", is_flag=True, help="Exit code 0 although something becomes blind.")
@format_option("objectives:Difference", with_junit=False)
def _diff(**given: Any) -> Exit:
    """Print all that the files change since a revision of git, or against another file or directory.

    Alarms, notifications, panels, canaries, load tests, the weekly report and the bill, in one list. What no longer sees what it
    saw is marked as blind: exit code 1. Without REV the last commit is compared with.
    """
    return deferred.run("sre.cli.objectives.diff", given)
