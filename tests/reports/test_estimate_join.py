"""An estimate and a bill on one key: what is joined, what is left alone, and that nothing is lost or told twice."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.quantities import MONTH_DAYS
from foundation.costs.traffic_file import choose_profile
from infra.service import T_DEVELOPER
from reports.estimate_join import join_estimate
from reports.money import Charge
from reports.service_names import code_of
from tests.reports.weekly_factories import a_bill

BILL = make_bill(
    choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline"),
    read_book(),
    per_day=Decimal(50),
    model="nova-micro",
)
ON = date(2026, 11, 15)


def joined(*charges: Charge, days: int = 1):
    cost = dataclasses.replace(a_bill(), charges=charges)
    return join_estimate(BILL, cost, ON, ON + timedelta(days=days))


def charge(service: str, usage_type: str, usd: str, quantity: str | None = None) -> Charge:
    return Charge(
        on=ON, service=service, service_code=code_of(service), usage_type=usage_type, kind="Usage", cost_usd=Decimal(usd),
        quantity=None if quantity is None else Decimal(quantity),
    )  # fmt: skip


def test_one_usage_type_of_two_services_is_two_rows() -> None:
    """S3 and SQS both count `Requests-Tier1`, and at prices that differ by a factor of twelve."""
    found = joined(
        charge("Amazon Simple Storage Service", "USE1-Requests-Tier1", "9.00"),
        charge("Amazon Simple Queue Service", "USE1-Requests-Tier1", "2.00"),
    )
    assert {(row.service_code, row.actual_usd) for row in found.rows} == {
        ("AmazonS3", Decimal("9.00")),
        ("AWSQueueService", Decimal("2.00")),
    }
    assert found.only_actual_usd == 0


def test_the_estimate_of_a_day_is_its_share_of_a_month_in_quantity_and_in_dollars() -> None:
    (row,) = joined(charge("AmazonCloudWatch", "CW:Canary-runs", "0.70", "580")).rows
    assert row.expected_quantity == Decimal(17_520) / MONTH_DAYS
    assert row.expected_usd == Decimal(17_520) * Decimal("0.0012") / MONTH_DAYS
    assert (row.actual_quantity, row.unit) == (Decimal(580), "run")
    assert row.miss_usd == Decimal("0.70") - row.expected_usd


@pytest.mark.parametrize(
    ("usage_type", "is_joined"),
    [
        ("CW:Canary-runs", True),  # one service of the estimate has it
        ("Requests-Tier1", False),  # two have it
        ("Nothing-Of-Ours", False),
    ],
)
def test_a_service_that_nobody_names_is_joined_only_where_its_usage_type_is_one(
    usage_type: str, is_joined: bool
) -> None:
    found = joined(charge("A service of next year", usage_type, "1.00"))
    assert (len(found.rows) == 1) is is_joined
    assert found.only_actual_usd == (0 if is_joined else 1)


def test_bytes_that_are_sent_are_one_line_of_the_estimate_and_a_line_of_every_service_in_the_bill() -> None:
    (row,) = joined(
        charge("AWS Lambda", "DataTransfer-Out-Bytes", "0.40"),
        charge("AmazonCloudWatch", "DataTransfer-Out-Bytes", "0.10"),
    ).rows
    assert (row.service_code, row.actual_usd) == ("AWSDataTransfer", Decimal("0.50"))


def test_all_of_it_adds_up_to_the_bill_and_to_the_estimate() -> None:
    cost = a_bill()
    start_on, end_on = cost.month_on, cost.through_on + timedelta(days=1)
    found = join_estimate(BILL, cost, start_on, end_on)
    assert sum(row.actual_usd for row in found.rows) + found.only_actual_usd == cost.month_to_date_usd
    expected = sum(row.expected_usd for row in found.rows) + found.only_expected_usd
    whole = BILL.total_usd * (end_on - start_on).days / MONTH_DAYS
    assert abs(expected - whole) < Decimal("1e-20")
    assert abs(sum(found.expected_by_code_usd.values()) - whole) < Decimal("1e-20")


def test_credits_are_in_no_row() -> None:
    credit = Charge(on=ON, service="AWS Lambda", usage_type="Request", kind="Credit", cost_usd=Decimal(-5))
    assert joined(credit).rows == ()
