"""Price List and traffic files with values that nobody has are refused with their key; at the bounds a bill is printed."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from foundation.costs.bill import cents, make_bill
from foundation.costs.book import Key, PriceError
from foundation.costs.focus import to_focus
from foundation.costs.price_list import compare_price_list
from foundation.costs.traffic import Fixed, PerUnit
from foundation.costs.traffic_file import choose_profile, read_profiles
from foundation.errors import InputError
from infra.service import T_DEVELOPER
from tests.foundation.costs.test_book import BOOK, REQUESTS, offer, written
from tests.sre.cli.command_line import sre


def with_tiers(tmp_path: Path, *tiers: tuple[str, str, str]) -> Path:
    return written(tmp_path, offer(Request=list(tiers)))


@pytest.mark.parametrize(
    ("tier", "said"),
    [
        (("0", "Inf", "-1"), "pricePerUnit.USD: must be at least 0, not '-1'"),
        (("0", "Inf", "1e300"), r"pricePerUnit.USD: must be at most 1e\+09, not '1e300'"),
        (("0", "Inf", "1e-19"), "pricePerUnit.USD: must be 0 or at least 1E-18, not '1"),
        (("-5", "Inf", "1"), "beginRange: must be at least 0, not '-5'"),
        (("0", "0", "1"), "endRange: must be greater than 0, not '0'"),
        (("0", "1e19", "1"), r"endRange: must be at most 1e\+18"),
        (("0", "soon", "1"), "endRange: must be a number"),
    ],
)
def test_a_price_or_an_edge_that_cannot_be_is_refused_with_its_key(
    tmp_path: Path, tier: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(InputError, match=rf"AWSLambda\.json:1: .*{said}"):
        compare_price_list(BOOK, with_tiers(tmp_path, tier))


@pytest.mark.parametrize(
    ("tiers", "there"),
    [
        ([("0", "5", "1"), ("7", "Inf", "1")], "0 to 5, 7 to Inf"),
        ([("0", "7", "1"), ("5", "Inf", "1")], "0 to 7, 5 to Inf"),
        ([("1", "Inf", "1")], "1 to Inf"),
        ([("0", "5", "1")], "0 to 5"),
        ([("0", "Inf", "1"), ("0", "Inf", "2")], "0 to Inf, 0 to Inf"),
    ],
)
def test_tiers_lead_from_nothing_to_everything(tmp_path: Path, tiers: list[Any], there: str) -> None:
    said = f"AWSLambda/Request: beginRange and endRange must lead from 0 to Inf without a gap, not {there}"
    with pytest.raises(PriceError, match=said):
        compare_price_list(BOOK, with_tiers(tmp_path, *tiers))


def test_only_the_first_tier_can_be_free(tmp_path: Path) -> None:
    assert Key("AWSLambda", "Request") in compare_price_list(BOOK, with_tiers(tmp_path, *REQUESTS)).unchanged
    with pytest.raises(PriceError, match="pricePerUnit is 0 beyond the first tier, and only the first can be free"):
        compare_price_list(BOOK, with_tiers(tmp_path, ("0", "5", "1"), ("5", "Inf", "0")))


def test_prices_at_their_bounds_make_a_bill_that_can_be_printed(tmp_path: Path) -> None:
    done = sre("cost", "compare", str(with_tiers(tmp_path, ("0", "1e18", "1e9"), ("1e18", "Inf", "1e-18"))))
    assert done.returncode == 1
    assert (
        "AWSLambda/Request: $0.0000002 -> $1,000,000,000 up to 1,000,000,000,000,000,000 / $0.000000000000000001 per "
        in done.stdout
    )


def profiles(tmp_path: Path, per_day: str, quantity: str) -> Path:
    def half(kind: Any) -> str:
        plain = choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline")
        named = plain.per_unit if kind is PerUnit else plain.fixed
        return "".join(
            f"    {each.name}: {quantity if each.type is Decimal else getattr(named, each.name)}\n"
            for each in fields(kind)
        )

    file = tmp_path / "traffic.yaml"
    file.write_text(
        f"most:\n  about: x\n  units_per_day: {per_day}\n  model: nova-micro\n"
        f"  per_unit:\n{half(PerUnit)}  fixed:\n{half(Fixed)}"
    )
    return file


def test_traffic_at_its_bounds_makes_a_bill_that_can_be_printed(tmp_path: Path) -> None:
    file = profiles(tmp_path, "1e7", "1e12")
    # A week has no more hours.
    file.write_text(file.read_text().replace("load_hours_a_week: 1e12", "load_hours_a_week: 168"))
    most = read_profiles(file, unit="pipeline")["most"]
    bill = make_bill(most, BOOK, per_day=most.units_per_day, model="nova-micro")
    assert cents(bill.total_usd) > 10**20
    assert len(to_focus(bill, month_on=date(2027, 1, 1)).splitlines()) == len(bill.rows) + 1


def test_traffic_beyond_its_bounds_is_refused_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"traffic\.yaml:3: most.units_per_day: must be at most 1e\+07, not '1e14'"):
        read_profiles(profiles(tmp_path, "1e14", "1"), unit="pipeline")
    with pytest.raises(InputError, match=r"most.per_unit.rest_request_count: must be at most 1e\+12"):
        read_profiles(profiles(tmp_path, "1", "1000000000001"), unit="pipeline")
