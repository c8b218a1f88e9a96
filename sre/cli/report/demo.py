"""`sre report demo`."""

from datetime import timedelta
from pathlib import Path

from foundation.errors import Exit
from infra.service import T_DEVELOPER
from sre.cli.owned import owning_out
from sre.cli.report.asking import print_written, say
from sre.cli.stage import stage_from
from sre.jobs.demo.weekly_report import demonstrate


@owning_out
def run(*, out: Path, duration: timedelta) -> Exit:
    """Run the demonstration and print where its page is."""
    page = demonstrate(stage_from(stage="local"), T_DEVELOPER, out, seconds=duration.total_seconds(), say=say)
    print_written(page, out)
    return Exit.MET
