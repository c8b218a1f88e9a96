"""`sre report demo`."""

from pathlib import Path

from foundation.errors import Exit
from infra.service import T_DEVELOPER
from sre.cli.report.asking import print_written, say
from sre.jobs.demo.weekly_report import demonstrate


def run(*, out: Path, seconds: float) -> Exit:
    """Run the demonstration and print where its page is."""
    page = demonstrate(T_DEVELOPER, out, seconds=seconds, say=say)
    print_written(page, out)
    return Exit.MET
