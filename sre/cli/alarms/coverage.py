"""`sre alarms coverage`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from alarms.coverage import Proof, coverage, proofs_file, read_backtested
from alarms.plan import plan_of
from foundation.errors import Exit
from foundation.pages.numbers import count, counted, percent
from sre.cli.alarms.columns import table, terminal_width
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.outputs.alarms import coverage_output
from sre.cli.outputs.model import print_output
from sre.cli.stage import AskedPlanOptions, stage_from


def run(
    *, files: tuple[Path, ...], as_json: bool, is_unproved_only: bool, **options: Unpack[AskedPlanOptions]
) -> Exit:  # fmt: skip
    """Print how every alarm is proved, those that are not first."""
    stage = stage_from(**options)
    plan = plan_of(stage)
    outcomes = run_rule_tests(files, plan, stage.objectives, are_own=options["objectives_file"] is None)
    proofs = coverage(plan, outcomes, read_backtested(proofs_file(stage.scope)))
    shown = [proof for proof in proofs if not (is_unproved_only and proof.holds)]
    if as_json:
        print_output(coverage_output(proofs, shown))
    else:
        _print(shown, prefix=f"{plan.context.prefix}-")
        proved_count = sum(proof.holds for proof in proofs)
        click.echo(
            f"{count(proved_count)} of {counted(len(proofs), 'alarm')} proved ({percent(proved_count / len(proofs))}): "
            "rule tests show each in ALARM and quiet."
        )
        if not any(proof.backtested_on for proof in proofs):
            click.echo("No backtest is on record; `sre alarms backtest` replays recorded metrics.")
        for each in stage.what_ifs:
            click.echo(f"What if: {each}.")
    return Exit.MET if all(proof.holds for proof in proofs) else Exit.MISSED


def _print(proofs: Sequence[Proof], *, prefix: str) -> None:
    """A table; what would be the same in every row has no column."""
    if not proofs:
        return
    has_backtests = any(proof.backtested_on for proof in proofs)
    is_lacking = any(proof.missing for proof in proofs)
    head = (
        *("alarm", "fires in", "quiet in"),
        *(("backtest",) if has_backtests else ()),
        *(("not shown",) if is_lacking else ()),
    )
    rows = [
        (
            proof.alarm.removeprefix(prefix),
            counted(len(proof.fires_in), "test"),
            counted(len(proof.quiet_in), "test"),
            *((proof.backtested_on.isoformat() if proof.backtested_on else "never",) if has_backtests else ()),
            *((proof.missing,) if is_lacking else ()),
        )
        for proof in proofs
    ]
    for line in table(head, rows, width=terminal_width()):
        click.echo(line)
