"""Histories of which not all is known: what state, since when, until when, and what is put together from two."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from foundation.cloudwatch.bulk_evaluation import NOT_KNOWN, STATES
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import Spell, StateHistory, filled_from, history_of, of_segments
from foundation.readings import Known
from tests.foundation.cloudwatch.factories import START_AT, minute

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA
CODES = {"0": STATES.index(OK), "X": STATES.index(ALARM), "-": STATES.index(INSUFFICIENT), "?": int(NOT_KNOWN)}
FIRST = int(START_AT.timestamp())


def drawn(signs: str, before: AlarmState | None = None, *, step_seconds: int = 60) -> StateHistory:
    """A history with a sign for each evaluation, a minute apart."""
    codes = np.array([CODES[sign] for sign in signs], np.uint8)
    return history_of("a", codes, first_at=FIRST, step_seconds=step_seconds, before=before)


def spell(began: float | None, seen: float, until: float, ended: float | None) -> Spell:
    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else minute(minutes)

    return Spell(began_at=at(began), seen_from=minute(seen), seen_until=minute(until), ended_at=at(ended))


@pytest.mark.parametrize(
    ("signs", "before", "spells"),
    [
        ("0X0", None, [spell(1, 1, 2, 2)]),
        ("XX0", None, [spell(None, 0, 2, 2)]),
        ("XX0", OK, [spell(0, 0, 2, 2)]),
        ("XX0", ALARM, [spell(None, 0, 2, 2)]),
        ("0XX", None, [spell(1, 1, 2, None)]),
        ("0XX??", None, [spell(1, 1, 3, None)]),
        ("??XX0", None, [spell(None, 2, 4, 4)]),
        ("0X?X00", None, [spell(1, 1, 2, None), spell(None, 3, 4, 4)]),
        ("0X?0", None, [spell(1, 1, 2, None)]),
        # What begins with the last evaluation is of the time after it.
        ("00X", None, []),
        ("???", None, []),
    ],
)
def test_a_time_in_a_state_has_a_beginning_and_an_end_where_they_were_seen(
    signs: str, before: AlarmState | None, spells: list[Spell]
) -> None:
    assert list(drawn(signs, before).spells(ALARM)) == spells


def test_the_state_at_an_instant_lasts_until_the_next_evaluation_and_is_none_where_it_is_not_known() -> None:
    history = drawn("0?X")
    seen = [history.at(minute(at)) for at in (-1, 0, 0.99, 1, 1.99, 2, 2.99, 3)]
    assert seen == [None, OK, OK, None, None, ALARM, ALARM, None]
    assert drawn("0", INSUFFICIENT).at(minute(-1)) is INSUFFICIENT


def test_a_state_after_a_time_that_is_not_known_was_seen_and_not_entered() -> None:
    history = drawn("?0X?X")
    assert [(change.at, change.state, history.was_entered(change)) for change in history.changes] == [
        (minute(1), OK, False),
        (minute(2), ALARM, True),
        (minute(4), ALARM, False),
    ]
    (first,) = drawn("X", INSUFFICIENT).changes
    assert drawn("X", INSUFFICIENT).was_entered(first)


@pytest.mark.parametrize(
    ("signs", "newest"), [("0X", (1, ALARM)), ("0X?", (2, ALARM)), ("X0??", (2, OK)), ("??", None)]
)
def test_the_newest_state_is_that_of_the_last_moment_that_is_known(
    signs: str, newest: tuple[float, AlarmState] | None
) -> None:
    found = drawn(signs).newest
    assert (None if found is None else (found.at, found.state)) == (newest and (minute(newest[0]), newest[1]))


def test_what_is_not_known_is_filled_from_longer_periods_and_the_rest_stays() -> None:
    fine, coarse = drawn("0???X?0??"), drawn("00XXXX", step_seconds=120)
    both = filled_from(fine, coarse, every_seconds=120)
    # What was evaluated before a gap began knows less than what it follows, and after the newest there is no gap.
    assert [(change.at, change.state) for change in both.changes] == [
        (minute(0), OK), (minute(2), OK), (minute(4), ALARM), (minute(6), OK),
    ]  # fmt: skip
    assert both.known == Known.of([(FIRST, FIRST + 60), (FIRST + 120, FIRST + 300), (FIRST + 360, FIRST + 420)])
    assert both.coarse == Known.of([(FIRST + 120, FIRST + 240)])
    assert (both.start_at, both.end_at) == (minute(0), minute(10))


def test_where_nothing_is_known_in_its_own_periods_a_history_is_that_on_longer_ones() -> None:
    both = filled_from(drawn("????"), drawn("0X", step_seconds=120), every_seconds=120)
    assert [(change.at, change.state) for change in both.changes] == [(minute(0), OK), (minute(2), ALARM)]
    assert both.coarse == both.known == Known.of([(FIRST, FIRST + 240)])


@pytest.mark.parametrize("signs", ["0X0", "?X0", "0??X", "X?X", "--0", "???"])
def test_a_history_is_what_its_segments_are(signs: str) -> None:
    history = drawn(signs)
    again = of_segments(
        "a",
        history.segments(),
        start_at=history.start_at,
        end_at=history.end_at,
        before=None,
        coarse=Known.nothing(),
    )
    assert again == history
    assert history.known.seconds == 60 * (len(signs) - signs.count("?"))
    assert history.end_at == START_AT + timedelta(minutes=len(signs) - 1)
