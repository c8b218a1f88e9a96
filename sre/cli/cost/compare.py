"""`sre cost compare`."""

from pathlib import Path
from typing import Unpack

import click

from foundation.costs.bill import make_bill
from foundation.costs.book import Price
from foundation.costs.price_list import compare_price_list, with_moved
from foundation.errors import Exit
from foundation.pages.numbers import count, counted, exact, exact_usd, plural_of, signed_usd, usd
from sre.cli.cost.options import ProfileOptions, of_profile
from sre.cli.outputs.cost import comparison_output
from sre.cli.outputs.model import print_output
from sre.jobs.cost_estimate import make_estimate


def run(*, files: tuple[Path, ...], as_json: bool, **options: Unpack[ProfileOptions]) -> Exit:
    """Print what changed, what is missing, and both bills."""
    book, bill = make_estimate(of_profile(**options))
    compared = [compare_price_list(book, file) for file in files]
    moved = [each for found in compared for each in found.moved]
    missing = [key for found in compared for key in found.missing]
    after = make_bill(bill.work, with_moved(book, moved), per_day=bill.per_day, model=bill.model_name or None)
    if as_json:
        print_output(comparison_output(compared, bill, after))
    else:
        for found in compared:
            click.echo(
                f"{found.service}, published {found.published_on}: {counted(len(found.unchanged), 'price')} unchanged, "
                f"{count(len(found.moved))} changed, {count(len(found.missing))} not in the file"
            )
            for each in found.moved:
                before, fresh = " / ".join(_tiers(each.before)), " / ".join(_tiers(each.after))
                click.echo(f"  {each.before.key}: {before} -> {fresh} per {each.before.unit}")
            for key in found.missing:
                click.echo(f"  {key}: not in the file")
        click.echo(
            f"The month at {exact(bill.per_day)} {plural_of(bill.work.unit)} a day: {usd(bill.total_usd)} -> "
            f"{usd(after.total_usd)} ({signed_usd(after.total_usd - bill.total_usd)})"
        )
    if moved:
        return Exit.MISSED
    return Exit.NOT_ENOUGH_EVIDENCE if missing else Exit.MET


def _tiers(price: Price) -> list[str]:
    return [
        exact_usd(tier.price_usd) + ("" if tier.up_to is None else f" up to {exact(tier.up_to)}")
        for tier in price.tiers
    ]
