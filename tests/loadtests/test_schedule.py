"""When arrivals are due."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.schedule import Schedule, Stage

EVEN = Schedule(warm_up_seconds=10, stages=(Stage(seconds=20, load=1),))
STEPS = Schedule(warm_up_seconds=10, stages=(Stage(seconds=20, load=1), Stage(seconds=10, load=4)))


def test_the_rate_rises_in_the_warm_up_and_is_full_after_it() -> None:
    assert [EVEN.due_after(arrivals) for arrivals in (1.25, 5, 6, 24.5)] == [5.0, 10.0, 11.0, 29.5]
    assert [EVEN.load_at(seconds) for seconds in (0, 5, 10, 29, 31)] == [0, 0.5, 1, 1, 0]


def test_nothing_is_due_after_the_end() -> None:
    assert EVEN.due_after(25) == math.inf
    assert EVEN.arrivals_by(1_000) == 25


def test_a_stage_has_its_own_rate() -> None:
    assert STEPS.total_seconds == 40
    assert STEPS.arrivals_by(35) - STEPS.arrivals_by(30) == 20
    assert STEPS.load_at(30) == 4


def test_a_run_without_warm_up_starts_at_its_full_rate() -> None:
    bare = Schedule(warm_up_seconds=0, stages=(Stage(seconds=9, load=1),))
    assert (bare.due_after(3), bare.arrivals_by(3)) == (3.0, 3.0)


def test_another_length_keeps_the_shape_of_the_stages() -> None:
    short = STEPS.lasting(15)
    assert [stage.seconds for stage in short.stages] == [10, 5]
    assert short.total_seconds == 25


@given(st.floats(0, 64.9), st.sampled_from([EVEN, STEPS]))
def test_the_schedule_and_its_reverse_agree(arrivals: float, schedule: Schedule) -> None:
    due = schedule.due_after(arrivals)
    if math.isfinite(due):
        assert schedule.arrivals_by(due) == pytest.approx(arrivals, abs=1e-9)
