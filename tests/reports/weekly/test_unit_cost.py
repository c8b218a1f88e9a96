"""A unit cost is money over work of the same days, which bill and count both know."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric
from foundation.readings import Known, NoData, Reading
from reports.money import Charge, CostActuals, days_between, reading_of_days
from reports.weekly.unit_cost import UnitCost, counted_a_day, read_counted_days, unit_cost
from tests.foundation.readings_factories import MADE_UP
from tests.reports.weekly_factories import a_bill

MONDAY = date(2026, 11, 16)
FIRST = date(2026, 10, 26)
EVERY_DAY = days_between(FIRST, MONDAY - timedelta(days=1))
METRIC = Metric(namespace="T", name="Accepted", dimensions=())


def billed(known_on: Iterable[date], usd: dict[date, int]) -> Reading[CostActuals]:
    charges = tuple(
        Charge(on=on, service="any", usage_type="any", kind="Usage", cost_usd=Decimal(each)) for on, each in usd.items()
    )
    actuals = dataclasses.replace(a_bill(), charges=charges)
    return reading_of_days(actuals, asked_on=(FIRST, MONDAY), known_on=known_on, origin=MADE_UP)


def test_a_bill_that_is_a_day_behind_is_divided_by_the_work_of_its_own_days() -> None:
    """Ten pipelines a day at a cent each, but a thousand on the Sunday that the bill has not: $0.0100, not a tenth of it."""
    counts = dict.fromkeys(EVERY_DAY, 1_000) | {date(2026, 11, 15): 100_000}
    bill = billed(EVERY_DAY[:-1], dict.fromkeys(EVERY_DAY, 10))
    found = unit_cost(bill, counts, end_on=MONDAY, weeks_back=0)
    assert isinstance(found, UnitCost)
    assert found.days == days_between(date(2026, 11, 8), date(2026, 11, 14))
    assert (found.spent_usd, found.count, found.each_usd) == (70, 7_000, Decimal("0.01"))
    before = unit_cost(bill, counts, end_on=MONDAY, weeks_back=1)
    assert isinstance(before, UnitCost)
    assert before.days == days_between(date(2026, 11, 1), date(2026, 11, 7))


def test_less_than_a_week_that_both_know_is_no_data_with_what_each_knows() -> None:
    bill = billed(EVERY_DAY[:-9], dict.fromkeys(EVERY_DAY, 10))
    found = unit_cost(bill, dict.fromkeys(EVERY_DAY, 5), end_on=MONDAY, weeks_back=0)
    assert found == NoData(
        reason="a week of days that both know is needed: the bill knows 2026-11-02 to 2026-11-06, the count "
        "2026-11-02 to 2026-11-15"
    )


def test_what_nobody_counted_or_billed_has_no_cost() -> None:
    bill = billed(EVERY_DAY, dict.fromkeys(EVERY_DAY, 10))
    nothing = unit_cost(bill, dict.fromkeys(EVERY_DAY, 0), end_on=MONDAY, weeks_back=0)
    assert nothing == NoData(reason="nothing was counted on 2026-11-09 to 2026-11-15")
    reason = NoData(reason="no metric")
    assert unit_cost(bill, reason, end_on=MONDAY, weeks_back=0) == reason
    assert unit_cost(reason, {}, end_on=MONDAY, weeks_back=0) == NoData(reason="there is no bill")
    others = dataclasses.replace(bill, answer=dataclasses.replace(bill.answer, not_a_bill="two accounts"))
    assert isinstance(unit_cost(others, dict.fromkeys(EVERY_DAY, 5), end_on=MONDAY, weeks_back=0), NoData)


@given(st.sets(st.sampled_from(EVERY_DAY)), st.sets(st.sampled_from(EVERY_DAY)), st.integers(0, 1))
def test_where_every_pipeline_costs_the_same_no_choice_of_days_makes_it_another(
    of_bill: set[date], of_count: set[date], weeks_back: int
) -> None:
    """A ratio has one span: whatever each knows, and however the days differ."""
    counts = {on: on.day for on in sorted(of_count)}
    bill = billed(of_bill, {on: 3 * on.day for on in EVERY_DAY})
    found = unit_cost(bill, counts, end_on=MONDAY, weeks_back=weeks_back)
    if isinstance(found, UnitCost):
        assert found.each_usd == 3
        assert set(found.days) <= of_bill & of_count
        assert len(found.days) == 7


def a_count(known: Known, hours: dict[int, float]) -> FrameSource:
    start = int(datetime(2026, 11, 9, tzinfo=UTC).timestamp())
    points = Points(
        times=np.array([start + hour * 3_600 for hour in hours], dtype=np.int64), values=np.array(list(hours.values()))
    )
    return FrameSource(
        statistics={(METRIC, "Sum", 3_600): points}, samples={}, held=Throughout(held=known, by=MADE_UP)
    )  # fmt: skip


@pytest.mark.parametrize(("known_hours", "days"), [(72, 3), (71, 2), (23, 0), (24, 1)])
def test_a_day_is_counted_when_all_of_its_hours_are_known_and_an_empty_hour_is_none(
    known_hours: int, days: int
) -> None:
    start_at = datetime(2026, 11, 9, tzinfo=UTC)
    known = Known.throughout(start_at, start_at + timedelta(hours=known_hours))
    found = read_counted_days(
        a_count(known, {0: 2.0, 5: 3.0, 24: 7.0}), METRIC, start_at=start_at, end_at=start_at + timedelta(days=3)
    )
    counts = {date(2026, 11, 9): 5, date(2026, 11, 10): 7, date(2026, 11, 11): 0}
    expected = dict(list(counts.items())[:days])
    assert found == (expected or NoData(reason="no day of its count is known as a whole"))


def test_a_weeks_mean_needs_the_whole_week() -> None:
    week = days_between(date(2026, 11, 9), date(2026, 11, 15))
    assert counted_a_day(dict.fromkeys(week, 6), first_on=week[0]) == 6
    assert counted_a_day(dict.fromkeys(week[:-1], 6), first_on=week[0]) is None
    assert counted_a_day(dict.fromkeys(week, 0), first_on=week[0]) is None
    assert counted_a_day(NoData(reason="x"), first_on=week[0]) is None
