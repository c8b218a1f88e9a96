"""Several questions at once: the answers keep their order, what is late never came, and a bug is raised."""

import threading
import time

import pytest

from sre.jobs.doctor.at_once import MOST_AT_ONCE, at_once


def soon() -> float:
    return time.monotonic() + 30


def test_answers_come_in_the_order_of_the_questions() -> None:
    def ask(number: int) -> int:
        return number * number

    assert at_once([lambda number=number: ask(number) for number in range(20)], until=soon()) == tuple(
        number * number for number in range(20)
    )
    assert at_once([], until=soon()) == ()


def test_several_are_asked_at_once_and_no_more_than_may() -> None:
    all_there = threading.Barrier(MOST_AT_ONCE)
    asking: list[int] = []
    most: list[int] = []

    def ask() -> str:
        asking.append(1)
        most.append(len(asking))
        # Fewer than these would wait here for ever, and be broken.
        all_there.wait(timeout=20)
        asking.pop()
        return "asked"

    assert at_once([ask] * (2 * MOST_AT_ONCE), until=soon()) == ("asked",) * (2 * MOST_AT_ONCE)
    assert max(most) == MOST_AT_ONCE


def test_what_has_not_answered_in_time_never_came_and_what_was_not_begun_is_not_asked() -> None:
    may_end, asked = threading.Event(), list[str]()

    def late() -> str:
        asked.append("late")
        may_end.wait(timeout=20)
        return "late"

    try:
        answers = at_once([*[late] * MOST_AT_ONCE, lambda: asked.append("x") or "x"], until=time.monotonic() + 0.05)
    finally:
        may_end.set()
    assert answers == (None,) * (MOST_AT_ONCE + 1)
    assert "x" not in asked


def test_a_bug_in_a_question_is_raised() -> None:
    def broken() -> str:
        raise AttributeError("planted")

    with pytest.raises(AttributeError, match="planted"):
        at_once([lambda: "fine", broken], until=soon())
