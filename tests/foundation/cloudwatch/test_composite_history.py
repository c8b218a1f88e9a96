"""Composite alarms over time: order, circles, and the actions that a suppressor holds back."""

import pytest

from foundation.cloudwatch.alarms import CompositeAlarm, Suppressor
from foundation.cloudwatch.composite_history import composite_histories, in_order
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory
from foundation.cloudwatch.suppression import ActedOn, Notified, SuppressedBy, actions_of, notified_at
from foundation.errors import InputError
from tests.foundation.cloudwatch.factories import START_AT, minute

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def child(name: str, *changes: tuple[float, AlarmState], before: AlarmState = OK, until: float = 20) -> StateHistory:
    return StateHistory(
        alarm=name,
        start_at=START_AT,
        end_at=minute(until),
        before=before,
        changes=tuple(StateChange(at=minute(at), state=state) for at, state in changes),
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
