"""`sre alarms test`."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Unpack

import click

from alarms.junit import write_junit
from alarms.plan import plan_of
from alarms.rule_tests import Outcome
from foundation.errors import Exit
from foundation.pages.numbers import counted, quantity
from sre.cli.alarms.columns import paragraph, terminal_width
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.outputs.alarms import rule_test_results
from sre.cli.outputs.model import print_output
from sre.cli.stage import AskedPlanOptions, stage_from


def run(
    *,
    files: tuple[Path, ...],
    pattern: str | None,
    is_verbose: bool,
    junit: Path | None,
    as_json: bool,
    **options: Unpack[AskedPlanOptions],
) -> Exit:
    """Run the rule tests; print what failed, a line for each file, and what came of all."""
    stage = stage_from(**options)
    own = options["objectives_file"] is None
    outcomes = run_rule_tests(files, plan_of(stage), stage.objectives, are_own=own, pattern=pattern)
    if junit is not None:
        write_junit(outcomes, junit)
    if as_json:
        print_output(rule_test_results(outcomes, stage.what_ifs))
    else:
        for line in _lines(outcomes, is_verbose=is_verbose):
            click.echo(line)
        for each in stage.what_ifs:
            click.echo(f"What if: {each}.")
        click.echo(f"{_counts(outcomes)}, in {_seconds(outcomes)}")
    return Exit.MISSED if any(outcome.failures for outcome in outcomes) else Exit.MET


def _lines(outcomes: Sequence[Outcome], *, is_verbose: bool) -> Iterator[str]:
    width = terminal_width()
    for file, group in groupby(outcomes, key=lambda outcome: outcome.test.file):
        of_file = list(group)
        yield f"{file}: {_counts(of_file)}, in {_seconds(of_file)}"
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


def _counts(outcomes: Sequence[Outcome]) -> str:
    """How many tests and expectations, and how many are not met."""
    failed_count = sum(len(outcome.failures) for outcome in outcomes)
    failing_count = sum(bool(outcome.failures) for outcome in outcomes)
    asked = sum(outcome.test.expectation_count for outcome in outcomes)
    met = f"{failed_count} not met in {counted(failing_count, 'test')}" if failed_count else "all met"
    return f"{counted(len(outcomes), 'test')}, {counted(asked, 'expectation')}, {met}"


def _seconds(outcomes: Sequence[Outcome]) -> str:
    return f"{quantity(sum(outcome.took_seconds for outcome in outcomes))} s"
