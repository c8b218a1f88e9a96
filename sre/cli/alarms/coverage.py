"""`sre alarms coverage`."""

import json
from pathlib import Path
from typing import Unpack

import click

from alarms.coverage import Proof, coverage, proofs_file, read_backtested
from alarms.plan import plan_of
from foundation.errors import Exit
from sre.cli.alarms.rule_tests import run_rule_tests
from sre.cli.stage import AskedPlanOptions, stage_from


def run(*, files: tuple[Path, ...], as_json: bool, **options: Unpack[AskedPlanOptions]) -> Exit:
    """Print every alarm's proof."""
    stage = stage_from(**options)
    plan = plan_of(stage)
    outcomes = run_rule_tests(files, plan, stage.objectives, are_own=options["objectives_file"] is None)
    proofs = coverage(plan, outcomes, read_backtested(proofs_file(stage.scope)))
    if as_json:
        click.echo(json.dumps([_row(proof) for proof in proofs], indent=2))
    else:
        _print(proofs)
        for each in stage.what_ifs:
            click.echo(f"What if: {each}.")
    return Exit.MET if all(proof.holds for proof in proofs) else Exit.MISSED


def _row(proof: Proof) -> dict[str, object]:
    return {
        "alarm": proof.alarm,
        "proved": proof.holds,
        "fires_in": proof.fires_in,
        "quiet_in": proof.quiet_in,
        "backtested_on": proof.backtested_on.isoformat() if proof.backtested_on else None,
    }


def _print(proofs: tuple[Proof, ...]) -> None:
    width = max(len(proof.alarm) for proof in proofs)
    click.echo(f"{'alarm':{width}}  unit  backtest    game day")
    for proof in proofs:
        unit = "yes" if proof.holds else "NO"
        on = proof.backtested_on.isoformat() if proof.backtested_on else "never"
        missing = f"  no proof {proof.missing}" if proof.missing else ""
        click.echo(f"{proof.alarm:{width}}  {unit:4}  {on:10}  never{missing}")
    proved_count = sum(proof.holds for proof in proofs)
    click.echo(
        f"{proved_count / len(proofs):.0%} proved: {proved_count} of {len(proofs)} alarms fire in one rule test and "
        "stay quiet in one."
    )
