"""`sre cost compare`."""

from pathlib import Path
from typing import Unpack

import click

from foundation.costs.bill import cents, make_bill
from foundation.costs.book import Price
from foundation.costs.price_list import compare_price_list, with_moved
from foundation.errors import Exit
from sre.cli.cost.options import ProfileOptions, of_profile
from sre.cli.outputs.cost import comparison_output
from sre.cli.outputs.model import print_output
from sre.jobs.cost_estimate import make_estimate


def run(*, files: tuple[Path, ...], as_json: bool, **options: Unpack[ProfileOptions]) -> Exit:
    """Print what moved, what is missing, and both bills."""
    book, chosen, bill = make_estimate(of_profile(**options))
    compared = [compare_price_list(book, file) for file in files]
    moved = [each for found in compared for each in found.moved]
    missing = [key for found in compared for key in found.missing]
    after = make_bill(chosen, with_moved(book, moved), per_day=bill.per_day, model=bill.model.name)
    if as_json:
        print_output(comparison_output(compared, bill, after))
    else:
        for found in compared:
            click.echo(
                f"{found.service}, published {found.published_on}: {len(found.unchanged)} as in the book, {len(found.moved)} "
                f"moved, {len(found.missing)} not in the file"
            )
            for each in found.moved:
                before, fresh = " / ".join(_tiers(each.before)), " / ".join(_tiers(each.after))
                click.echo(f"  {each.before.key}: {before} -> {fresh} a {each.before.unit}")
            for key in found.missing:
                click.echo(f"  {key}: not in the file")
        click.echo(
            f"The bill at {bill.per_day:,.0f} pipelines a day: ${cents(bill.total_usd):,} -> ${cents(after.total_usd):,} "
            f"({cents(after.total_usd - bill.total_usd):+,})"
        )
    if moved:
        return Exit.MISSED
    return Exit.NOT_ENOUGH_EVIDENCE if missing else Exit.MET


def _tiers(price: Price) -> list[str]:
    return [
        f"{tier.price_usd.normalize():f}" + ("" if tier.up_to is None else f" to {tier.up_to.normalize():,f}")
        for tier in price.tiers
    ]
