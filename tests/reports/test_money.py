"""Actual cost as values: what is joined with the price book, and what a month comes to without anybody's forecast."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports.money import Charge
from slo.error_budget import NoData
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
    ],
)
def test_a_usage_type_is_joined_without_the_prefix_of_its_region(billed: str, listed: str) -> None:
    on = date(2026, 11, 15)
    charge = Charge(on=on, service="any", usage_type=billed, kind="Usage", cost_usd=Decimal(1))
    actuals = dataclasses.replace(a_bill(), charges=(charge,))
    assert actuals.by_usage_type(on, on + timedelta(days=1)) == {listed: Decimal(1)}


def test_without_a_forecast_the_rest_of_the_month_costs_what_the_last_seven_days_did() -> None:
    actuals = dataclasses.replace(a_bill(daily_usd="4.00"), forecast=NoData(reason="it was refused"))
    assert actuals.month_end == (Decimal("120.00"), None, None, "own run rate, because it was refused")
