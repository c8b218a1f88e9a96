"""What alarms did: how long they were in alarm, when somebody was notified, and why they were in their state."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from alarms.states import AlarmHistories, Firing, evaluate_alarms
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.state_history import StateChange, StateHistory
from foundation.cloudwatch.suppression import Notified, NotKnown, Pending, Suppressed, SuppressedBy
from foundation.readings import Interval, Known
from tests.alarms.factories import START_AT, by_hand
from tests.foundation.readings_factories import HELD as WHOLE

STAT = MetricStat(metric=Metric(namespace="N", name="M"), period_seconds=60, statistic="Sum")
WATCHED = MetricAlarm(
    name="watched",
    watches=STAT,
    comparison=ComparisonOperator.MORE_THAN,
    threshold=0.0,
    evaluation_periods=1,
    missing_data=MissingData.NOT_BREACHING,
)
WAIT = SuppressedBy.WAIT_PERIOD
HELD = CompositeAlarm(
    name="held", rule='ALARM("watched")', suppressor=Suppressor(alarm="faster", wait_seconds=120, extension_seconds=300)
)
FASTER = CompositeAlarm(name="faster", rule='ALARM("watched")')
OK, ALARM, NONE = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def at(minutes: int, seconds: int = 0) -> datetime:
    return START_AT + timedelta(minutes=minutes, seconds=seconds)


def recorded(*values: float) -> FrameSource:
    series = Series(start_at=START_AT, period_seconds=60, values=np.array(values))
    return read_frame(to_frame([(STAT, series)]), held=WHOLE)


def told(of: str, *changes: tuple[int, AlarmState], minutes: int = 20) -> StateHistory:
    return StateHistory(
        alarm=of,
        start_at=at(0),
        end_at=at(minutes),
        before=NONE,
        changes=tuple(StateChange(at=at(minute), state=state) for minute, state in changes),
        known=Known.always(),
        coarse=Known.nothing(),
    )


def held_firings(held: tuple[tuple[int, AlarmState], ...], faster: tuple[tuple[int, AlarmState], ...]) -> list[Firing]:
    seen = AlarmHistories(
        alarms={"held": HELD, "faster": FASTER},
        histories={"held": told("held", *held), "faster": told("faster", *faster)},
        source=recorded(0.0),
    )
    return list(seen.in_alarm("held"))


def firing(began: int, ended: int | None, became: int | Suppressed | Pending) -> Firing:
    return Firing(
        began_at=at(began),
        seen_from=at(began),
        seen_until=at(20 if ended is None else ended),
        ended_at=None if ended is None else at(ended),
        notification=Notified(at=at(became)) if isinstance(became, int) else became,
    )


def test_an_alarm_that_nothing_holds_back_notifies_at_once_and_one_that_lasts_has_no_end() -> None:
    seen = AlarmHistories(
        alarms={"faster": FASTER, "watched": WATCHED},
        histories={name: told(name, (1, OK), (3, ALARM), (5, OK), (17, ALARM)) for name in ("faster", "watched")},
        source=recorded(0.0),
    )
    for name in ("faster", "watched"):
        assert seen.in_alarm(name) == (firing(3, 5, 3), firing(17, None, 17))


@pytest.mark.parametrize(
    ("held", "faster", "firings"),
    [
        # The wait of two minutes passes: an action runs, also in the minute in which the alarm ends, or the time.
        (((3, ALARM), (9, OK)), (), [firing(3, 9, 5)]),
        (((3, ALARM), (5, OK)), (), [firing(3, 5, 5)]),
        (((18, ALARM),), (), [firing(18, None, 20)]),
        # It ends before that: nobody was told, and nobody will be.
        (((3, ALARM), (4, OK)), (), [firing(3, 4, Suppressed(by=WAIT))]),
        # It lasts, and so does the wait.
        (((19, ALARM),), (), [firing(19, None, Pending(by=WAIT))]),
        # The faster alarm takes its place, and has it to the end.
        (((3, ALARM),), ((4, ALARM),), [firing(3, None, Suppressed(by=SuppressedBy.ALARM))]),
        (((3, ALARM), (9, OK)), ((2, ALARM),), [firing(3, 9, Suppressed(by=SuppressedBy.ALARM))]),
        # The faster alarm lets go: five minutes pass, or last.
        (((3, ALARM),), ((4, ALARM), (10, OK)), [firing(3, None, 15)]),
        # It ends while the five minutes pass.
        (((3, ALARM), (17, OK)), ((4, ALARM), (16, OK)), [firing(3, 17, Suppressed(by=SuppressedBy.EXTENSION_PERIOD))]),
        (((3, ALARM),), ((4, ALARM), (16, OK)), [firing(3, None, Pending(by=SuppressedBy.EXTENSION_PERIOD))]),
    ],
)
def test_what_became_of_an_alarm_that_another_holds_back(
    held: tuple[tuple[int, AlarmState], ...], faster: tuple[tuple[int, AlarmState], ...], firings: list[Firing]
) -> None:
    assert held_firings(held, faster) == firings


@pytest.mark.parametrize(("began", "became"), [(17, 19), (18, 20), (19, Pending(by=WAIT))])
def test_a_wait_that_ends_with_the_last_evaluation_has_notified_and_one_that_ends_after_it_is_pending(
    began: int, became: int | Pending
) -> None:
    """Two minutes of waiting, evaluated for twenty: none of notified, suppressed and pending is what the others leave."""
    assert held_firings(((began, ALARM),), ()) == [firing(began, None, became)]


def test_the_named_alarms_are_evaluated_with_all_that_they_name_and_no_others() -> None:
    plan = by_hand(HELD, FASTER, WATCHED, CompositeAlarm(name="other", rule='ALARM("watched")'))
    seen = evaluate_alarms(plan, recorded(0, 1, 1, 0), start_at=at(1), end_at=at(4), names=["held"], before=NONE)
    assert seen.alarms == {"held": HELD, "faster": FASTER, "watched": WATCHED}
    assert {name: history.changes for name, history in seen.histories.items()} == dict.fromkeys(
        ("held", "faster", "watched"),
        (
            StateChange(at=at(1), state=OK),
            StateChange(at=at(2), state=ALARM),
            StateChange(at=at(4), state=OK),
        ),
    )
    alone = evaluate_alarms(
        plan, recorded(0, 1, 1, 0), start_at=at(1), end_at=at(4), names=["faster", "watched"], before=NONE
    )
    assert set(alone.alarms) == {"faster", "watched"}


@pytest.mark.parametrize(
    ("instant", "begins"),
    [
        (at(1), "At 2026-03-02 00:01:00 UTC alarm watched is OK, and was INSUFFICIENT_DATA."),
        (at(1, 59), "At 2026-03-02 00:01:00 UTC alarm watched is OK, and was INSUFFICIENT_DATA."),
        (at(2), "At 2026-03-02 00:02:00 UTC alarm watched is ALARM, and was OK."),
        (at(2, 1), "At 2026-03-02 00:02:00 UTC alarm watched is ALARM, and was OK."),
        (at(3), "At 2026-03-02 00:03:00 UTC alarm watched is ALARM, as before."),
        (at(4), "At 2026-03-02 00:04:00 UTC alarm watched is OK, and was ALARM."),
    ],
)
def test_a_state_is_explained_by_the_latest_evaluation_and_the_state_before_it(instant: datetime, begins: str) -> None:
    seen = evaluate_alarms(
        by_hand(WATCHED), recorded(0, 1, 1, 0), start_at=at(1), end_at=at(4), names=["watched"], before=NONE
    )
    assert seen.explanation("watched", instant)[0] == begins


def test_a_state_that_came_of_one_that_is_not_known_is_explained_by_that() -> None:
    known = replace(told("watched", (2, ALARM)), known=Known.throughout(at(2), at(20)))
    seen = AlarmHistories(alarms={"watched": WATCHED}, histories={"watched": known}, source=recorded(0, 1, 1, 0))
    before = "The state of watched before 2026-03-02 00:02:00 UTC is not known."
    assert seen.explanation("watched", at(2)) == (before,)
    assert seen.explanation("watched", at(3))[0].startswith("At 2026-03-02 00:03:00 UTC alarm watched")


def test_a_composite_is_explained_by_the_states_of_the_alarms_that_it_names_at_that_very_instant() -> None:
    both = CompositeAlarm(name="both", rule='ALARM("watched") AND ALARM("faster")')
    seen = AlarmHistories(
        alarms={"both": both, "watched": WATCHED, "faster": replace(WATCHED, name="faster")},
        histories={
            "both": told("both", (3, ALARM)),
            "watched": told("watched", (1, OK), (3, ALARM)),
            "faster": told("faster", (2, OK)),
        },
        source=recorded(0.0),
    )
    assert seen.explanation("both", at(3))[0] == f"{both.rule}: faster is OK, watched is ALARM."
    assert seen.explanation("both", at(1))[0] == f"{both.rule}: faster is INSUFFICIENT_DATA, watched is OK."


def test_an_alarm_from_before_the_time_that_is_told_has_its_beginning_and_its_notification() -> None:
    values = [0.0] * 200
    values[50:120] = [1.0] * 70
    seen = evaluate_alarms(
        by_hand(WATCHED), recorded(*values), start_at=at(60), end_at=at(200), names=["watched"], before=None,
        from_earlier=True,
    )  # fmt: skip
    (one,) = seen.in_alarm("watched", Interval(start_at=at(60), end_at=at(200)))
    assert (one.began_at, one.ended_at, one.notification) == (at(51), at(121), Notified(at=at(51)))
    assert seen.in_alarm("watched", Interval(start_at=at(121), end_at=at(200))) == ()
    assert seen.in_alarm("watched", Interval(start_at=at(0), end_at=at(51))) == ()


@pytest.mark.parametrize("cut", [30, 60, 90])
def test_a_cut_changes_what_is_told_only_to_since_before(cut: int) -> None:
    values = [0.0] * 200
    values[50:120] = [1.0] * 70
    source = read_frame(
        to_frame([(STAT, Series(start_at=at(cut), period_seconds=60, values=np.array(values[cut:])))])
    )  # fmt: skip
    seen = evaluate_alarms(
        by_hand(WATCHED), source, start_at=at(cut), end_at=at(200), names=["watched"], before=None, from_earlier=True
    )
    (one,) = seen.in_alarm("watched")
    known = cut <= 50
    assert (one.began_at, one.seen_from) == ((at(51), at(51)) if known else (None, at(cut + 1)))
    assert (one.ended_at, one.notification) == (at(121), Notified(at=at(51)) if known else NotKnown())
