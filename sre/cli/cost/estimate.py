"""`sre cost estimate`."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Unpack

import click

from foundation.costs.bill import crossing, make_bill
from foundation.costs.focus import to_focus
from foundation.costs.levers import apply_levers
from foundation.costs.quantities import LONGEST_MONTH_HOURS, MONTH_HOURS
from foundation.costs.statement import headline, judged, levers_table, table, to_dict
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
    longest = make_bill(
        chosen, book, per_day=bill.per_day, model=bill.model.name, with_free=bill.with_free, month_hours=LONGEST_MONTH_HOURS
    )  # fmt: skip
    where, where_longest = (
        crossing(
            chosen, book, model=bill.model.name, limit_usd=limit, with_free=bill.with_free, month_hours=hours
        )
        for hours in (MONTH_HOURS, LONGEST_MONTH_HOURS)
    )  # fmt: skip
    effects = apply_levers(chosen, book, per_day=bill.per_day, model=bill.model.name, limit_usd=limit) if levers else ()
    if focus is not None:
        write_text(focus, to_focus(bill, month_on=datetime.now(UTC).date()))
    if as_json:
        said = to_dict(
            bill, book, limit_usd=limit, crossing_per_day=where, longest=longest, longest_crossing_per_day=where_longest,
            effects=effects,
        )  # fmt: skip
        click.echo(json.dumps(said, indent=2))
    else:
        click.echo(f"Estimate: {headline(bill, limit_usd=limit, crossing_per_day=where)}")
        click.echo(f"{judged(longest, limit_usd=limit, crossing_per_day=where_longest)}\n\n{table(bill)}")
        if effects:
            click.echo(f"\n{levers_table(effects, limit_usd=limit)}")
        click.echo(
            f"\nThe oldest of its prices was read on {book.oldest_on}; `sre cost explain LINE` names each source."
        )
    return Exit.MISSED if longest.total_usd >= limit else Exit.MET
