"""The burn-rate alarms of the project's 99.9 % objective, on the engine: the workbook's numbers and simulated days."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from alarms.model import Plan
from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.metrics import MathExpression
from tests.alarms.factories import START_AT, counted, errors_objective, histories, minutes, plan_of, times_in_alarm
from tests.foundation.readings_factories import HELD

ALARM = AlarmState.ALARM
PAIRS = ("page-fast", "page-medium", "ticket-slow", "ticket-slowest")
PER_MINUTE = 600
# Three days of good traffic before anything happens, so that the longest window is full.
BEFORE_MINUTES = 3 * 24 * 60
HAPPENS_AT = START_AT + timedelta(minutes=BEFORE_MINUTES)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(errors_objective())


def steady(bad_ratio: float, minutes_bad: int, minutes_after: int = 0) -> FrameSource:
    """Good traffic, then so many minutes with this share of bad events, then good traffic again."""
    bad = np.concatenate(
        [np.zeros(BEFORE_MINUTES), np.full(minutes_bad, bad_ratio * PER_MINUTE), np.zeros(minutes_after)]
    )
    return counted(bad, np.full(bad.size, PER_MINUTE))


def alarmed_after(plan: Plan, source: FrameSource, hours: float) -> dict[str, float]:
    """Minutes from the beginning of the trouble until each pair alarms first; pairs that do not are left out."""
    states = histories(
        plan, source, start_at=HAPPENS_AT - timedelta(hours=1), end_at=HAPPENS_AT + timedelta(hours=hours), pairs=PAIRS
    )
    return {
        name: minutes(intervals[0][0] - HAPPENS_AT)
        for name, history in states.items()
        if (intervals := times_in_alarm(history))
    }


def test_a_total_outage_pages_at_the_first_evaluation_after_52_seconds(plan: Plan) -> None:
    """51.84 s by the formula; metrics come by the minute, so that the evaluation after the first minute sees it."""
    after = alarmed_after(plan, steady(1.0, 30), hours=0.5)
    assert after["fast"] == 1
    assert after["medium"] == 3  # 129.6 s


@pytest.mark.parametrize(("pair", "budget_spent"), [("fast", 0.02), ("medium", 0.05), ("slow", 0.10)])
def test_the_budget_that_is_gone_at_the_page(plan: Plan, pair: str, budget_spent: float) -> None:
    """2 %, 5 % and 10 %, SRE workbook table 5-8: a burn just above a pair's factor takes its whole long window to alarm."""
    burn_rate, long_hours = {"fast": (14.4, 1), "medium": (6.0, 6), "slow": (3.0, 24)}[pair]
    bad_ratio = burn_rate * 1.001 * 0.001
    source = steady(bad_ratio, long_hours * 60 + 60)
    after = alarmed_after(plan, source, hours=long_hours + 1)[pair]
    budget_count = 0.001 * PER_MINUTE * 30 * 24 * 60
    assert after * bad_ratio * PER_MINUTE / budget_count == pytest.approx(budget_spent, rel=0.03)


def test_a_page_resets_within_its_short_window(plan: Plan) -> None:
    source = steady(1.0, 20, minutes_after=60)
    states = histories(
        plan, source, start_at=HAPPENS_AT - timedelta(hours=1), end_at=HAPPENS_AT + timedelta(minutes=80), pairs=PAIRS
    )
    ended_at = HAPPENS_AT + timedelta(minutes=20)
    ((_, reset_at),) = times_in_alarm(states["fast"])
    assert timedelta(0) < reset_at - ended_at <= timedelta(minutes=5)
    ((_, reset_at),) = times_in_alarm(states["medium"])
    assert reset_at - ended_at <= timedelta(minutes=30)


def poisson(good_ratio: float, days: float, seed: int, per_minute: float = PER_MINUTE) -> FrameSource:
    """Simulated traffic: three days as good as gold, then so many days at this share of good events."""
    randomness = np.random.default_rng(seed)
    count = BEFORE_MINUTES + round(days * 24 * 60)
    total = randomness.poisson(per_minute, count)
    share = np.where(np.arange(count) < BEFORE_MINUTES, 0.0, 1 - good_ratio)
    return counted(randomness.binomial(total, share), total)


def test_thirty_days_at_99_95_percent_alarm_nobody(plan: Plan) -> None:
    assert alarmed_after(plan, poisson(0.9995, 30, seed=1), hours=30 * 24) == {}


def test_at_99_5_percent_nobody_is_woken_and_a_ticket_comes_in_about_14_hours(plan: Plan) -> None:
    """A burn of 5: 3 / 5 of the 3-fold pair's 24 hours."""
    after = alarmed_after(plan, poisson(0.995, 2, seed=2), hours=48)
    assert {"fast", "medium"}.isdisjoint(after)
    assert after["slow"] == pytest.approx(14.4 * 60, rel=0.03)


def test_at_99_percent_the_6_fold_pair_pages_in_about_3_6_hours(plan: Plan) -> None:
    after = alarmed_after(plan, poisson(0.99, 1, seed=3), hours=24)
    assert "fast" not in after
    assert after["medium"] == pytest.approx(3.6 * 60, rel=0.1)


def test_at_98_percent_the_14_fold_pair_pages_in_about_43_minutes(plan: Plan) -> None:
    after = alarmed_after(plan, poisson(0.98, 0.2, seed=4), hours=4)
    assert after["fast"] == pytest.approx(43.2, abs=4)


def one_failure_in_a_quiet_day() -> FrameSource:
    """Twenty requests an hour, one of them failing."""
    total = np.zeros(BEFORE_MINUTES + 24 * 60)
    total[::3] = 1
    bad = np.zeros(total.size)
    bad[BEFORE_MINUTES] = 1
    return counted(bad, total)


def test_one_failure_with_little_traffic_pages_nobody(plan: Plan) -> None:
    after = alarmed_after(plan, one_failure_in_a_quiet_day(), hours=24)
    assert {"fast", "medium"}.isdisjoint(after)


def test_without_the_guard_one_failure_would_page(plan: Plan) -> None:
    source, name = one_failure_in_a_quiet_day(), "t-developer-production-api-errors-page-fast"
    fired: list[tuple[tuple[datetime, datetime], ...]] = []
    for window in ("long", "short"):
        alarm = plan[f"{name}-{window}"].alarm
        assert isinstance(alarm, MetricAlarm)
        *counts, watched = alarm.queries
        unguarded = replace(watched, source=MathExpression(expression="FILL(bad, 0) / total"))
        history = alarm_history(
            replace(alarm, watches=(*counts, unguarded)),
            source,
            start_at=HAPPENS_AT,
            end_at=HAPPENS_AT + timedelta(hours=1),
        )
        fired.append(times_in_alarm(history))
    assert all(minutes(intervals[0][0] - HAPPENS_AT) == 1 for intervals in fired)


def test_three_failures_with_little_traffic_are_a_ticket(plan: Plan) -> None:
    total = np.zeros(BEFORE_MINUTES + 6 * 60)
    total[::6] = 1
    bad = np.where(np.arange(total.size) >= BEFORE_MINUTES, total, 0)
    low = plan["t-developer-production-api-errors-ticket-low-traffic"].alarm
    assert isinstance(low, MetricAlarm)
    history = alarm_history(low, counted(bad, total), start_at=HAPPENS_AT, end_at=HAPPENS_AT + timedelta(hours=2))
    ((began_at, _),) = times_in_alarm(history)
    assert minutes(began_at - HAPPENS_AT) == 13  # the third failure of one in six minutes
    assert alarmed_after(plan, counted(bad, total), hours=6) == {}


def an_hour_of(total_count: int, bad_count: int) -> FrameSource:
    """Nothing for three days, then so many events in the first minute of an hour."""
    total, bad = np.zeros(BEFORE_MINUTES + 60), np.zeros(BEFORE_MINUTES + 60)
    total[BEFORE_MINUTES], bad[BEFORE_MINUTES] = total_count, bad_count
    return counted(bad, total)


@pytest.mark.parametrize(("total_count", "is_counted"), [(69, False), (70, True)])
def test_a_window_counts_from_its_least_number_of_events_on(plan: Plan, total_count: int, is_counted: bool) -> None:
    """More than 1 / (14.4 x 0.1 %) = 69.4 events, of which two are 2.9 %."""
    assert ("fast" in alarmed_after(plan, an_hour_of(total_count, 2), hours=1)) is is_counted


@pytest.mark.parametrize(("total_count", "bad_count", "is_ticket"), [(166, 3, True), (166, 2, False), (167, 3, False)])
def test_what_is_too_little_for_the_slowest_page_is_a_ticket_by_its_failures_and_nothing_more_is(
    plan: Plan, total_count: int, bad_count: int, is_ticket: bool
) -> None:
    """More than 1 / (6 x 0.1 %) = 166.7 events are judged by the page."""
    low = plan["t-developer-production-api-errors-ticket-low-traffic"].alarm
    assert isinstance(low, MetricAlarm)
    history = alarm_history(
        low, an_hour_of(total_count, bad_count), start_at=HAPPENS_AT, end_at=HAPPENS_AT + timedelta(hours=1)
    )
    assert bool(times_in_alarm(history)) is is_ticket


def test_silence_is_a_ticket_after_an_hour(plan: Plan) -> None:
    silent = plan["t-developer-production-api-errors-ticket-no-data"].alarm
    assert isinstance(silent, MetricAlarm)
    source = counted(np.zeros(BEFORE_MINUTES), np.full(BEFORE_MINUTES, PER_MINUTE), held=HELD)
    history = alarm_history(
        silent, source, start_at=HAPPENS_AT - timedelta(hours=1), end_at=HAPPENS_AT + timedelta(hours=3)
    )
    ((began_at, _),) = times_in_alarm(history)
    # Four quarters of an hour without a datapoint, and two more in which CloudWatch still looks at the last ones.
    assert minutes(began_at - HAPPENS_AT) == 90
    assert silent.evaluation_periods * 900 == 3_600
