"""`sre cost`: what a month costs, how a line comes about, and whether the prices are still so."""

import json
import sys
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foundation.errors import InputError

if TYPE_CHECKING:
    from foundation.costs.bill import Bill
    from foundation.costs.book import Price, PriceBook
    from foundation.costs.traffic import Profile

_profile = click.option("--profile", default="lean", show_default=True, help="A traffic profile.")
_profiles = click.option(
    "--profiles", "profiles_file", type=click.Path(path_type=Path), help="Another file of profiles."
)
_per_day = click.option("--per-day", help="Pipelines a day; as the profile expects, unless given.")
_model = click.option("--model", help="The agents' model; the profile's, unless given.")
_free = click.option("--free-tier", is_flag=True, help="Take the always-free allowances off, which every account has.")
_stage = click.option(
    "--stage", type=click.Choice(["development", "staging", "production"]),
    help="Count alarms, dashboards, canaries and so on in this stage's templates, instead of as the profile says.",
)  # fmt: skip
_load = click.option(
    "--load-result",
    type=click.Path(path_type=Path),
    help="Take pipelines a day and requests a pipeline from a load test.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group("cost")
def cost() -> None:
    """What the platform costs: an estimate from quantities and a price book, each price with its source."""


@cost.command("estimate")
@_profile
@_profiles
@_per_day
@_model
@_free
@_stage
@_load
@click.option("--levers", is_flag=True, help="Say what each of some thirty changes would save.")
@click.option("--focus", type=click.Path(path_type=Path), help="Write the rows as FOCUS 1.2 CSV, too.")
@_json
def estimate(
    profile: str, profiles_file: Path | None, per_day: str | None, model: str | None, free_tier: bool, stage: str | None,
    load_result: Path | None, levers: bool, focus: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """A month's bill, what a pipeline costs, and at how many a day the objective on cost is crossed.

    Exit code 1: the estimate is at or above the objective's limit.
    """
    from datetime import UTC, datetime

    from foundation.costs.bill import crossing
    from foundation.costs.focus import to_focus
    from foundation.costs.levers import pull
    from foundation.costs.statement import headline, levers_table, table, to_dict

    book, chosen, bill = _bill(profile, profiles_file, per_day, model, free_tier, stage, load_result)
    limit = _limit_usd()
    where = crossing(chosen, book, model=bill.model.name, limit_usd=limit, with_free=free_tier)
    pulled = pull(chosen, book, per_day=bill.per_day, model=bill.model.name, limit_usd=limit) if levers else ()
    if focus is not None:
        try:
            focus.parent.mkdir(parents=True, exist_ok=True)
            focus.write_text(to_focus(bill, month_on=datetime.now(UTC).date()))
        except OSError as error:
            raise InputError(f"--focus {focus}: cannot be written: {error.strerror}") from error
    if as_json:
        click.echo(json.dumps(to_dict(bill, book, limit_usd=limit, crossing_per_day=where, pulled=pulled), indent=2))
    else:
        click.echo(f"Estimate: {headline(bill, limit_usd=limit, crossing_per_day=where)}\n\n{table(bill)}")
        if pulled:
            click.echo(f"\n{levers_table(pulled, limit_usd=limit)}")
        click.echo(
            f"\nThe oldest of its prices was read on {book.oldest_on}; `sre cost explain LINE` names each source."
        )
    sys.exit(1 if bill.total_usd >= limit else 0)


@cost.command("explain")
@click.argument("line", metavar="LINE")
@_profile
@_profiles
@_per_day
@_model
@_free
@_stage
@_load
@_json
def explain(
    line: str, profile: str, profiles_file: Path | None, per_day: str | None, model: str | None, free_tier: bool,
    stage: str | None, load_result: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """How one line of the bill comes about: quantities, prices, sources and dates."""
    from foundation.costs.book import PriceError
    from foundation.costs.statement import explain as tell
    from foundation.costs.statement import explain_dict

    book, _, bill = _bill(profile, profiles_file, per_day, model, free_tier, stage, load_result)
    try:
        click.echo(json.dumps(explain_dict(bill, book, line), indent=2) if as_json else tell(bill, book, line))
    except PriceError as error:
        raise InputError(str(error)) from error


@cost.command("compare")
@click.argument("files", nargs=-1, required=True, metavar="PRICE_LIST...", type=click.Path(path_type=Path))
@_profile
@_profiles
@_per_day
@_model
@_json
def compare(
    files: tuple[Path, ...], profile: str, profiles_file: Path | None, per_day: str | None, model: str | None, as_json: bool
) -> None:  # fmt: skip
    """Hold fresh Price List offer files (JSON) against the book, and say what moved and what that does to the bill.

    Exit code 1: a price moved. 3: none did, but a file lacks one that the book has.
    """
    from foundation.costs.bill import cents, make_bill
    from foundation.costs.book import PriceError
    from foundation.costs.price_list import compare_price_list, with_moved

    book, chosen, bill = _bill(profile, profiles_file, per_day, model, False, None, None)
    try:
        compared = [compare_price_list(book, file) for file in files]
    except PriceError as error:
        raise InputError(str(error)) from error
    moved = [each for found in compared for each in found.moved]
    missing = [key for found in compared for key in found.missing]
    after = make_bill(chosen, with_moved(book, moved), per_day=bill.per_day, model=bill.model.name)
    if as_json:
        said = {
            "price_lists": [
                {"service": each.service, "published_on": each.published_on.isoformat(), "unchanged_count": len(each.unchanged)}
                for each in compared
            ],
            "moved": [
                {
                    "key": str(each.before.key), "unit": each.before.unit,
                    "before": _tiers(each.before), "after": _tiers(each.after),
                }
                for each in moved
            ],
            "missing": [str(key) for key in missing],
            "before_usd": str(cents(bill.total_usd)), "after_usd": str(cents(after.total_usd)),
            "pipelines_per_day": str(bill.per_day),
        }  # fmt: skip
        click.echo(json.dumps(said, indent=2))
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
    sys.exit(1 if moved else 3 if missing else 0)


def _bill(
    profile: str, profiles_file: Path | None, per_day: str | None, model: str | None, free_tier: bool, stage: str | None,
    load_result: Path | None,
) -> "tuple[PriceBook, Profile, Bill]":  # fmt: skip
    from foundation.costs.bill import make_bill
    from foundation.costs.book import PriceError, read_book
    from foundation.costs.template import quantities_of
    from foundation.costs.traffic_file import DEFAULT_FILE, choose_profile

    try:
        book = read_book()
        chosen = choose_profile(profile, profiles_file or DEFAULT_FILE)
        if stage is not None:
            chosen = chosen.with_changes(**quantities_of(_templates(stage)))
        rate = chosen.pipelines_per_day
        if load_result is not None:
            from loadtests.measured_traffic import measured_traffic
            from loadtests.result import read_result

            measured = measured_traffic(read_result(load_result))
            rate, chosen = measured.per_day, chosen.with_changes(rest_request_count=measured.rest_request_count)
        if per_day is not None:
            rate = _number(per_day)
        return book, chosen, make_bill(chosen, book, per_day=rate, model=model or chosen.model, with_free=free_tier)
    except PriceError as error:
        raise InputError(str(error)) from error


def _templates(stage: str) -> list[dict[str, object]]:
    from infra.settings import Settings
    from infra.synth import synthesize

    with tempfile.TemporaryDirectory() as directory:
        stacks = synthesize(Settings.model_validate({"stage": stage}), Path(directory))
        return [json.loads((Path(directory) / f"{stack}.template.json").read_text()) for stack in stacks]


def _limit_usd() -> Decimal:
    from foundation.slo.model import CostObjective
    from foundation.slo.reader import read_objectives

    return min((each.limit_usd for each in read_objectives() if isinstance(each, CostObjective)), default=Decimal(500))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"--per-day {text}: write a number of pipelines, such as 50") from error
    if not 0 <= number <= 10_000_000:
        raise InputError(f"--per-day {text}: must be 0 to 10,000,000")
    return number


def _tiers(price: "Price") -> list[str]:
    return [
        f"{tier.price_usd.normalize():f}" + ("" if tier.up_to is None else f" to {tier.up_to.normalize():,f}")
        for tier in price.tiers
    ]
