"""Error budgets by the SRE workbook's arithmetic."""

import doctest
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import foundation.slo.error_budget as error_budget
from foundation.readings import NoData
from foundation.slo.error_budget import BudgetSpent, Counts, allowed_bad_time, budget_spent, burn_rate

TARGET = Decimal("0.999")
events = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(
    lambda pair: Counts(total_count=pair[0] + pair[1], bad_count=pair[1])
)


def test_three_nines_over_28_days_allow_40_minutes_and_19_point_2_seconds() -> None:
    assert allowed_bad_time(TARGET, timedelta(days=28)) == timedelta(minutes=40, seconds=19.2)
    assert allowed_bad_time(TARGET, timedelta(days=28)) / timedelta(minutes=1) == 40.32


def test_the_module_docstring_computes_what_it_says() -> None:
    assert doctest.testmod(error_budget).failed == 0


def test_a_month_without_traffic_consumes_no_budget_and_proves_nothing() -> None:
    nothing = Counts(total_count=0, bad_count=0)
    assert isinstance(budget_spent(nothing, target_ratio=TARGET), NoData)
    assert isinstance(burn_rate(nothing, target_ratio=TARGET), NoData)


def test_one_event_is_traffic() -> None:
    bad = Counts(total_count=1, bad_count=1)
    assert budget_spent(bad, target_ratio=TARGET) == BudgetSpent(spent_ratio=Decimal(1_000))
    assert burn_rate(bad, target_ratio=TARGET) == 1000


def test_exactly_the_allowed_share_spends_exactly_the_budget() -> None:
    spent = budget_spent(Counts(total_count=1_000_000, bad_count=1_000), target_ratio=TARGET)
    assert isinstance(spent, BudgetSpent)
    assert (spent.spent_ratio, spent.remaining_ratio) == (1, 0)


def test_an_overspent_budget_is_negative() -> None:
    spent = budget_spent(Counts(total_count=1_000, bad_count=3), target_ratio=TARGET)
    assert isinstance(spent, BudgetSpent)
    assert spent.remaining_ratio == -2


def test_a_full_outage_at_three_nines_burns_at_a_thousand() -> None:
    assert burn_rate(Counts(total_count=7, bad_count=7), target_ratio=TARGET) == 1000


@pytest.mark.parametrize(("bad", "total"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(bad: int, total: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Counts(total_count=total, bad_count=bad)


@given(first=events, second=events)
def test_merging_two_periods_is_adding_their_counts(first: Counts, second: Counts) -> None:
    merged = first + second
    assert merged.total_count == first.total_count + second.total_count
    assert merged.bad_count == first.bad_count + second.bad_count


@given(counted=events)
def test_spent_and_remaining_are_the_whole_budget(counted: Counts) -> None:
    spent = budget_spent(counted, target_ratio=TARGET)
    if isinstance(spent, BudgetSpent):
        assert spent.spent_ratio + spent.remaining_ratio == 1
