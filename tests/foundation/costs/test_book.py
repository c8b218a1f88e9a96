"""The price book: exactly one match or an error, tiers at their edges, the step of long prompts, and a fresh Price List."""

import dataclasses
import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.costs.book import Key, Price, PriceError
from foundation.costs.book_file import DEFAULT_FILE, read_book
from foundation.costs.price_list import PriceListDifference, compare_price_list, with_moved
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


def test_nothing_costs_nothing_and_the_first_price_is_that_of_the_first_tier() -> None:
    assert X86.cost_usd(Decimal(0)) == 0
    assert X86.first_usd == X86.cost_usd(Decimal(1)) == Decimal("0.0000166667")


def test_the_version_of_a_book_is_twelve_digits_of_its_digest() -> None:
    assert BOOK.version == hashlib.sha256(DEFAULT_FILE.read_bytes()).hexdigest()[:12]
    assert len(BOOK.version) == 12


def test_prices_that_were_read_on_a_day_are_read_since_it() -> None:
    newest_on = max(price.read_on for price in BOOK.prices.values())
    found = BOOK.read_since(newest_on)
    assert found
    assert {price.read_on for price in found} == {newest_on}
    assert [price.key for price in found] == sorted(price.key for price in found)
    assert BOOK.read_since(newest_on + timedelta(days=1)) == ()
    assert len(BOOK.read_since(BOOK.oldest_on)) == len(BOOK.prices)


def test_a_cache_without_a_price_costs_nothing_that_is_not_read_and_is_an_error_where_it_is() -> None:
    micro = BOOK.model("nova-micro")
    without = dataclasses.replace(micro, prices=dataclasses.replace(micro.prices, cache_read_usd=None))
    assert without.run_usd(input_tokens=1_000_000, output_tokens=0) == micro.prices.input_usd
    assert without.run_usd(input_tokens=0, output_tokens=1_000_000) == micro.prices.output_usd
    with pytest.raises(PriceError, match="nova-micro: the price book has no price of reading its cache"):
        without.run_usd(input_tokens=1_000_000, output_tokens=0, cache_read_tokens=1)


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
    assert {"Request-ARM", "Lambda-GB-Second"} < {key.usage_type for key in found.missing}
    assert with_moved(BOOK, found.moved)[Key("AWSLambda", "Lambda-GB-Second-ARM")].read_on == date(2026, 11, 20)
    done = sre("cost", "compare", str(file))
    assert done.returncode == 1
    assert (
        "$0.0000133334 up to 7,500,000,000 / $0.0000120001 up to 18,750,000,000 / $0.0000106667 -> "
        "$0.0000266668 per GB-second" in done.stdout
    )
    assert "The month at 50 pipelines a day: $151.33 -> $154.13 (+$2.80)" in done.stdout


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
    assert (said["before_usd"], said["after_usd"], said["difference_usd"]) == (151.33, 154.13, 2.80)
    assert [each["key"]["usage_type"] for each in said["moved"]] == ["Lambda-GB-Second-ARM"]
    assert said["moved"][0]["after"] == [{"up_to_quantity": None, "price_usd": 0.0000266668}]
    assert {"Request-ARM", "Lambda-GB-Second"} < {each["usage_type"] for each in said["missing"]}


def test_two_products_for_one_row_are_an_error(tmp_path: Path) -> None:
    data = offer(USE1_Request=REQUESTS, Request=REQUESTS)
    with pytest.raises(PriceError, match="AWSLambda/Request is 2 products: SKU0, SKU1"):
        compare_price_list(BOOK, written(tmp_path, data))


def test_products_of_other_regions_and_operations_are_others() -> None:
    """Whose Region is empty is of all of them."""
    assert compared(regionCode="eu-west-1", usagetype="Request").missing == (REQUEST.key,)
    assert compared(usagetype="Requests").missing == (REQUEST.key,)
    assert compared().missing == (REQUEST.key,)
    assert compared(usagetype="Request").unchanged == (REQUEST.key,)
    assert compared(usagetype="Request", regionCode="").unchanged == (REQUEST.key,)
    assert compared(usagetype="Request", regionCode="us-east-1").unchanged == (REQUEST.key,)
    assert compared(usagetype="Request", operation="Invoke").unchanged == (REQUEST.key,)
    invoked = dataclasses.replace(REQUEST, key=Key("AWSLambda", "Request", "Invoke"))
    assert compared(invoked, usagetype="Request", operation="Invoke").unchanged == (invoked.key,)
    assert compared(invoked, usagetype="Request", operation="Sleep").missing == (invoked.key,)
    assert compared(invoked, usagetype="Request").missing == (invoked.key,)


REQUEST = BOOK[Key("AWSLambda", "Request")]


def compared(row: Price = REQUEST, **attributes: str) -> PriceListDifference:
    """A book of this row alone, held against a file of one product with these attributes."""
    data = offer(Request=REQUESTS)
    data["products"]["SKU0"]["attributes"] = attributes
    book = dataclasses.replace(BOOK, prices={row.key: row})
    with TemporaryDirectory() as directory:
        return compare_price_list(book, written(Path(directory), data))


def test_a_product_that_is_free_or_is_not_paid_in_dollars_has_no_price(tmp_path: Path) -> None:
    book = dataclasses.replace(BOOK, prices={REQUEST.key: REQUEST})
    with pytest.raises(PriceError, match="AWSLambda/Request has no price that is paid"):
        compare_price_list(book, written(tmp_path, offer(Request=[("0", "Inf", "0")])))
    data = offer(Request=REQUESTS)
    data["terms"]["OnDemand"]["SKU0"]["offer"]["priceDimensions"]["1"]["pricePerUnit"] = {"CNY": "1"}
    with pytest.raises(PriceError, match="AWSLambda/Request: it has no price in USD"):
        compare_price_list(book, written(tmp_path, data))
    with pytest.raises(PriceError, match="the book has no price of Nobody"):
        compare_price_list(book, written(tmp_path, {**offer(Request=REQUESTS), "offerCode": "Nobody"}))


@pytest.mark.parametrize("data", [[], {"offerCode": "AWSLambda"}, {**offer(), "offerCode": "Nobody"}])
def test_what_is_no_offer_file_is_bad_input(data: Any, tmp_path: Path) -> None:
    assert sre("cost", "compare", str(written(tmp_path, data))).returncode == 2


@pytest.mark.parametrize(
    ("prompt", "usd"),
    [("100000", "0.01"), ("100000.5", "0.05000025"), ("100000.9", "0.05000045"), ("99999.9", "0.00999999")],
)
def test_a_part_of_a_token_is_a_part_of_its_price_and_is_beyond_the_step(prompt: str, usd: str) -> None:
    """The mean of many prompts is no whole number; cut to one, 100,000.9 would have the prices of 100,000."""
    haiku = read_book().model("haiku-5.5-global")
    assert haiku.run_usd(input_tokens=Decimal(prompt), output_tokens=0) == Decimal(usd)
