"""The price book: exactly one match or an error, tiers at their edges, the step of long prompts, and a fresh Price List."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.costs.book import Key, PriceError
from foundation.costs.book_file import DEFAULT_FILE, read_book
from foundation.costs.price_list import compare_price_list, with_moved
from foundation.errors import InputError
from tests.sre.cli.command_line import sre

BOOK = read_book()
REST = BOOK[Key("AmazonApiGateway", "ApiGatewayRequest")]
X86 = BOOK[Key("AWSLambda", "Lambda-GB-Second")]


def test_tiers_at_their_edges() -> None:
    """https://aws.amazon.com/api-gateway/pricing/ and https://aws.amazon.com/lambda/pricing/"""
    assert REST.cost_usd(Decimal(333_000_000)) == Decimal("1165.50")
    assert REST.cost_usd(Decimal(333_000_001)) - REST.cost_usd(Decimal(333_000_000)) == Decimal("0.0000028")
    assert REST.cost_usd(Decimal(1_000_000_000)) == Decimal("1165.50") + Decimal("1867.60")
    assert X86.cost_usd(Decimal(6_000_000_000)) == Decimal("100000.20")


@given(st.decimals(0, 10**11, places=2), st.decimals(0, 10**6, places=2))
def test_a_greater_quantity_never_costs_less_at_any_tier(quantity: Decimal, more: Decimal) -> None:
    for price in BOOK.prices.values():
        assert price.cost_usd(quantity + more) >= price.cost_usd(quantity)


@given(st.decimals(0, 10**9, places=2), st.integers(1, 100))
def test_every_price_in_every_tier_makes_it_dearer_when_it_rises(quantity: Decimal, percent: int) -> None:
    factor = 1 + Decimal(percent) / 100
    dearer = dataclasses.replace(
        REST, tiers=tuple(dataclasses.replace(tier, price_usd=tier.price_usd * factor) for tier in REST.tiers)
    )
    assert dearer.cost_usd(quantity) >= REST.cost_usd(quantity)


def test_less_than_nothing_has_no_price() -> None:
    with pytest.raises(ValueError, match="a quantity of -1"):
        REST.cost_usd(Decimal(-1))


def test_a_price_that_is_missing_is_an_error_and_never_zero() -> None:
    with pytest.raises(PriceError, match="AWSLambda/Quantum-Seconds: no price in the book"):
        BOOK[Key("AWSLambda", "Quantum-Seconds")]


def test_a_price_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text()
    row = next(line for line in text.splitlines() if "WebACLV2" in line)
    file = tmp_path / "prices.yaml"
    file.write_text(text.replace(row, f"{row}\n{row}"))
    with pytest.raises(InputError, match="awswaf/WebACLV2 has a row already"):
        read_book(file)


def test_a_model_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text()
    file = tmp_path / "prices.yaml"
    file.write_text(text.replace("name: nova-pro", "name: nova-micro"))
    with pytest.raises(InputError, match="nova-micro is there already"):
        read_book(file)


@pytest.mark.parametrize(
    "tiers", ["[[10, 1], [5, 2], [null, 3]]", "[[10, 1]]", "[[null, 1], [null, 2]]", "[[10, x], [null, 1]]"]
)
def test_tiers_that_do_not_rise_are_refused(tiers: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(
        "region: us-east-1\ncurrency: USD\nmodels: []\nprices:\n"
        f"- {{service: S, usageType: U, unit: u, tiers: {tiers}, source: s, readOn: 2026-01-01}}\n"
    )
    with pytest.raises(InputError, match=r"prices\.yaml:5: prices\.tiers: "):
        read_book(file)


def test_every_price_says_where_and_when_it_was_read() -> None:
    assert all(price.source and price.read_on >= date(2024, 1, 1) for price in BOOK.prices.values())


def test_a_prompt_of_one_token_too_many_costs_five_times_as_much() -> None:
    haiku = BOOK.model("haiku-5.5-global")
    assert haiku.run_usd(input_tokens=100_000, output_tokens=0) == Decimal("0.01")
    assert haiku.run_usd(input_tokens=100_001, output_tokens=0) == Decimal("0.0500005")


def test_forty_percent_from_the_cache_cut_the_input_by_thirty_six() -> None:
    sonnet = BOOK.model("sonnet-4.6-us")
    whole = sonnet.run_usd(input_tokens=30_000, output_tokens=0)
    assert sonnet.run_usd(input_tokens=30_000, output_tokens=0, cache_read_tokens=12_000) == whole * Decimal("0.64")


def offer(**prices: list[tuple[str, str, str]]) -> dict[str, Any]:
    products = {
        f"SKU{number}": {"attributes": {"regionCode": "us-east-1", "usagetype": usage.replace("_", "-")}}
        for number, usage in enumerate(prices)
    }
    terms = {
        f"SKU{number}": {
            "offer": {
                "priceDimensions": {
                    str(place): {"beginRange": begin, "endRange": end, "pricePerUnit": {"USD": usd}}
                    for place, (begin, end, usd) in enumerate(tiers)
                }
            }
        }
        for number, tiers in enumerate(prices.values())
    }
    return {
        "offerCode": "AWSLambda", "publicationDate": "2026-11-20T00:00:00Z", "products": products,
        "terms": {"OnDemand": terms},
    }  # fmt: skip


def written(tmp_path: Path, data: Any) -> Path:
    file = tmp_path / "AWSLambda.json"
    file.write_text(json.dumps(data))
    return file


REQUESTS = [("0", "1000000", "0"), ("1000000", "Inf", "0.0000002000")]


def test_a_price_that_moved_is_named_with_what_it_does_to_the_bill(tmp_path: Path) -> None:
    data = offer(USE1_Request=REQUESTS, USE1_Lambda_GB_Second_ARM=[("0", "Inf", "0.0000266668")])
    file = written(tmp_path, data)
    found = compare_price_list(BOOK, file)
    assert [each.before.key.usage_type for each in found.moved] == ["Lambda-GB-Second-ARM"]
    assert [key.usage_type for key in found.unchanged] == ["Request"]
    assert [key.usage_type for key in found.missing] == ["Lambda-GB-Second"]
    assert with_moved(BOOK, found.moved)[Key("AWSLambda", "Lambda-GB-Second-ARM")].read_on == date(2026, 11, 20)
    done = sre("cost", "compare", str(file))
    assert done.returncode == 1
    assert (
        "0.0000133334 to 7,500,000,000 / 0.0000120001 to 18,750,000,000 / 0.0000106667 -> 0.0000266668 a GB-second"
        in done.stdout
    )
    assert "The bill at 50 pipelines a day: $151.33 -> $154.13 (+2.80)" in done.stdout


def test_a_tier_that_begins_elsewhere_is_a_price_that_moved(tmp_path: Path) -> None:
    tiers = [("0", "9000000000", "0.0000166667"), ("9000000000", "15000000000", "0.000015"),
             ("15000000000", "Inf", "0.0000133334")]  # fmt: skip
    file = written(tmp_path, offer(USE1_Request=REQUESTS, Lambda_GB_Second=tiers))
    (moved,) = compare_price_list(BOOK, file).moved
    assert [tier.up_to for tier in moved.after.tiers] == [Decimal(9_000_000_000), Decimal(15_000_000_000), None]


def test_the_comparison_as_json_says_the_same(tmp_path: Path) -> None:
    data = offer(USE1_Request=REQUESTS, USE1_Lambda_GB_Second_ARM=[("0", "Inf", "0.0000266668")])
    done = sre("cost", "compare", str(written(tmp_path, data)), "--json")
    said = json.loads(done.stdout)
    assert (said["before_usd"], said["after_usd"]) == ("151.33", "154.13")
    assert [each["key"] for each in said["moved"]] == ["AWSLambda/Lambda-GB-Second-ARM"]
    assert said["moved"][0]["after"] == ["0.0000266668"]
    assert said["missing"] == ["AWSLambda/Lambda-GB-Second"]


def test_two_products_for_one_row_are_an_error(tmp_path: Path) -> None:
    data = offer(USE1_Request=REQUESTS, Request=REQUESTS)
    with pytest.raises(PriceError, match="AWSLambda/Request is 2 products: SKU0, SKU1"):
        compare_price_list(BOOK, written(tmp_path, data))


@pytest.mark.parametrize("data", [[], {"offerCode": "AWSLambda"}, {**offer(), "offerCode": "Nobody"}])
def test_what_is_no_offer_file_is_bad_input(data: Any, tmp_path: Path) -> None:
    assert sre("cost", "compare", str(written(tmp_path, data))).returncode == 2
