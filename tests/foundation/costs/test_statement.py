"""A bill in words: its headline, its table, its levers, and a bill of nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.costs.bill import Bill, Row, make_bill, price_rows
from foundation.costs.book import Key, PriceError
from foundation.costs.book_file import read_book
from foundation.costs.levers import Lever, LeverEffect
from foundation.costs.quantities import Use
from foundation.costs.statement import explain, headline, judged, levers_table, table
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

BOOK = read_book()
LEAN = read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]
LIMIT = Decimal(500)


def a_row(line: str, usd: str) -> Row:
    return Row(
        line=line,
        key=Key("AWSLambda", "Request"),
        unit="request",
        quantity=Decimal(10),
        free=Decimal(0),
        cost_usd=Decimal(usd),
    )


def a_bill(*rows: Row, per_day: int = 1_000) -> Bill:
    """A bill of these rows alone."""
    made = make_bill(LEAN, BOOK, per_day=Decimal(per_day), model="nova-micro")
    return replace(made, rows=rows)


@pytest.mark.parametrize(
    ("crossing", "where"),
    [
        (None, "The limit of $500 is never reached."),
        (Decimal(0), "The limit of $500 is reached without any pipeline."),
        # Shorter, it would name a rate that does not reach it.
        (Decimal("1558.489"), "The limit of $500 is reached at 1,559 pipelines a day."),
        (Decimal("1000.000"), "The limit of $500 is reached at 1,000 pipelines a day."),
    ],
)
def test_the_headline_says_where_the_limit_is_reached(crossing: Decimal | None, where: str) -> None:
    bill = a_bill(a_row("lambda", "1234.567"))
    assert headline(bill, limit_usd=LIMIT, crossing_per_day=crossing) == (
        "$1,234.57 for a month of 730 hours at 1,000 pipelines a day with nova-micro (list price, profile lean). "
        + where
    )
    assert "(always-free tier subtracted, profile lean)" in headline(
        replace(bill, with_free=True), limit_usd=LIMIT, crossing_per_day=crossing
    )


def test_the_table_has_shares_of_the_whole_and_what_a_pipeline_costs() -> None:
    """A thousand pipelines a day are 30,416.67 a month, of 730 hours."""
    bill = a_bill(a_row("lambda", "75"), a_row("obs_logs", "20"), a_row("lambda", "5"))
    assert table(bill, fixed_usd=Decimal(60), marginal_usd=Decimal("0.00131")).splitlines() == [
        "Lambda                         $80.00      80 %  lambda",
        "logs                           $20.00      20 %  obs_logs",
        "total                         $100.00",
        "  observability                $20.00      20 %",
        "  fixed cost                   $60.00      60 %",
        "per further pipeline         $0.00131",
        "average per pipeline         $0.00329    fixed cost included",
    ]


def test_a_bill_of_nothing_has_no_shares_and_no_pipelines() -> None:
    said = table(a_bill(a_row("lambda", "0"), per_day=0), fixed_usd=Decimal(0), marginal_usd=Decimal("0.0076"))
    assert said.splitlines() == [
        "Lambda                          $0.00         –  lambda",
        "total                           $0.00",
        "  observability                 $0.00         –",
        "  fixed cost                    $0.00         –",
        "per further pipeline         $0.00760",
    ]


def test_a_lever_that_never_reaches_the_limit_says_so() -> None:
    effects = [
        LeverEffect(
            lever=Lever(what="none of it", changes={}), difference_usd=Decimal("-12.345"), crossing_per_day=None
        ),
        LeverEffect(
            lever=Lever(what="more of it", changes={}), difference_usd=Decimal(1_000), crossing_per_day=Decimal("900.4")
        ),
    ]
    assert levers_table(effects, limit_usd=LIMIT, unit="pipeline").splitlines() == [
        "   a month   limit reached at*   change",
        "   −$12.35               never   none of it",
        "+$1,000.00                 901   more of it",
        "* pipelines a day at which $500 a month is then reached",
    ]


def test_a_line_that_the_bill_has_not_is_an_error_that_names_those_it_has() -> None:
    bill = a_bill(a_row("lambda", "1"), a_row("s3", "1"))
    with pytest.raises(PriceError, match="disks: the bill has no such line; it has lambda, s3"):
        explain(bill, BOOK, "disks")


def test_a_quantity_says_how_much_of_it_was_free_and_whether_its_price_has_tiers() -> None:
    """The first million requests of Lambda are free, and its seconds have three tiers."""
    assert len(BOOK[Key("AWSLambda", "Lambda-GB-Second")].tiers) > 1
    free = replace(a_row("lambda", "0"), free=Decimal(10))
    tiered = replace(a_row("lambda", "1"), key=Key("AWSLambda", "Lambda-GB-Second"))
    words = explain(a_bill(free, tiered), BOOK, "lambda").splitlines()
    assert words[0] == "Lambda: $1.00 a month at 1,000 pipelines a day"
    assert words[1] == f"  {free.key}: 10 requests, 10 of it free = $0.00"
    assert "in the first tier" not in words[2]
    assert any("in the first tier (price from" in line for line in words[3:])


def test_a_note_stands_below_its_price_where_there_is_one() -> None:
    plain = a_row("lambda", "1")
    noted = replace(plain, key=Key("AmazonES", "OCU"), is_confirmed=False)
    assert (BOOK[plain.key].is_confirmed, BOOK[noted.key].is_confirmed) == (True, False)
    assert len(explain(a_bill(plain), BOOK, "lambda").splitlines()) == 3
    words = explain(a_bill(noted), BOOK, "lambda").splitlines()
    assert words[3:] == ["    note: usage type not confirmed"]
    both = replace(noted, key=Key("AmazonS3", "Vectors-QueryRequests"))
    assert (
        explain(a_bill(both), BOOK, "lambda")
        .splitlines()[3]
        .startswith("    note: usage type not confirmed; a charge for")
    )


def test_tokens_are_explained_without_a_tier_and_as_not_confirmed() -> None:
    bill = make_bill(LEAN, BOOK, per_day=Decimal(50), model="nova-micro")
    _, _, reason, price, note = explain(bill, BOOK, "bedrock_tokens").splitlines()
    assert " per million output tokens (price from" in price
    assert " per pipeline × 1,520.8 pipelines a month, from " in reason
    assert note == "    note: usage type not confirmed"


@pytest.mark.parametrize(("usd", "held"), [("499.99", "below"), ("500", "at or above"), ("600", "at or above")])
def test_the_longest_month_is_what_the_limit_is_held_against(usd: str, held: str) -> None:
    said = judged(a_bill(a_row("lambda", usd)), limit_usd=LIMIT, crossing_per_day=Decimal("1527.5"))
    assert said == (
        f"The longest month, of 31 days, costs ${Decimal(usd):.2f}, {held} the limit. The limit of $500 is reached at "
        f"1,528 pipelines a day in such a month."
    )


def test_a_quantity_of_nothing_costs_nothing_beside_others_of_its_kind() -> None:
    key = Key("AWSLambda", "Request")
    uses = [Use(line=line, key=key, quantity=Decimal(quantity)) for line, quantity in (("a", 0), ("b", 4_000_000))]
    nothing, all_of_it = price_rows(uses, BOOK, with_free=True)
    assert (nothing.cost_usd, nothing.free) == (0, 0)
    assert (all_of_it.cost_usd, all_of_it.free) == (BOOK[key].cost_usd(Decimal(3_000_000)), 1_000_000)
    (alone,) = price_rows(uses[:1], BOOK, with_free=True)
    assert (alone.cost_usd, alone.free) == (0, 0)


def test_a_name_that_no_profile_has_is_refused() -> None:
    with pytest.raises(PriceError, match="disks, ships: a profile has no such quantity"):
        LEAN.with_changes(ships=1, disks=2)
    changed = LEAN.with_changes(input_tokens=7, kms_key_count=3)
    assert (changed.per_unit.input_tokens, changed.fixed.kms_key_count) == (7, 3)
