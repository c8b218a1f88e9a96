"""`sre cost`: what a month costs, how a line comes about, and whether the prices are still so."""

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
    click.option("--per-day", type=Number("0", "10000000"), help="Pipelines a day; as the profile expects, unless given."),
    click.option("--model", type=NAME, help="The agents' model; the profile's, unless given."),
)  # fmt: skip
_measured = together(
    click.option("--free-tier", is_flag=True, help="Take the always-free allowances off, which every account has."),
    stage_option(None, among=DEPLOYED_STAGE, otherwise="production, for the limit alone"),
    click.option("--load-result", type=READ, help="Take pipelines a day and requests a pipeline from a load test."),
)


@click.group("cost")
def cost() -> None:
    """What the platform costs: an estimate from quantities and a price book, each price with its source."""


@cost.command("estimate")
@_profile
@_measured
@click.option("--levers", is_flag=True, help="Print what each of some thirty changes would save.")
@click.option("--focus", type=WRITE, help="Write the rows as FOCUS 1.2 CSV, too.")
@format_option("cost:Estimate")
def _estimate(**given: Any) -> Exit:
    """A month's bill, what a pipeline costs, and at how many a day the objective on cost is crossed.

    With --stage, alarms, dashboards, canaries and so on are counted in its templates, instead of as the profile says.

    Exit code 1: in a month of 31 days, the longest, the estimate is at or above the objective's limit.
    """
    return deferred.run("sre.cli.cost.estimate", given)


@cost.command("explain")
@click.argument("line", metavar="LINE", type=Line(longest_count=200))
@_profile
@_measured
@json_option("cost:Explanation")
def _explain(**given: Any) -> Exit:
    """How one line of the bill comes about: quantities, prices, sources and dates."""
    return deferred.run("sre.cli.cost.explain", given)


@cost.command("compare")
@click.argument("files", nargs=-1, required=True, metavar="PRICE_LIST...", type=READ)
@_profile
@json_option("cost:Comparison")
def _compare(**given: Any) -> Exit:
    """Hold fresh Price List offer files (JSON) against the book, and print what moved and what that does to the bill.

    Exit code 1: a price moved. 3: none did, but a file lacks one that the book has.
    """
    return deferred.run("sre.cli.cost.compare", given)
