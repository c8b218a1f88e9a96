"""Actual cost as values: what is joined with the price book, and what a month comes to without anybody's forecast."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from foundation.readings import NoData
from reports.money import Charge, CostActuals, Kind
from tests.reports.weekly_factories import a_bill


@pytest.mark.parametrize(
    ("billed", "listed"),
    [
        ("USE1-Request", "Request"),
        ("EUC1-Lambda-GB-Second-ARM", "Lambda-GB-Second-ARM"),
        ("EU-Requests-Tier1", "Requests-Tier1"),  # eu-west-1 has the oldest prefix of them
        ("CW:Canary-runs", "CW:Canary-runs"),
        ("DataProcessing-Bytes", "DataProcessing-Bytes"),
        ("EU", "EU"),
        ("us-east-1-KMS-Keys", "KMS-Keys"),  # KMS spells it out
        ("ap-southeast-2-KMS-Requests", "KMS-Requests"),
        ("us-gov-west-1-KMS-Requests", "KMS-Requests"),
    ],
)
def test_a_usage_type_is_joined_without_the_prefix_of_its_region(billed: str, listed: str) -> None:
    on = date(2026, 11, 15)
    charge = Charge(on=on, service="any", usage_type=billed, kind="Usage", cost_usd=Decimal(1))
    assert charge.plain_usage_type == listed


def test_without_a_forecast_the_rest_of_the_month_costs_what_the_last_seven_days_did() -> None:
    actuals = dataclasses.replace(a_bill(daily_usd="4.00"), forecast=NoData(reason="it was refused"))
    assert actuals.month_end == (Decimal("120.00"), None, None, "projected from the last 7 days, as it was refused")


def test_a_report_on_an_earlier_week_of_the_month_knows_what_came_after_it() -> None:
    """Through the 15th is told; that the days to the 27th cost $9 each is known, and only three are not."""
    later = tuple(
        Charge(on=date(2026, 11, day), service="any", usage_type="any", kind="Usage", cost_usd=Decimal(9))
        for day in range(16, 28)
    )
    actuals = dataclasses.replace(
        a_bill(daily_usd="4.00"), forecast=NoData(reason="it was refused"), complete_on=date(2026, 11, 27)
    )
    actuals = dataclasses.replace(actuals, charges=actuals.charges + later)
    assert actuals.month_to_date_usd == Decimal("60.00")
    assert actuals.remaining_days == 3
    assert actuals.month_end[0] == Decimal("60.00") + 12 * 9 + 3 * Decimal("4.00")
    assert actuals.days[-1] == (date(2026, 11, 27), Decimal(9))


def test_the_end_of_a_month_that_is_over_is_its_actual_cost_and_no_forecast() -> None:
    actuals = dataclasses.replace(a_bill(daily_usd="4.00"), complete_on=date(2026, 12, 20))
    middle, low, high, method = actuals.month_end
    assert (middle, low, high, method) == (Decimal("60.00"), None, None, "actual cost, as the month is over")
    assert actuals.known_on == date(2026, 11, 30)


def test_what_is_charged_once_is_no_pace_and_what_may_be_is() -> None:
    on = date(2026, 11, 12)

    def with_charge(recurs: bool | None) -> CostActuals:
        bill = dataclasses.replace(a_bill(daily_usd="4.00"), forecast=NoData(reason="it was refused"))
        more = Charge(on=on, service="any", usage_type="any", kind="Purchase", cost_usd=Decimal(70), recurs=recurs)
        return dataclasses.replace(bill, charges=(*bill.charges, more))

    assert [with_charge(recurs).run_rate_usd for recurs in (False, None, True)] == [4, 14, 14]
    assert [with_charge(recurs).undecided_usd for recurs in (False, None, True)] == [0, 70, 0]
    assert with_charge(False).month_end[0] == Decimal(60) + 70 + 15 * 4
    told_apart = dataclasses.replace(with_charge(True), once_usd=((on, Decimal(70)), (date(2026, 11, 2), Decimal(9))))
    assert told_apart.run_rate_usd == 4


@pytest.mark.parametrize(
    ("kind", "is_gross"),
    [("Usage", True), ("Purchase", True), ("Adjustment", True), ("Tax", False), ("Credit", False), ("Refund", False)],
)
def test_gross_is_what_was_used_and_bought_and_adjusted(kind: Kind, is_gross: bool) -> None:
    charge = Charge(on=date(2026, 11, 15), service="any", usage_type="", kind=kind, cost_usd=Decimal(1))
    assert charge.is_gross is is_gross
