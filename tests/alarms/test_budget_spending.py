"""What a policy promises of an objective: the SRE workbook's own numbers, whatever the alarms are made with."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pytest

from alarms.budget_spending import looked_at_every, spendings
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.burn_rate_file import read_policy
from infra.service import T_DEVELOPER
from tests.alarms.factories import errors_objective

POLICY = read_policy(T_DEVELOPER.burn_rate)
FAST, MEDIUM, SLOW, SLOWEST = (pair.name for pair in POLICY.pairs)


def test_the_rates_of_30_days_are_those_of_the_workbook() -> None:
    """https://sre.google/workbook/alerting-on-slos/, table 5-8: 14.4, 6, 1, and 3 in its sample rules, times the budget."""
    found = list(spendings(errors_objective(days=30), POLICY))
    assert [each.rate for each in found] == [Fraction(rate) * Fraction("0.001") for rate in ("14.4", "6", "3", "1")]
    windows = [(each.long_minutes, each.short_minutes) for each in found]
    assert windows == [(60, 5), (360, 30), (1_440, 120), (4_320, 360)]


def test_windows_are_scaled_to_whole_minutes_and_the_shares_of_the_budget_stay() -> None:
    objective = errors_objective(days=28)
    for spending in spendings(objective, POLICY):
        spent = spending.rate * spending.long_minutes
        budget = Fraction(objective.budget_ratio) * 28 * 1_440
        assert spent == Fraction(spending.pair.budget_share_ratio) * budget
    assert [each.long_minutes for each in spendings(objective, POLICY)] == [56, 336, 1_344, 4_032]
    shortest = list(spendings(replace(objective, window=timedelta(hours=2)), POLICY))
    assert (shortest[0].long_minutes, shortest[0].short_minutes) == (1, 1)


def test_an_excluded_pair_is_promised_nothing_of() -> None:
    without = replace(POLICY, excluded=MappingProxyType({"api-errors": frozenset({MEDIUM})}))
    assert [each.pair.name for each in spendings(errors_objective(), without)] == [FAST, SLOW, SLOWEST]


@pytest.mark.parametrize(
    ("target", "tolerated", "few"), [("0.999", 1, 69), ("0.999", 2, 138), ("0.99", 1, 6), ("0.95", 1, 1)]
)
def test_too_few_events_are_those_of_which_the_tolerated_failures_burn_as_fast(
    target: str, tolerated: int, few: int
) -> None:
    policy: BurnRatePolicy = replace(POLICY, tolerated_failure_count=tolerated)
    fast = next(spendings(replace(errors_objective(), target_ratio=Decimal(target)), policy))
    assert fast.too_few_events_count == few
    assert Fraction(tolerated, few) >= fast.rate > Fraction(tolerated, few + 1)


@pytest.mark.parametrize(("target", "tolerated"), [("0.999", 1), ("0.9973", 1), ("0.95", 1_000), ("0.99999", 3)])
def test_traffic_is_such_that_a_rate_is_a_whole_number_of_bad_events_and_windows_are_not_short_of_events(
    target: str, tolerated: int
) -> None:
    policy = replace(POLICY, tolerated_failure_count=tolerated)
    for spending in spendings(replace(errors_objective(), target_ratio=Decimal(target)), policy):
        a_minute = spending.steady_events_a_minute
        assert (spending.rate * a_minute).denominator == 1
        assert spending.tolerated_bad_count(a_minute, 1) >= 1_000 + tolerated
        assert a_minute > spending.too_few_events_count


@pytest.mark.parametrize(("window", "every"), [(1, 1), (1_440, 1), (1_441, 60)])
def test_more_than_a_day_is_looked_at_every_hour(window: int, every: int) -> None:
    assert looked_at_every(window) == every
