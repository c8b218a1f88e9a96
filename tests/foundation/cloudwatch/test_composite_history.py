"""Composite alarms over time: order, circles, and the actions that a suppressor holds back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.alarms import CompositeAlarm, Suppressor
from foundation.cloudwatch.composite_history import composite_histories, in_order
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory, of_segments
from foundation.cloudwatch.suppression import (
    ActedOn,
    Notified,
    NotKnown,
    Pending,
    Suppressed,
    SuppressedBy,
    actions_of,
    notified_at,
)
from foundation.errors import InputError
from foundation.readings import Known
from tests.foundation.cloudwatch.factories import START_AT, minute

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def child(name: str, *changes: tuple[float, AlarmState], before: AlarmState = OK, until: float = 20) -> StateHistory:
    return StateHistory(
        alarm=name,
        start_at=START_AT,
        end_at=minute(until),
        before=before,
        changes=tuple(StateChange(at=minute(at), state=state) for at, state in changes),
        known=Known.always(),
        coarse=Known.nothing(),
    )


def partly(name: str, truth: StateHistory, *unknown: tuple[float, float]) -> StateHistory:
    """The same history, of which some minutes are not known."""
    gaps = Known.of((int(minute(start).timestamp()), int(minute(end).timestamp())) for start, end in unknown)
    known = Known.of([(int(START_AT.timestamp()), int(truth.end_at.timestamp()) + 60)]) - gaps
    segments = [
        (max(start, first), min(end, last), state)
        for start, end, state in truth.segments()
        for first, last in known.spans
        if max(start, first) < min(end, last)
    ]
    return of_segments(
        name, segments, start_at=truth.start_at, end_at=truth.end_at, before=None, coarse=Known.nothing()
    )


def composite(name: str, rule: str, suppressor: Suppressor | None = None) -> CompositeAlarm:
    return CompositeAlarm(name=name, rule=rule, suppressor=suppressor)


def told(history: StateHistory) -> list[tuple[float, AlarmState]]:
    return [((change.at - START_AT).total_seconds() / 60, change.state) for change in history.changes]


def test_both_windows_must_burn_for_a_page() -> None:
    long = child("long", (3, ALARM), (12, OK))
    short = child("short", (1, ALARM), (6, OK))
    histories = composite_histories([composite("page", "ALARM(long) AND ALARM(short)")], {"long": long, "short": short})
    assert told(histories["page"]) == [(0, OK), (3, ALARM), (6, OK)]


def test_a_composite_has_insufficient_data_only_until_its_first_evaluation() -> None:
    quiet = child("quiet", before=INSUFFICIENT)
    histories = composite_histories([composite("any", "ALARM(quiet)")], {"quiet": quiet})
    assert histories["any"].before is INSUFFICIENT
    assert told(histories["any"]) == [(0, OK)]


def test_composites_may_name_composites_in_any_order() -> None:
    top = composite("top", "ALARM(middle)")
    middle = composite("middle", "NOT OK(metric)")
    histories = composite_histories([top, middle], {"metric": child("metric", (5, ALARM))})
    assert told(histories["top"]) == [(0, OK), (5, ALARM)]
    assert [alarm.name for alarm in in_order([top, middle], known=["metric"])] == ["middle", "top"]


def test_alarms_that_change_at_one_instant_are_seen_together() -> None:
    one, other = child("one", (5, ALARM)), child("other", (5, OK), before=ALARM)
    histories = composite_histories([composite("both", "ALARM(one) AND ALARM(other)")], {"one": one, "other": other})
    assert told(histories["both"]) == [(0, OK)]


def test_a_circle_is_refused_with_its_path() -> None:
    circle = [composite("a", "ALARM(b)"), composite("b", "ALARM(c)"), composite("c", "OK(a)")]
    with pytest.raises(InputError, match="go round in a circle, so none of them is evaluated: a -> b -> c -> a"):
        composite_histories(circle, {})


def test_a_circle_through_a_suppressor_is_one_too() -> None:
    suppressor = Suppressor(alarm="arn:aws:cloudwatch:eu-west-1:1:alarm:b", wait_seconds=0, extension_seconds=0)
    with pytest.raises(InputError, match="a -> b -> a"):
        in_order([composite("a", "TRUE", suppressor), composite("b", "ALARM(a)")], known=[])


def test_an_alarm_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="alarm page names 'ghost', and there is no such alarm"):
        composite_histories([composite("page", "ALARM(ghost)")], {})


SUPPRESSOR = Suppressor(alarm="deploying", wait_seconds=120, extension_seconds=180)


def acted(
    page: StateHistory, deploying: StateHistory
) -> list[tuple[float, AlarmState, float | None, SuppressedBy | None]]:
    """Each change as (minute, state, minute in which its actions ran, what held them back)."""

    def minutes(one: ActedOn) -> float | None:
        ran_at = notified_at(one.notification)
        return None if ran_at is None else (ran_at - START_AT).total_seconds() / 60

    return [
        (
            (one.change.at - START_AT).total_seconds() / 60,
            one.change.state,
            minutes(one),
            getattr(one.notification, "by", None),
        )
        for one in actions_of(page, SUPPRESSOR, deploying)
    ]


def test_without_a_suppressor_actions_run_at_once() -> None:
    (one,) = actions_of(child("page", (5, ALARM)))
    assert one.notification == Notified(at=minute(5))


def test_actions_wait_and_then_run_when_nothing_suppresses_them() -> None:
    assert acted(child("page", (5, ALARM)), child("deploying")) == [(5, ALARM, 7, None)]


def test_a_suppressor_that_comes_within_the_wait_period_suppresses() -> None:
    assert acted(child("page", (5, ALARM)), child("deploying", (6, ALARM))) == [(5, ALARM, None, SuppressedBy.ALARM)]


def test_a_suppressor_that_comes_when_the_wait_period_is_over_is_too_late() -> None:
    assert acted(child("page", (5, ALARM)), child("deploying", (7, ALARM))) == [(5, ALARM, 7, None)]


def test_what_is_still_true_when_the_extension_period_ends_is_acted_on_then() -> None:
    deploying = child("deploying", (1, ALARM), (10, OK))
    assert acted(child("page", (5, ALARM)), deploying) == [(5, ALARM, 13, None)]


def test_a_change_in_the_extension_period_starts_a_wait_period() -> None:
    deploying = child("deploying", (1, ALARM), (10, OK))
    page = child("page", (5, ALARM), (12, OK))
    assert acted(page, deploying) == [(5, ALARM, None, SuppressedBy.EXTENSION_PERIOD), (12, OK, 14, None)]


def test_a_change_in_the_wait_period_starts_a_new_one() -> None:
    page = child("page", (5, ALARM), (6, OK))
    assert acted(page, child("deploying")) == [(5, ALARM, None, SuppressedBy.WAIT_PERIOD), (6, OK, 8, None)]


def test_what_came_and_went_while_suppressed_is_acted_on_for_the_state_that_is() -> None:
    deploying = child("deploying", (1, ALARM), (10, OK))
    page = child("page", (5, ALARM), (8, OK))
    assert acted(page, deploying) == [(5, ALARM, None, SuppressedBy.ALARM), (8, OK, 13, None)]


def test_nothing_runs_after_a_suppression_in_which_nothing_changed() -> None:
    assert acted(child("page", (0, ALARM)), child("deploying", (5, ALARM), (6, OK))) == [(0, ALARM, 2, None)]


def test_a_period_that_is_not_over_at_the_end_still_holds_the_actions_back() -> None:
    assert acted(child("page", (19, ALARM)), child("deploying")) == [(19, ALARM, None, SuppressedBy.WAIT_PERIOD)]


# Where not all is known.

states = st.sampled_from(AlarmState)


@st.composite
def stories(draw: st.DrawFn) -> tuple[tuple[float, AlarmState], ...]:
    """Changes of state at some of twenty minutes."""
    found: list[tuple[float, AlarmState]] = []
    state = OK
    for at in sorted(draw(st.sets(st.integers(1, 18), max_size=5))):
        state = draw(st.sampled_from([each for each in AlarmState if each is not state]))
        found.append((float(at), state))
    return tuple(found)


gaps = st.lists(
    st.tuples(st.integers(0, 19), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=2
)


@given(stories(), stories(), gaps, gaps)
def test_a_composite_is_in_the_state_that_it_would_be_in_or_it_is_not_known(
    one: tuple[tuple[float, AlarmState], ...],
    other: tuple[tuple[float, AlarmState], ...],
    of_one: list[tuple[int, int]],
    of_other: list[tuple[int, int]],
) -> None:
    rules = ("ALARM(a) AND ALARM(b)", "ALARM(a) OR NOT OK(b)", "AT_LEAST(1, ALARM, (a, b))")
    alarms = [composite(f"c{number}", rule) for number, rule in enumerate(rules)]
    truth = {"a": child("a", *one), "b": child("b", *other)}
    seen = {"a": partly("a", truth["a"], *of_one), "b": partly("b", truth["b"], *of_other)}
    whole, some = composite_histories(alarms, truth), composite_histories(alarms, seen)
    for alarm in alarms:
        for at in range(21):
            state = some[alarm.name].at(minute(at))
            assert state is None or state is whole[alarm.name].at(minute(at))


def test_a_composite_is_known_where_what_is_known_decides_it() -> None:
    seen = {"a": partly("a", child("a", (5, ALARM)), (8, 12)), "b": partly("b", child("b"), (2, 20))}
    found = composite_histories(
        [composite("both", "ALARM(a) AND ALARM(b)"), composite("any", "ALARM(a) OR ALARM(b)")], seen
    )
    assert [found["both"].at(minute(at)) for at in (1, 4, 6)] == [OK, OK, None]
    assert [found["any"].at(minute(at)) for at in (1, 4, 6, 9, 13)] == [OK, None, ALARM, None, ALARM]


@given(stories(), stories(), gaps, gaps)
def test_what_became_of_actions_is_what_it_would_be_or_it_is_not_known(
    page: tuple[tuple[float, AlarmState], ...],
    deploying: tuple[tuple[float, AlarmState], ...],
    of_page: list[tuple[int, int]],
    of_deploying: list[tuple[int, int]],
) -> None:
    whole = child("page", *page), child("deploying", *deploying)
    ran = {each.change.at: each.notification for each in actions_of(whole[0], SUPPRESSOR, whole[1])}
    seen = partly("page", whole[0], *of_page), partly("deploying", whole[1], *of_deploying)
    for each in actions_of(seen[0], SUPPRESSOR, seen[1]):
        # What waits or is held back is told as of the last known moment.
        is_final = isinstance(each.notification, Notified) or not (of_page or of_deploying)
        if is_final and not isinstance(each.notification, NotKnown):
            assert ran[each.change.at] == each.notification


@pytest.mark.parametrize(
    ("page", "suppressor", "expected"),
    [
        # A suppressor that may be in ALARM, before, during and after the wait.
        (partly("p", child("p", (5, ALARM))), partly("d", child("d"), (0, 8)), NotKnown()),
        (partly("p", child("p", (5, ALARM))), partly("d", child("d"), (6, 9)), NotKnown()),
        (partly("p", child("p", (5, ALARM))), partly("d", child("d"), (7, 9)), Notified(at=minute(7))),
        # It is held back by an alarm of which later nothing is known for a while.
        (partly("p", child("p", (5, ALARM))), partly("d", child("d", (1, ALARM)), (8, 9)), NotKnown()),
        # The alarm itself is not known while it waits.
        (partly("p", child("p", (5, ALARM)), (6, 9)), partly("d", child("d")), NotKnown()),
        # It was in alarm when it was seen first.
        (partly("p", child("p", (5, ALARM)), (0, 6)), partly("d", child("d")), NotKnown()),
    ],
)
def test_whether_somebody_was_notified_is_not_known_while_what_decides_it_is_not(
    page: StateHistory, suppressor: StateHistory, expected: Notified | NotKnown
) -> None:
    in_alarm = [each for each in actions_of(page, SUPPRESSOR, suppressor) if each.change.state is ALARM]
    assert in_alarm[0].notification == expected


def test_without_a_suppressor_a_state_that_was_only_seen_may_have_notified_long_ago() -> None:
    (one,) = actions_of(partly("page", child("page", before=ALARM)))
    assert one.notification == NotKnown()


def test_what_waits_or_is_held_back_at_the_newest_known_moment_is_told_as_that() -> None:
    waiting = partly("page", child("page", (5, ALARM)), (6, 30))
    held = partly("page", child("page", (5, ALARM)), (9, 30))
    quiet, deploying = partly("d", child("d"), (6, 30)), partly("d", child("d", (1, ALARM)), (8, 30))
    (*_, first), (*_, second) = actions_of(waiting, SUPPRESSOR, quiet), actions_of(held, SUPPRESSOR, deploying)
    assert first.notification == Pending(by=SuppressedBy.WAIT_PERIOD)
    assert second.notification == Suppressed(by=SuppressedBy.ALARM)
