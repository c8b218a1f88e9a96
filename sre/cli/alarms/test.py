"""`sre alarms test`."""

from pathlib import Path
from typing import Unpack

import click

from alarms.junit import write_junit
from alarms.plan import plan_of
from foundation.errors import Exit
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.stage import AskedPlanOptions, stage_from


def run(*, files: tuple[Path, ...], junit: Path | None, **options: Unpack[AskedPlanOptions]) -> Exit:
    """Run the rule tests and print what failed."""
    stage = stage_from(**options)
    own = options["objectives_file"] is None
    outcomes = run_rule_tests(files, plan_of(stage), stage.objectives, are_own=own)
    failed = 0
    for outcome in outcomes:
        for failure in outcome.failures:
            failed += 1
            click.echo(f"{outcome.test.file}:{failure.line}: {outcome.test.name}")
            for line in failure.lines:
                click.echo(f"  {line}")
    if junit is not None:
        write_junit(outcomes, junit)
    failing = sum(bool(outcome.failures) for outcome in outcomes)
    asked = sum(len(each.states) + len(each.ran) for outcome in outcomes for each in outcome.test.expectations)
    held = f"{failed} not met, in {failing} of them" if failed else "all met"
    for each in stage.what_ifs:
        click.echo(f"What if: {each}.")
    click.echo(
        f"{len(outcomes)} rule test{'s'[: len(outcomes) != 1]}, {asked:,} expectation{'s'[: asked != 1]}, {held}."
    )
    return Exit.MISSED if failed else Exit.MET
