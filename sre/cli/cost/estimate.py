"""`sre cost estimate`."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Unpack, assert_never

import click

from foundation.costs.bill import crossing, make_bill, unit_costs
from foundation.costs.completeness import resources_text
from foundation.costs.focus import to_focus
from foundation.costs.labels import label_of
from foundation.costs.levers import LeverEffect, apply_levers
from foundation.costs.quantities import LONGEST_MONTH_HOURS, MONTH_HOURS
from foundation.costs.statement import headline, judged, levers_table, table
from foundation.costs.traffic import Profile
from foundation.errors import Exit, InputError
from foundation.files.writing import write_text
from foundation.pages.numbers import exact_usd, usd
from foundation.slo.model import CostObjective
from foundation.slo.outcome import Outcome
from sre.cli.cost.options import MeasuredOptions, counted_stage, of_measured, stage_of
from sre.cli.options import OutputFormat
from sre.cli.outputs.cost import estimate_output
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.cli.verdicts.show import show
from sre.jobs.cost_estimate import make_estimate


def run(*, levers: bool, focus: Path | None, output_format: OutputFormat, **options: Unpack[MeasuredOptions]) -> Exit:
    """Print the bill against the objective's limit. Raises InputError where --focus cannot be written."""
    limited = stage_of(options)
    objective = None if limited is None else min(
        (each for each in limited.objectives if isinstance(each, CostObjective)), key=lambda each: each.limit_usd, default=None
    )  # fmt: skip
    limit = None if objective is None else objective.limit_usd
    book, bill = make_estimate(of_measured(counted_stage(options, limited), **options))
    model, with_free = bill.model_name or None, bill.with_free
    longest = make_bill(
        bill.work, book, per_day=bill.per_day, model=model, with_free=with_free, month_hours=LONGEST_MONTH_HOURS
    )
    where, where_longest = (
        None
        if limit is None
        else crossing(bill.work, book, limit_usd=limit, month_hours=hours, model=model, with_free=with_free)
        for hours in (MONTH_HOURS, LONGEST_MONTH_HOURS)
    )
    fixed = make_bill(bill.work, book, per_day=Decimal(0), model=model, with_free=with_free)
    marginal_usd = sum(unit_costs(bill.work, book, model=model).values(), Decimal(0))
    effects: tuple[LeverEffect, ...] = ()
    if levers:
        if not isinstance(bill.work, Profile):
            raise InputError(
                "--levers: changes are of a traffic profile of a whole platform; leave it, or what counts resources"
            )
        if limit is None:
            raise InputError("--levers says where the limit is reached, and no objective says one; add a CostObjective")
        effects = apply_levers(
            bill.work, book, per_day=bill.per_day, model=bill.model_name, limit_usd=limit
        )  # fmt: skip
    if focus is not None:
        write_text(focus, to_focus(bill, month_on=datetime.now(UTC).date()))
    output = estimate_output(
        bill, book, objective=None if objective is None else objective.name, limit_usd=limit, crossing_per_day=where,
        longest=longest, longest_crossing_per_day=where_longest, effects=effects, fixed_usd=fixed.total_usd,
        marginal_usd=marginal_usd,
    )  # fmt: skip
    said = judged(longest, limit_usd=limit, crossing_per_day=where_longest)

    def print_text() -> None:
        click.echo(f"Estimate: {headline(bill, limit_usd=limit, crossing_per_day=where)}")
        click.echo(f"{said}\n\n{table(bill, fixed_usd=fixed.total_usd, marginal_usd=marginal_usd)}")
        resources = resources_text(bill)
        if resources:
            click.echo(f"\n{resources}")
        if effects and limit is not None:
            click.echo(f"\n{levers_table(effects, limit_usd=limit, unit=bill.work.unit)}")
        click.echo(
            f"\nOldest price: read on {book.oldest_on}. `sre cost explain LINE` breaks a line down, with each price's source."
        )

    row = VerdictRow(
        name=output.objective or "limit", outcome=output.outcome, reason=said,
        cells=(usd(longest.total_usd), "–" if limit is None else exact_usd(limit)),
    )  # fmt: skip
    verdicts = Verdicts(
        title="Cost estimate", of="objective", rows=(row,), columns=("a month of 31 days", "limit"),
        number_columns=frozenset({"a month of 31 days", "limit"}),
        headline=f"Estimate: {headline(bill, limit_usd=limit, crossing_per_day=where)}",
        notes=tuple(f"{label_of(line)}: {usd(cost)}" for line, cost in bill.lines.items()),
    )  # fmt: skip
    show(verdicts, output, output_format, as_text=print_text)
    match output.outcome:
        case Outcome.MISS:
            return Exit.MISSED
        case Outcome.INCONCLUSIVE:
            return Exit.NOT_ENOUGH_EVIDENCE
        case Outcome.PASS | Outcome.NO_DATA:
            return Exit.MET
        case _:
            assert_never(output.outcome)
