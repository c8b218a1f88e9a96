"""`sre objectives`: the files of a service checked as a whole, and what an edit of them changes."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import incidents_option, json_option, objectives_option, stage_option, together
from sre.cli.types.files import READ

_files_options = together(
    objectives_option,
    click.option("--policy", type=READ, help="Another burn-rate policy; the SRE workbook's unless it is given."),
    click.option("--definitions", type=READ, help="Another file of canaries."),
    click.option("--profiles", "profiles_file", type=READ, help="Another file of profiles."),
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
