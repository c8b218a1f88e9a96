"""One objective over a week, and what of its numbers is told by what is known: laws over truths that nobody picked."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.readings import Interval, Known, NoData
from foundation.slo.error_budget import Counts
from foundation.slo.model import BudgetedObjective
from reports.weekly.objectives import Health, ObjectiveWeek, week_of_objective
from tests.foundation.readings_factories import MADE_UP
from tests.reports.histories import (
    DAY,
    MINUTE,
    WEEK,
    ByPeriod,
    Truth,
    errors,
    even,
    history,
    in_minutes,
    source_of,
    spans,
    truths,
    with_unknown,
)

HOUR = timedelta(hours=1)
START, END = (int(each.timestamp()) for each in (WEEK.start_at - 2 * DAY, WEEK.end_at))


def week(
    truth: Truth, known: Known | None = None, objective: BudgetedObjective | None = None
) -> ObjectiveWeek | NoData:  # fmt: skip
    chosen = errors() if objective is None else objective
    held = Known.throughout(truth.start_at, truth.end_at) if known is None else known
    return week_of_objective(chosen, history(in_minutes(truth, held), chosen), WEEK)


def judged(truth: Truth, known: Known | None = None, objective: BudgetedObjective | None = None) -> ObjectiveWeek:
    found = week(truth, known, objective)
    assert isinstance(found, ObjectiveWeek), found
    return found


def sums(truth: Truth, minutes: int) -> Counts:
    """The last minutes of a truth, added up by hand."""
    total, bad = (int(each[-minutes:].sum()) for each in (truth.total, truth.bad))
    return Counts(total_count=total, bad_count=bad)


@given(truths())
@settings(max_examples=30)
def test_what_is_known_everywhere_has_the_numbers_of_the_events_themselves(truth: Truth) -> None:
    found = week(truth)
    if isinstance(found, NoData):
        assert sums(truth, 2 * 1_440).total_count == 0
        return
    assert (found.window, found.week) == (sums(truth, 2 * 1_440), sums(truth, 7 * 1_440))
    assert found.spent_ratio == found.least_spent_ratio == found.window.bad_count / found.allowed_count
    for minutes, burn in ((60, found.burn_1h), (360, found.burn_6h), (3 * 1_440, found.burn_3d)):
        of = sums(truth, minutes)
        assert burn == (None if not of.total_count else Decimal(of.bad_count) / of.total_count / Decimal("0.01"))
    assert found.coverage.is_whole
    assert found.state == found.health.value
    assert (found.as_of, found.burn_as_of) == (WEEK.end_at, WEEK.end_at)


@given(truths(), spans(START, END))
@settings(max_examples=60)
def test_what_is_not_all_known_is_never_plainly_healthy(truth: Truth, hidden: Known) -> None:
    """Cut, torn or delayed: below nine tenths it is too little or gone all the same, above in its own words."""
    known = Known.throughout(truth.start_at, truth.end_at) - hidden
    found = week(truth, known)
    if isinstance(found, NoData):
        return
    if found.coverage.is_whole:
        assert found.state == found.health.value
    else:
        assert found.state not in ("healthy", "at risk")
    short = not found.coverage.is_enough or (found.week_coverage is not None and not found.week_coverage.is_enough)
    if short:
        assert found.health in (Health.TOO_LITTLE, Health.EXHAUSTED)
        assert (found.too_little is None) is (found.health is Health.EXHAUSTED)
        assert found.health is Health.TOO_LITTLE or found.least_spent_ratio >= 1
    for hours, burn in ((1, found.burn_1h), (6, found.burn_6h), (72, found.burn_3d)):
        if burn is not None:
            assert found.burn_as_of is not None
            asked = Known.throughout(found.burn_as_of - hours * HOUR, found.burn_as_of)
            assert (asked & known).seconds >= 0.9 * asked.seconds


@given(truths(), spans(START, END))
@settings(max_examples=40)
def test_events_of_a_time_that_is_not_known_change_nothing(truth: Truth, known: Known) -> None:
    """Whatever a period of which nothing is known may hold."""
    held = ByPeriod(spans={60: known})
    one, other = (
        week_of_objective(
            errors(),
            history(source_of(with_unknown(truth, known, count).tier(60, Known.always()), held)),
            WEEK,
        )
        for count in (0.0, 1_000.0)
    )
    assert one == other


@given(spans(START, END), spans(START, END), st.integers(0, 400))
@settings(max_examples=60)
def test_knowing_more_of_an_even_traffic_never_makes_it_too_little(one: Known, other: Known, bad: int) -> None:
    truth = even()
    truth.bad[-bad:] = 1 if bad else 0
    everything = Known.throughout(truth.start_at, truth.end_at)
    less, more = week(truth, everything - one), week(truth, everything - (one & other))
    if isinstance(less, ObjectiveWeek) and less.health is not Health.TOO_LITTLE:
        assert isinstance(more, ObjectiveWeek)
        # What is half known holds all of its events, so that a budget which is just gone may be gone by a minute only.
        if less.health is not Health.EXHAUSTED or less.least_spent_ratio > Decimal("1.1"):
            assert more.health is not Health.TOO_LITTLE


@given(st.integers(0, 2 * 86_400), st.integers(0, 20))
@settings(max_examples=40)
def test_the_moment_at_which_a_healthy_week_is_looked_at_invents_nothing(seconds: int, delay: int) -> None:
    """One request a minute, all good: whatever the time and the delay, nothing burns, nothing is missing, nothing ends."""
    now = WEEK.start_at + DAY + timedelta(seconds=seconds)
    truth, late = even(), timedelta(minutes=delay)
    by = dataclasses.replace(MADE_UP, delay=late)
    source = in_minutes(truth, Known.throughout(truth.start_at, now - late), by)
    found = week_of_objective(errors(), history(source, until=now, now=now), WEEK)
    assert isinstance(found, ObjectiveWeek)
    assert (found.state, found.coverage.percent, found.window) == (
        "healthy", "100 %", Counts(total_count=2 * 1_440, bad_count=0),
    )  # fmt: skip
    assert (found.burn_1h, found.burn_6h, found.burn_3d) == (0, 0, 0)
    assert now - late - 5 * MINUTE < found.as_of <= now - late
    assert found.burn_as_of is not None
    assert found.as_of - found.burn_as_of < HOUR


def test_after_an_hour_of_half_bad_the_burn_is_that_of_the_last_whole_hour() -> None:
    """At 08:01:30: the minute that has begun is no hour without an event."""
    now = WEEK.start_at + 2 * DAY + 8 * HOUR + timedelta(seconds=90)
    truth = even(total=10)
    end = int((WEEK.end_at - (now - timedelta(seconds=90))) // MINUTE)
    truth.bad[-end - 60 : -end] = 5
    source = in_minutes(truth, Known.throughout(truth.start_at, now))
    found = week_of_objective(errors(target="0.999"), history(source, until=now, now=now), WEEK)
    assert isinstance(found, ObjectiveWeek)
    assert found.burn_1h == 500
    assert found.burn_as_of == now - timedelta(seconds=90)


def test_of_a_moment_the_burn_ends_with_what_is_settled_where_the_hour_before_is_known() -> None:
    """At 08:30, when half an hour of all faults is over: by whole hours it has not begun."""
    now = WEEK.start_at + 2 * DAY + 8 * HOUR + 30 * MINUTE
    truth = even(total=10)
    end = int((WEEK.end_at - now) // MINUTE)
    truth.bad[-end - 30 : -end] = 10
    days = Interval(start_at=now - 7 * DAY, end_at=now)

    def at(known: Known, *, by_whole_hours: bool) -> ObjectiveWeek:
        read = history(in_minutes(truth, known), until=now, now=now, since=now - 9 * DAY)
        found = week_of_objective(errors(), read, days, by_whole_hours=by_whole_hours)
        assert isinstance(found, ObjectiveWeek)
        return found

    whole = Known.throughout(now - 9 * DAY, now)
    found = at(whole, by_whole_hours=False)
    assert (found.burn_as_of, found.burn_1h) == (now, 50)
    earlier = at(whole, by_whole_hours=True)
    assert (earlier.burn_as_of, earlier.burn_1h) == (now - 30 * MINUTE, 0)
    hole = whole - Known.throughout(now - 20 * MINUTE, now - 10 * MINUTE)
    assert at(hole, by_whole_hours=False).burn_as_of == now - 30 * MINUTE


def test_the_last_seven_days_are_a_week_that_begins_with_no_monday() -> None:
    now = WEEK.start_at + 4 * DAY + 5 * MINUTE
    truth = even(total=2, days=14)
    read = history(in_minutes(truth, Known.throughout(truth.start_at, now)), until=now, now=now, since=now - 9 * DAY)
    found = week_of_objective(errors(), read, Interval(start_at=now - 7 * DAY, end_at=now), by_whole_hours=False)
    assert isinstance(found, ObjectiveWeek)
    assert found.week == Counts(total_count=2 * 7 * 1_440, bad_count=0)
    assert found.week_coverage is not None
    assert (found.week_coverage.window.length, found.week_coverage.is_whole) == (7 * DAY, True)


@pytest.mark.parametrize(
    ("unknown", "burns"),
    [
        ((WEEK.end_at - timedelta(minutes=1), WEEK.end_at), (True, True, True)),
        ((WEEK.end_at - timedelta(minutes=61), WEEK.end_at), (False, False, False)),
        ((WEEK.end_at - 3 * HOUR, WEEK.end_at - 2 * HOUR), (True, False, True)),
        ((WEEK.end_at - 3 * HOUR, WEEK.end_at - 3 * HOUR + 36 * MINUTE), (True, True, True)),
        ((WEEK.end_at - 3 * HOUR, WEEK.end_at - 3 * HOUR + 37 * MINUTE), (True, False, True)),
        ((WEEK.end_at - 60 * HOUR, WEEK.end_at - 50 * HOUR), (True, True, False)),
    ],
)
def test_a_burn_is_told_where_nine_tenths_of_its_window_are_known(
    unknown: tuple[datetime, datetime], burns: tuple[bool, bool, bool]
) -> None:
    truth = even(days=12)
    known = Known.throughout(truth.start_at, truth.end_at) - Known.throughout(*unknown)
    found = judged(truth, known, errors(window=5 * DAY))
    assert tuple(each is not None for each in (found.burn_1h, found.burn_6h, found.burn_3d)) == burns


def silent_since(days: float) -> Truth:
    truth = even(days=14)
    truth.total[-int(days * 1_440) :] = 0
    return truth


@pytest.mark.parametrize(("days", "health"), [(2.9, Health.HEALTHY), (3, Health.TOO_LITTLE), (7, Health.TOO_LITTLE)])
def test_a_silence_of_three_days_is_too_little(days: float, health: Health) -> None:
    found = judged(silent_since(days), objective=errors(window=10 * DAY))
    assert found.health is health
    assert found.coverage.is_whole
    if health is Health.TOO_LITTLE:
        last_at = WEEK.end_at - days * DAY
        assert found.reason == f"no event since {last_at:%Y-%m-%d %H:%M}, so nothing can be judged"


@pytest.mark.parametrize(("hidden_days", "told"), [(0, True), (1, True), (1.1, False), (10, False)])
def test_last_week_is_compared_where_both_windows_are_known_and_the_objective_stays(
    hidden_days: float, told: bool
) -> None:
    """A window of ten days; of the one that ended a week ago the first days are not known."""
    truth = even(days=17)
    known = Known.throughout(truth.start_at + hidden_days * DAY, truth.end_at)
    found = judged(truth, known, errors(window=10 * DAY))
    assert (found.remaining_week_ago_ratio is not None) is told
    assert (found.health is Health.HEALTHY) is (hidden_days < 10)


def test_a_window_of_which_two_days_are_hidden_is_healthy_in_its_own_words() -> None:
    truth = even(days=35)
    hidden = Known.throughout(WEEK.start_at - 10 * DAY, WEEK.start_at - 8.1 * DAY)
    found = judged(truth, Known.throughout(truth.start_at, truth.end_at) - hidden, errors(window=28 * DAY))
    assert found.health is Health.HEALTHY
    assert found.state == "healthy on 26.1 of 28 days known"
    assert found.is_partial


@pytest.mark.parametrize(("bad", "health"), [(10, Health.HEALTHY), (250, Health.AT_RISK)])
def test_what_is_hidden_may_hold_as_much_as_the_worst_equally_long_part(bad: int, health: Health) -> None:
    """A budget of about 400 in 28 days; an outage of four hours, and two days that nobody knows."""
    truth = even(days=35)
    truth.bad[-14 * 1_440 : -14 * 1_440 + bad] = 1
    hidden = Known.throughout(WEEK.start_at - 10 * DAY, WEEK.start_at - 8 * DAY)
    found = judged(truth, Known.throughout(truth.start_at, truth.end_at) - hidden, errors(window=28 * DAY))
    assert found.health is health
    if health is Health.AT_RISK:
        assert found.reason.startswith("the unknown time may hold 250 bad events")
        assert found.state == "at risk on 26 of 28 days known"


@pytest.mark.parametrize("hours", [12, 36, 90])
def test_windows_that_are_no_whole_days_are_judged_by_their_own_length(hours: int) -> None:
    truth = even()
    truth.bad[-3:] = 1
    found = judged(truth, objective=errors(window=timedelta(hours=hours)))
    assert found.window == Counts(total_count=hours * 60, bad_count=3)
    assert found.exhausted_in_days is not None
    burn = Decimal(3) / (72 * 60) / Decimal("0.01")
    left = 1 - Decimal(3) / (Decimal("0.01") * hours * 60)
    assert found.exhausted_in_days == left * (Decimal(hours) / 24) / burn
    assert found.window_length == timedelta(hours=hours)


@pytest.mark.parametrize(("minutes", "reason"), [(2, "nothing of the week is settled yet"), (20, None)])
def test_of_a_week_that_has_just_begun_nothing_is_said_before_something_is_settled(
    minutes: int, reason: str | None
) -> None:
    now = WEEK.start_at + minutes * MINUTE
    by = dataclasses.replace(MADE_UP, delay=3 * MINUTE)
    truth = even()
    source = in_minutes(truth, Known.throughout(truth.start_at, now - 3 * MINUTE), by)
    found = week_of_objective(errors(), history(source, until=now, now=now), WEEK)
    assert isinstance(found, ObjectiveWeek)
    assert (None if found.too_little is None else found.too_little.reason) == reason


def test_a_rate_whose_events_are_all_in_the_shorter_time_is_told_once_and_nothing_is_projected_from_it() -> None:
    """Twenty minutes of traffic, half of it bad: over an hour, six and three days it would be one number thrice."""
    truth = even()
    truth.total[:-20] = 0
    truth.bad[-10:] = 1
    found = judged(truth)
    assert found.burn_1h == 50
    assert (found.burn_6h, found.burn_3d) == (None, None)
    truth.total[-200:-20] = 1
    assert judged(truth).burn_6h == Decimal(10) / 200 / Decimal("0.01")
    assert judged(truth).burn_3d is None


@pytest.mark.parametrize(("count", "is_given"), [(29, False), (30, True)])
def test_an_interval_is_given_from_thirty_events_on(count: int, is_given: bool) -> None:
    truth = even()
    truth.total[:] = 0
    truth.total[-count:] = 1
    assert (judged(truth).interval is not None) is is_given
