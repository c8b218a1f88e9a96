"""`sre report demo`."""

import sys
from datetime import timedelta
from pathlib import Path

import click

from foundation.errors import Exit, SreError
from foundation.pages.escapes import terminal
from infra.service import T_DEVELOPER
from sre.cli.owned import owning_out
from sre.cli.progress_line import ProgressLine, one_interrupt, say
from sre.cli.report.asking import print_written
from sre.cli.stage import stage_from
from sre.jobs.demo.weekly_report import demonstrate


@owning_out
def run(*, out: Path, duration: timedelta) -> Exit:
    """Run the demonstration and print where its page is, and what is missing of it."""
    stage = stage_from(stage="local")
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        made = demonstrate(
            stage, T_DEVELOPER, out, seconds=duration.total_seconds(), say=say, watch=progress.show
        )  # fmt: skip
    steps = made.steps
    if made.page is not None:
        print_written(made.page, out)
    elif made.result_file is not None:
        say(f"what the load measured is in {made.result_file}")
    if steps.was_interrupted:
        raise KeyboardInterrupt
    if steps.bug is not None:
        raise steps.bug
    if made.page is None and isinstance(steps.error, SreError):
        raise steps.error
    if steps.failures:
        why = "; ".join(f"{row.name}: {row.failure}" for row in steps.failures)
        click.echo(terminal(f"Error: the demonstration is not whole: {why}"), err=True)
        return Exit.BAD_INPUT if made.page is None else Exit.NOT_ENOUGH_EVIDENCE
    return Exit.MET
