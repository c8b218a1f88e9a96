"""`sre report weekly`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from foundation.errors import Exit, InputError
from reports.weekly.output import report_output
from sre.cli.options import OutputFormat
from sre.cli.report.asking import ReportCommandOptions, notify, print_written, report_options, say
from sre.cli.report.verdicts import report_verdicts
from sre.cli.verdicts.show import show
from sre.jobs.weekly_report.preparing import prepare
from sre.jobs.weekly_report.writing import exit_of, record, write_report


def run(
    *,
    week_text: str | None,
    out: Path,
    record_directory: Path | None,
    output_format: OutputFormat,
    **options: Unpack[ReportCommandOptions],
) -> Exit:
    """Write one report, and notify who is named."""
    if record_directory is not None and options["metrics"] is not None:
        raise InputError(f"--record {record_directory}: what is read from --metrics is recorded already")
    report = replace(
        report_options(options), week=week_text, keeps_what_it_reads=record_directory is not None
    )  # fmt: skip
    request, sources = prepare(report, now=datetime.now(UTC))
    page = write_report(request, sources, out, say=say)
    output = report_output(page)
    show(report_verdicts(output), output, output_format, as_text=lambda: print_written(page, out))
    if record_directory is not None:
        names = record(sources, request, record_directory)
        say(f"recorded in {record_directory}: {', '.join(names)}")
    notify(page, options, out=out)
    return exit_of(page)
