"""`sre alarms coverage`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from alarms.coverage import Proof, coverage, proofs_file, read_backtested
from alarms.plan import plan_of
from foundation.errors import Exit
from sre.cli.alarms.columns import table, terminal_width
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.alarms.verdicts import proof_verdicts
from sre.cli.options import OutputFormat
from sre.cli.outputs.alarms import coverage_output
from sre.cli.stage import AskedPlanOptions, files_of, rule_tests_of, stage_from
from sre.cli.verdicts.model import Verdicts
from sre.cli.verdicts.show import show


def run(
    *, files: tuple[Path, ...], output_format: OutputFormat, is_unproved_only: bool, **options: Unpack[AskedPlanOptions]
) -> Exit:  # fmt: skip
    """Print how every alarm is proved, those that are not first."""
    stage = stage_from(**options)
    plan = plan_of(stage)
    own = rule_tests_of(service=options["service"], objectives_file=options["objectives_file"])
    objectives_file = options["objectives_file"] or files_of(service=options["service"]).objectives
    outcomes = run_rule_tests(files, plan, stage, own=own, objectives_file=objectives_file)
    proofs = coverage(plan, outcomes, read_backtested(proofs_file(stage.scope)))
    shown = [proof for proof in proofs if not (is_unproved_only and proof.holds)]
    notes = [f"What if: {each}." for each in stage.what_ifs]
    if not any(proof.backtested_on for proof in proofs):
        notes.insert(0, "No backtest is on record; `sre alarms backtest` replays recorded metrics.")
    verdicts = proof_verdicts(proofs, shown, prefix=plan.context.prefix, notes=notes)
    show(verdicts, coverage_output(proofs, shown), output_format, as_text=lambda: _print(verdicts, shown))
    return Exit.MET if all(proof.holds for proof in proofs) else Exit.MISSED


def _print(verdicts: Verdicts, shown: Sequence[Proof]) -> None:
    """A table; what would be the same in every row has no column."""
    is_lacking = any(proof.missing for proof in shown)
    head = (verdicts.of, *verdicts.columns, *(("not shown",) if is_lacking else ()))
    rows = [
        (row.name, *row.cells, *((proof.missing,) if is_lacking else ()))
        for row, proof in zip(verdicts.rows, shown, strict=True)
    ]
    for line in table(head, rows, width=terminal_width()) if rows else ():
        click.echo(line)
    for line in (verdicts.headline, *verdicts.notes):
        click.echo(line)
