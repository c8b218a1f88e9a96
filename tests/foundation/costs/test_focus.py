"""FOCUS rows of an estimate: the month that they are of, and whose they are."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.focus import to_focus
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

BILL = make_bill(
    read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"],
    read_book(),
    per_day=Decimal(50),
    model="nova-micro",
)


def rows(on: date) -> list[dict[str, str]]:
    return list(csv.DictReader(to_focus(BILL, month_on=on).splitlines()))


@pytest.mark.parametrize("month", range(1, 12))
def test_a_month_ends_where_the_next_begins(month: int) -> None:
    row = rows(date(2027, month, 28))[0]
    assert row["ChargePeriodStart"] == row["BillingPeriodStart"] == f"2027-{month:02}-01T00:00:00Z"
    assert row["ChargePeriodEnd"] == row["BillingPeriodEnd"] == f"2027-{month + 1:02}-01T00:00:00Z"


def test_a_year_ends_with_december() -> None:
    row = rows(date(2027, 12, 1))[0]
    assert (row["ChargePeriodStart"], row["ChargePeriodEnd"]) == ("2027-12-01T00:00:00Z", "2028-01-01T00:00:00Z")


def test_an_estimate_is_of_no_account_and_has_a_row_for_each_quantity() -> None:
    found = rows(date(2027, 1, 1))
    assert {row["BillingAccountId"] for row in found} == {"estimate"}
    assert len(found) == len(BILL.rows)
