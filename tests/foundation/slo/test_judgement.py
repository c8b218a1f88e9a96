"""Whether a budget can be judged by what is known, and what follows where it can or cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.readings import Interval, Known
from foundation.slo.coverage import Coverage, coverage_of
from foundation.slo.error_budget import Counts
from foundation.slo.judgement import LONGEST_SILENCE, WindowEvidence, judge_budget

END_AT = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)
THREE_NINES = Decimal("0.999")


def last_days(count: float, *, of: float) -> Coverage:
    """Of so many days up to the end, the last ones are known."""
    window = Interval(start_at=END_AT - of * DAY, end_at=END_AT)
    return coverage_of(Known.throughout(END_AT - count * DAY, END_AT), window, is_stated=True)


WHOLE = WindowEvidence(
    counts=Counts(total_count=1_000_000, bad_count=100),
    window=last_days(28, of=28),
    week=last_days(7, of=7),
    last_event_at=END_AT,
    is_sparse=False,
    worst_bad_count=0,
)
QUARTER = replace(WHOLE, window=last_days(7, of=28), counts=Counts(total_count=1_000, bad_count=0))


def test_a_window_that_is_known_is_judged_by_its_events() -> None:
    judged = judge_budget(WHOLE, target_ratio=THREE_NINES)
    assert (judged.spent_ratio, judged.least_spent_ratio) == (Decimal("0.1"), Decimal("0.1"))
    assert (judged.is_exhausted, judged.too_little, judged.risk) == (False, None, None)


@pytest.mark.parametrize(("bad", "exhausted"), [(999, False), (1_000, True), (1_001, True)])
def test_a_budget_is_gone_when_all_of_it_is_spent(bad: int, exhausted: bool) -> None:
    evidence = replace(WHOLE, counts=Counts(total_count=1_000_000, bad_count=bad))
    assert judge_budget(evidence, target_ratio=THREE_NINES).is_exhausted is exhausted


def test_of_a_quarter_neither_more_nor_less_can_be_said_than_what_is_spent_if_all_else_was_good() -> None:
    evidence = replace(QUARTER, counts=Counts(total_count=1_209_600, bad_count=1_728))
    judged = judge_budget(evidence, target_ratio=THREE_NINES)
    assert (f"{judged.spent_ratio:.3f}", f"{judged.least_spent_ratio:.3f}") == ("1.429", "0.357")
    assert not judged.is_exhausted
    assert judged.too_little is not None
    assert judged.too_little.reason == (
        "7 of 28 days of the window are known; not 2026-10-19 00:00 to 2026-11-09 00:00; 35.7 % of the budget is spent if "
        "all else was good"
    )
    assert judged.too_little.missing == Known.throughout(END_AT - 28 * DAY, END_AT - 7 * DAY)


@pytest.mark.parametrize(("bad", "exhausted"), [(3, False), (4, True)])
def test_a_budget_that_is_gone_if_all_else_was_good_is_gone(bad: int, exhausted: bool) -> None:
    """A thousand events of a quarter: four of the four thousand of the whole may be bad."""
    evidence = replace(QUARTER, counts=Counts(total_count=1_000, bad_count=bad))
    judged = judge_budget(evidence, target_ratio=THREE_NINES)
    assert (judged.is_exhausted, judged.too_little is None) == (exhausted, exhausted)


def test_a_week_that_is_not_known_is_too_little_though_the_window_is() -> None:
    judged = judge_budget(replace(WHOLE, week=last_days(6.2, of=7)), target_ratio=THREE_NINES)
    assert judged.too_little is not None
    assert judged.too_little.reason.startswith("6.2 of 7 days of the week are known; ")
    assert judge_budget(replace(WHOLE, week=last_days(6.3, of=7)), target_ratio=THREE_NINES).too_little is None


@pytest.mark.parametrize(("more", "silent"), [(timedelta(0), True), (-timedelta(seconds=1), False)])
def test_three_days_without_an_event_prove_nothing(more: timedelta, silent: bool) -> None:
    last_at = END_AT - LONGEST_SILENCE - more
    judged = judge_budget(replace(WHOLE, last_event_at=last_at), target_ratio=THREE_NINES)
    assert (judged.too_little is not None) is silent
    if judged.too_little is not None:
        assert judged.too_little.reason == "no event since 2026-11-13 00:00, so nothing can be judged"
        assert judged.too_little.missing == Known.throughout(last_at, END_AT)


def test_what_happens_seldom_is_not_silent_between() -> None:
    evidence = replace(WHOLE, last_event_at=END_AT - 20 * DAY, is_sparse=True)
    assert judge_budget(evidence, target_ratio=Decimal(1)).too_little is None


def test_a_budget_that_is_gone_is_gone_though_nothing_happened_since() -> None:
    evidence = replace(WHOLE, last_event_at=END_AT - 20 * DAY, counts=Counts(total_count=1_000, bad_count=1))
    judged = judge_budget(evidence, target_ratio=THREE_NINES)
    assert (judged.is_exhausted, judged.too_little) == (True, None)


def test_one_bad_event_is_too_many_where_none_may_be_however_little_is_known() -> None:
    evidence = replace(QUARTER, counts=Counts(total_count=3, bad_count=1), is_sparse=True)
    judged = judge_budget(evidence, target_ratio=Decimal(1))
    assert (judged.is_exhausted, judged.least_spent_ratio) == (True, 1)
    good = judge_budget(replace(evidence, counts=Counts(total_count=3, bad_count=0)), target_ratio=Decimal(1))
    assert not good.is_exhausted
    assert good.too_little is not None
    assert good.too_little.reason.endswith("2026-11-09 00:00")


@pytest.mark.parametrize(("worst", "at_risk"), [(900, False), (901, True)])
def test_a_budget_is_at_risk_where_the_unknown_part_may_hold_more_than_what_is_left(worst: int, at_risk: bool) -> None:
    evidence = replace(WHOLE, window=last_days(27, of=28), worst_bad_count=worst)
    risk = judge_budget(evidence, target_ratio=THREE_NINES).risk
    assert (risk is not None) is at_risk
    if risk is not None:
        assert "may hold 901 bad events" in risk
        assert "has 900 left" in risk
    assert judge_budget(replace(WHOLE, worst_bad_count=worst), target_ratio=THREE_NINES).risk is None
    # Where there is no budget, there is none to be at risk.
    assert judge_budget(evidence, target_ratio=Decimal(1)).risk is None


@given(
    known=st.floats(0.01, 28),
    more=st.floats(0, 28),
    bad=st.integers(0, 400),
    last=st.floats(0, 4),
    later=st.floats(0, 4),
)
def test_knowing_more_of_an_even_traffic_never_makes_it_too_little(
    known: float, more: float, bad: int, last: float, later: float
) -> None:
    """Each day has 10,000 events; what becomes known is good, and may hold a later event."""

    def of(days: float, last_days_ago: float) -> WindowEvidence:
        total = max(bad, int(10_000 * days))
        return WindowEvidence(
            counts=Counts(total_count=total, bad_count=min(total, bad)),
            window=last_days(days, of=28),
            week=last_days(min(7, days), of=7),
            last_event_at=END_AT - last_days_ago * DAY,
            is_sparse=False,
            worst_bad_count=0,
        )

    less = judge_budget(of(known, last), target_ratio=THREE_NINES)
    all_of_it = judge_budget(of(min(28, known + more), min(last, later)), target_ratio=THREE_NINES)
    # Of a whole event more or less in the total the last digit of what is spent depends.
    if less.too_little is None and abs(less.least_spent_ratio - 1) > Decimal("0.01"):
        assert all_of_it.too_little is None
