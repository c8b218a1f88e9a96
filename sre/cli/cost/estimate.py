"""`sre cost estimate`."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Unpack

import click

from foundation.costs.bill import crossing
from foundation.costs.focus import to_focus
from foundation.costs.levers import apply_levers
from foundation.costs.statement import headline, levers_table, table, to_dict
from foundation.errors import Exit
from foundation.files.writing import write_text
from foundation.slo.model import CostObjective
from sre.cli.cost.options import MeasuredOptions, of_measured
from sre.cli.stage import stage_from
from sre.jobs.cost_estimate import make_estimate

# Of a service that promises nothing of its cost.
_LIMIT_USD = Decimal(500)


def run(*, levers: bool, focus: Path | None, as_json: bool, **options: Unpack[MeasuredOptions]) -> Exit:
    """Print the bill against the objective's limit. Raises InputError where --focus cannot be written."""
    stage = stage_from(stage=options["stage"] or "production")
    limit = min((each.limit_usd for each in stage.objectives if isinstance(each, CostObjective)), default=_LIMIT_USD)
    book, chosen, bill = make_estimate(of_measured(stage if options["stage"] else None, **options))
    where = crossing(chosen, book, model=bill.model.name, limit_usd=limit, with_free=options["free_tier"])
    effects = apply_levers(chosen, book, per_day=bill.per_day, model=bill.model.name, limit_usd=limit) if levers else ()
    if focus is not None:
        write_text(focus, to_focus(bill, month_on=datetime.now(UTC).date()))
    if as_json:
        click.echo(json.dumps(to_dict(bill, book, limit_usd=limit, crossing_per_day=where, effects=effects), indent=2))
    else:
        click.echo(f"Estimate: {headline(bill, limit_usd=limit, crossing_per_day=where)}\n\n{table(bill)}")
        if effects:
            click.echo(f"\n{levers_table(effects, limit_usd=limit)}")
        click.echo(
            f"\nThe oldest of its prices was read on {book.oldest_on}; `sre cost explain LINE` names each source."
        )
    return Exit.MISSED if bill.total_usd >= limit else Exit.MET
