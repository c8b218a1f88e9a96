"""`sre cost`: what a month costs, how a line breaks down, and whether the prices have changed."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    format_option,
    json_option,
    model_option,
    option,
    parameter_option,
    service_option,
    stage_option,
    together,
    traffic_options,
)
from sre.cli.types.files import READ, READ_ALL, WRITE
from sre.cli.types.names import Line
from sre.cli.types.numbers import Number

_profile = together(
    traffic_options,
    option(
        "--per-day", type=Number("0", "10000000"), show_default="the traffic profile's",
        help="Units of the service's work per day, such as 50.",
    ),
    model_option,
)  # fmt: skip
_measured = together(
    click.option("--free-tier", is_flag=True, help="Subtract the always-free tier."),
    service_option,
    stage_option(None, otherwise="production, for the limit alone"),
    option(
        "--template",
        "templates",
        multiple=True,
        type=READ_ALL,
        show_default="none",
        help="A template of CloudFormation or SAM, or a cdk.out; may be repeated.",
    ),
    parameter_option,
    click.option("--load-result", type=READ, help="Take REST requests per unit of work from a load test."),
)


@click.group("cost", short_help="What the platform costs, from a price book with sources.")
def cost() -> None:
    """What the platform costs: an estimate from quantities and a price book, each price with its source."""


@cost.command("estimate", short_help="Estimate a month's bill, and where its limit is reached.")
@_profile
@_measured
@click.option("--levers", is_flag=True, help="List about 30 changes and what each would save.")
@click.option("--focus", type=WRITE, help="Also write the rows as FOCUS 1.2 CSV.")
@format_option("cost:Estimate")
def _estimate(**given: Any) -> Exit:
    """Estimate a month: fixed cost, cost per unit of work, and the traffic at which the limit is reached.

    Each quantity is of a template, measured, of a profile, or assumed, and says which. With --stage the resources of our
    templates are paid for, with --template those of any, with --service those of a service.yaml. Unknown prices are named.

    Another service is estimated by its own traffic profile. Without one, its month is what is paid without any traffic.

    Exit code 1: in a month of 31 days, the longest, the estimate is at or above the objective's limit. 3: it is below, and a
    price or a quantity is missing.
    """
    return deferred.run("sre.cli.cost.estimate", given)


@cost.command("explain", short_help="Break one line of the bill down.")
@click.argument("line", metavar="LINE", type=Line(longest_count=200))
@_profile
@_measured
@json_option("cost:Explanation")
def _explain(**given: Any) -> Exit:
    """Break one line down: each quantity and why, its price, source and date."""
    return deferred.run("sre.cli.cost.explain", given)


@cost.command("compare", short_help="Compare fresh Price List files with the price book.")
@click.argument("files", nargs=-1, required=True, metavar="PRICE_LIST...", type=READ)
@_profile
@json_option("cost:Comparison")
def _compare(**given: Any) -> Exit:
    """Compare Price List offer files (JSON) with the price book: what changed, and what that does to the bill.

    Exit code 1: a price changed. 3: none did, but a file lacks one that the book has.
    """
    return deferred.run("sre.cli.cost.compare", given)
