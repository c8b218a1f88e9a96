"""`sre report schedule`."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Unpack

from foundation.errors import Exit
from reports.scheduling import DueReport, WeeklySchedule
from reports.weekly.week import last_complete_week
from sre.cli.report.asking import ReportCommandOptions, notify, print_written, report_options, say
from sre.jobs.weekly_report.preparing import prepare
from sre.jobs.weekly_report.writing import write_report


def run(*, every: str, at: time, out: Path, **options: Unpack[ReportCommandOptions]) -> Exit:
    """Write a report every week, until somebody interrupts it."""
    # A file that is wrong is told now, not on the day.
    report = report_options(options)
    first, read = prepare(report, now=datetime.now(UTC))
    if options["costs"] is not None:
        read.cost.read(through_on=first.cost_through_on, complete_on=first.cost_complete_on)
    if options["deployments"] is not None:
        read.operations("")

    def write(due: DueReport) -> None:
        week = str(last_complete_week(due.due_at))
        request, sources = prepare(replace(report, week=week), now=datetime.now(UTC))
        directory = out / week
        page = write_report(request, sources, directory, say=say)
        print_written(page, directory)
        notify(page, options, out=directory, notes=due.notes)

    WeeklySchedule(
        run=write, weekday=every, at=f"{at:%H:%M}", state_file=out / "last-run.txt", say=say
    ).forever()  # fmt: skip
    return Exit.MET
