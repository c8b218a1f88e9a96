"""`sre report weekly`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from foundation.errors import Exit, InputError
from reports.weekly.output import report_output
from sre.cli.options import DEFAULT_SEED, OutputFormat
from sre.cli.report.asking import ReportCommandOptions, notify, print_written, report_options, say
from sre.cli.report.verdicts import report_verdicts
from sre.cli.unused import refuse_with, refuse_without
from sre.cli.verdicts.show import show
from sre.cli.verdicts.table import print_table
from sre.jobs.weekly_report.preparing import prepare
from sre.jobs.weekly_report.writing import exit_of, record, write_report


def run(
    *,
    week_text: str | None,
    out: Path,
    record_directory: Path | None,
    simulate: bool,
    seed: int | None,
    output_format: OutputFormat,
    **options: Unpack[ReportCommandOptions],
) -> Exit:
    """Write one report, and notify who is named."""
    if record_directory is not None and options["metrics"] is not None:
        raise InputError(f"--record {record_directory}: what is read from --metrics is recorded already")
    if not simulate:
        refuse_without("--simulate", seed=seed)
    else:
        given = {name: options[name] for name in ("metrics", "sns_topic", "webhook")}
        refuse_with("--simulate", record=record_directory, **given)
    drawn_by = DEFAULT_SEED if seed is None else seed
    report = replace(
        report_options(options),
        week=week_text,
        keeps_what_it_reads=record_directory is not None,
        simulation_seed=drawn_by if simulate else None,
    )
    request, sources = prepare(report, now=datetime.now(UTC))
    page = write_report(request, sources, out, say=say)
    output = report_output(page)
    verdicts = report_verdicts(output)

    def print_text() -> None:
        print_table(verdicts)
        print_written(page, out)

    show(verdicts, output, output_format, as_text=print_text)
    if record_directory is not None:
        names = record(sources, request, record_directory)
        say(f"recorded in {record_directory}: {', '.join(names)}")
    notify(page, options, out=out)
    return Exit.NOT_ENOUGH_EVIDENCE if simulate else exit_of(page)
