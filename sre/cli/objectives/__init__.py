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
    policy_option,
    profiles_option,
    service_option,
    stage_option,
    together,
)
from sre.cli.types.files import READ
from sre.cli.types.names import Line

_files_options = together(
    objectives_option,
    policy_option,
    definitions_option,
    profiles_option,
)


@click.group("objectives", short_help="Check the objectives, and see what an edit changes.")
def objectives() -> None:
    """The objectives and the files beside them: check them, and see what an edit changes."""


@objectives.command("check", short_help="Check the objectives and the files beside them.")
@stage_option()
@service_option
@_files_options
@click.option("--resource-alarms", type=READ, help="Changes to the alarms on resources (YAML).")
@click.option(
    "--rule-tests", "rule_tests", type=READ, multiple=True,
    help="A file of rule tests (YAML), instead of the project's own.",
)  # fmt: skip
@incidents_option
@json_option("objectives:Check")
def _check(**given: Any) -> Exit:
    """Check the objectives, the burn-rate policy and the files beside them, and print every problem with its line.

    Metrics and dimensions are held against those that AWS publishes, filters against what X-Ray knows, and the files against one
    another. Exit code 2 when there is a problem; a warning changes no exit code.
    """
    return deferred.run("sre.cli.objectives.check", given)


@objectives.command("diff", short_help="List what an edit changes, and what it makes blind.")
@click.argument("before", type=Line("revision", longest_count=300), default="HEAD", metavar="REV_OR_FILE")
@stage_option()
@_files_options
@click.option("--allow-blind", is_flag=True, help="Exit code 0 although something becomes blind.")
@format_option("objectives:Difference")
def _diff(**given: Any) -> Exit:
    """Print all that the files change since a revision of git, or against another file or directory.

    Alarms, notifications, panels, canaries, load tests, the weekly report and the bill, in one list. What no longer sees what it
    saw is marked as blind: exit code 1. Without REV_OR_FILE the last commit is compared with.
    """
    return deferred.run("sre.cli.objectives.diff", given)
