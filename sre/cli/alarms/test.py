"""`sre alarms test`."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Unpack

import click

from alarms.plan import plan_of
from alarms.rule_tests import Outcome
from foundation.errors import Exit
from foundation.pages.numbers import counted, quantity
from sre.cli.alarms.columns import paragraph, terminal_width
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.alarms.verdicts import counts_of, rule_test_verdicts
from sre.cli.options import OutputFormat
from sre.cli.outputs.alarms import rule_test_results
from sre.cli.stage import AskedPlanOptions, files_of, rule_tests_of, stage_from
from sre.cli.verdicts.junit import write_junit
from sre.cli.verdicts.show import show


def run(
    *,
    files: tuple[Path, ...],
    pattern: str | None,
    is_verbose: bool,
    junit: Path | None,
    output_format: OutputFormat,
    **options: Unpack[AskedPlanOptions],
) -> Exit:
    """Run the rule tests; print what failed, a line for each file, and what came of all."""
    stage = stage_from(**options)
    own = rule_tests_of(service=options["service"], objectives_file=options["objectives_file"])
    objectives_file = options["objectives_file"] or files_of(service=options["service"]).objectives
    outcomes = run_rule_tests(files, plan_of(stage), stage, own=own, objectives_file=objectives_file, pattern=pattern)
    in_full = rule_test_verdicts(outcomes, stage.what_ifs, is_in_full=True)
    if junit is not None:
        write_junit(in_full, junit)

    def print_text() -> None:
        for line in _lines(outcomes, is_verbose=is_verbose):
            click.echo(line)
        for each in stage.what_ifs:
            click.echo(f"What if: {each}.")
        click.echo(f"{counts_of(outcomes)}, in {_seconds(outcomes)}")

    show(
        rule_test_verdicts(outcomes, stage.what_ifs), rule_test_results(outcomes, stage.what_ifs), output_format,
        as_text=print_text, in_junit=in_full,
    )  # fmt: skip
    return Exit.MISSED if any(outcome.failures for outcome in outcomes) else Exit.MET


def _lines(outcomes: Sequence[Outcome], *, is_verbose: bool) -> Iterator[str]:
    width = terminal_width()
    for file, group in groupby(outcomes, key=lambda outcome: outcome.test.file):
        of_file = list(group)
        yield f"{file}: {counts_of(of_file)}, in {_seconds(of_file)}"
        for outcome in of_file:
            if is_verbose or outcome.failures:
                word = "fail" if outcome.failures else "pass"
                yield f"  {word}  {outcome.test.name} ({counted(outcome.test.expectation_count, 'expectation')})"
            for failure in outcome.failures:
                yield f"{file}:{failure.line}: {outcome.test.name}"
                for line in failure.lines:
                    indent = " " * (2 + len(line) - len(line.lstrip()))
                    # A line of states is as long as it is drawn, and what stands below it is under its marks.
                    yield from (
                        [f"  {line}"] if line in failure.drawn else paragraph(line.lstrip(), width=width, indent=indent)
                    )


def _seconds(outcomes: Sequence[Outcome]) -> str:
    return f"{quantity(sum(outcome.took_seconds for outcome in outcomes))} s"
