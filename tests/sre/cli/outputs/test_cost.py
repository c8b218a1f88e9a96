"""The JSON of costs: what there is not is null, and prices are numbers of one unit or of a million tokens."""

from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.costs.bill import Bill, make_bill
from foundation.costs.book import PriceError
from foundation.costs.book_file import read_book
from foundation.costs.levers import Lever, LeverEffect
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER
from sre.cli.outputs.cost import Estimate, estimate_output, explanation_output
from sre.cli.outputs.words import Outcome

BOOK = read_book()
LEAN = read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]


def a_bill(per_day: int = 50) -> Bill:
    return make_bill(LEAN, BOOK, per_day=Decimal(per_day), model="nova-micro")


def an_estimate(
    bill: Bill, *, limit: Decimal, crossing: Decimal | None = None, effects: tuple[LeverEffect, ...] = ()
) -> Estimate:
    return estimate_output(
        bill, BOOK, objective="cost", limit_usd=limit, crossing_per_day=crossing, longest=bill,
        longest_crossing_per_day=crossing, effects=effects, fixed_usd=Decimal("139.77"), marginal_usd=Decimal("0.0076"),
    )  # fmt: skip


def test_what_there_is_not_is_null() -> None:
    nothing = an_estimate(replace(a_bill(0), rows=()), limit=Decimal(500))
    assert (nothing.usd_per_unit, nothing.crossing_units_per_day, nothing.lines, nothing.rows) == (
        None,
        None,
        (),
        (),
    )
    never = LeverEffect(
        lever=Lever(what="none of it", changes={}), difference_usd=Decimal("-12.345"), crossing_per_day=None
    )
    (lever,) = an_estimate(a_bill(), limit=Decimal(500), effects=(never,)).levers
    assert (lever.description, lever.difference_usd, lever.crossing_units_per_day) == (
        "none of it",
        Decimal("-12.35"),
        None,
    )


@pytest.mark.parametrize(
    ("more", "over", "outcome"), [("0.01", False, "pass"), ("0", True, "miss"), ("-0.01", True, "miss")]
)
def test_a_bill_of_just_the_limit_is_over_it(more: str, over: bool, outcome: str) -> None:
    bill = a_bill()
    made = an_estimate(bill, limit=bill.total_usd + Decimal(more))
    assert (made.over_limit, made.longest_month.over_limit, made.outcome) == (over, over, Outcome(outcome))


def test_each_line_says_whether_it_is_observability_and_those_add_up() -> None:
    made = an_estimate(a_bill(), limit=Decimal(500))
    watching = sum(each.cost_usd for each in made.lines if each.is_observability)
    assert abs(watching - made.observability_usd) < Decimal("0.05")
    assert 0 < watching < made.total_usd


def test_a_price_has_its_tiers_and_tokens_have_the_models_prices() -> None:
    bill = a_bill()
    (tokens,) = explanation_output(bill, BOOK, "bedrock_tokens").rows
    prices, model = bill.token_prices, bill.model
    assert prices is not None
    assert model is not None
    assert (tokens.tiers, tokens.input_usd_per_million, tokens.output_usd_per_million) == (
        (), prices.input_usd, prices.output_usd,
    )  # fmt: skip
    assert (tokens.read_on, tokens.note, tokens.is_usage_type_confirmed) == (
        model.read_on,
        "usage type not confirmed",
        False,
    )
    rows = explanation_output(bill, BOOK, "lambda").rows
    seconds = next(row for row in rows if "GB-Second" in row.usage_type)
    assert len(seconds.tiers) == 3
    assert (seconds.tiers[-1].up_to_quantity, seconds.input_usd_per_million) == (None, None)


def test_a_line_that_the_bill_has_not_is_an_error() -> None:
    with pytest.raises(PriceError, match="disks: the bill has no such line"):
        explanation_output(a_bill(), BOOK, "disks")
