"""`sre cost`: what a month costs, how a line breaks down, and whether the prices have changed."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import format_option, json_option, profile_option, profiles_option, stage_option, together
from sre.cli.types.files import READ, WRITE
from sre.cli.types.names import DEPLOYED_STAGE, NAME, Line
from sre.cli.types.numbers import Number

_profile = together(
    profile_option("lean"),
    profiles_option,
    click.option("--per-day", type=Number("0", "10000000"), help="Pipelines per day (default: the profile's)."),
    click.option("--model", type=NAME, help="The agents' model (default: the profile's)."),
)  # fmt: skip
_measured = together(
    click.option("--free-tier", is_flag=True, help="Subtract the always-free tier."),
    stage_option(None, among=DEPLOYED_STAGE, otherwise="production, for the limit alone"),
    click.option("--load-result", type=READ, help="Take REST requests per pipeline from a load test."),
)


@click.group("cost")
def cost() -> None:
    """What the platform costs: an estimate from quantities and a price book, each price with its source."""


@cost.command("estimate")
@_profile
@_measured
@click.option("--levers", is_flag=True, help="List about 30 changes and what each would save.")
@click.option("--focus", type=WRITE, help="Also write the rows as FOCUS 1.2 CSV.")
@format_option("cost:Estimate")
def _estimate(**given: Any) -> Exit:
    """Estimate a month: fixed cost, cost per pipeline, and the traffic at which the limit is reached.

    With --stage, alarms, dashboards, canaries and so on are counted in its templates instead of the profile.

    Exit code 1: in a month of 31 days, the longest, the estimate is at or above the objective's limit.
    """
    return deferred.run("sre.cli.cost.estimate", given)


@cost.command("explain")
@click.argument("line", metavar="LINE", type=Line(longest_count=200))
@_profile
@_measured
@json_option("cost:Explanation")
def _explain(**given: Any) -> Exit:
    """Break one line down: each quantity and why, its price, source and date."""
    return deferred.run("sre.cli.cost.explain", given)


@cost.command("compare")
@click.argument("files", nargs=-1, required=True, metavar="PRICE_LIST...", type=READ)
@_profile
@json_option("cost:Comparison")
def _compare(**given: Any) -> Exit:
    """Compare Price List offer files (JSON) with the price book: what changed, and what that does to the bill.

    Exit code 1: a price changed. 3: none did, but a file lacks one that the book has.
    """
    return deferred.run("sre.cli.cost.compare", given)
