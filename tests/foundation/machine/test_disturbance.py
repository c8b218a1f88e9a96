"""Whether other work disturbed a measurement: the bounds, one by one, and what is no excuse."""

from dataclasses import replace

import pytest

from foundation.machine.disturbance import AROUND_SECONDS, disturbance_of
from foundation.machine.model import Machine, Sample
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine, taken


def is_throughout(machine: Machine) -> bool:
    found = disturbance_of(machine)
    assert found is not None
    return found.is_throughout


def test_a_busy_loop_on_one_of_two_cores_disturbs_a_run_throughout_and_is_told_in_cores() -> None:
    found = disturbance_of(a_busy_machine())
    assert found is not None
    assert found.is_throughout
    assert found.sentence == (
        "this machine was busy with other work (CPU taken by other work: 0.97 of 2 cores; 110 of 110 s disturbed); "
        "end that, or wait for it, and run this again"
    )


@pytest.mark.parametrize("others_ratio", [0.0, 0.03, 0.05])
@pytest.mark.parametrize("cores", [1, 2, 8, 64])
def test_the_noise_of_a_desktop_disturbs_nothing(others_ratio: float, cores: int) -> None:
    assert disturbance_of(a_machine(*[taken(others_ratio * cores)] * 60, core_count=cores)) is None


def test_an_eighth_of_the_machine_on_average_is_where_a_disturbance_begins() -> None:
    assert disturbance_of(a_machine(*[taken(0.249)] * 60)) is None
    assert is_throughout(a_machine(*[taken(0.25)] * 60))
    assert disturbance_of(a_machine(*[taken(0.99)] * 60, core_count=8)) is None
    assert is_throughout(a_machine(*[taken(1.0)] * 60, core_count=8))


def test_our_own_load_is_no_excuse_however_much_it_takes_and_however_late_it_makes_a_sleeper() -> None:
    burning = replace(QUIET, ours_cores=1.95, others_cores=0.04, late_ms=900.0, stalled_ms=0.5, waiting_ratio=1.0)
    assert disturbance_of(a_machine(*[burning] * 180)) is None


def test_a_target_that_is_elsewhere_is_not_disturbed_by_what_runs_here() -> None:
    assert disturbance_of(replace(a_busy_machine(), holds_target=False)) is None


def test_what_was_not_measured_excuses_nothing() -> None:
    assert disturbance_of(None) is None
    assert disturbance_of(a_machine(missing=("processors: there is no /proc",))) is None
    assert disturbance_of(a_machine(*[replace(QUIET, stalled_ms=None, waiting_ratio=None)] * 60)) is None


def test_what_the_hypervisor_takes_counts_from_a_twentieth_on_average() -> None:
    assert disturbance_of(a_machine(*[replace(QUIET, steal_cores=0.099)] * 60)) is None
    found = disturbance_of(a_machine(*[replace(QUIET, steal_cores=0.1)] * 60))
    assert found is not None
    assert found.is_throughout
    assert "taken by the hypervisor: 0.1 of 2 cores" in found.sentence


@pytest.mark.parametrize(
    ("sample", "is_one"),
    [
        (taken(0.49), False),
        (taken(0.5), True),
        (replace(QUIET, steal_cores=0.19), False),
        (replace(QUIET, steal_cores=0.2), True),
        (replace(QUIET, stalled_ms=99.9), False),
        (replace(QUIET, stalled_ms=100.0), True),
    ],
)
def test_one_second_is_disturbed_from_its_own_bounds_on(sample: Sample, *, is_one: bool) -> None:
    found = disturbance_of(a_machine(*[QUIET] * 50, sample, *[QUIET] * 50))
    assert (found is not None) == is_one
    if found is not None:
        assert not found.is_throughout
        assert found.spans == ((50 - AROUND_SECONDS, 51 + AROUND_SECONDS),)


def test_a_burst_covers_what_was_due_shortly_before_it_and_after_it_and_nothing_else() -> None:
    found = disturbance_of(a_machine(*[QUIET] * 50, taken(1.5), *[QUIET] * 50))
    assert found is not None
    assert [found.covers(second) for second in (34, 35, 50, 65, 66)] == [False, True, True, True, False]
    assert "1 of 101 s disturbed; in one second 1.5 of 2 cores taken by other work" in found.sentence


def test_a_machine_that_stood_still_says_for_how_long() -> None:
    found = disturbance_of(a_machine(*[QUIET] * 50, replace(QUIET, stalled_ms=350.0), *[QUIET] * 50))
    assert found is not None
    assert "it stood still for up to 350 ms" in found.sentence


def test_from_a_tenth_of_the_seconds_on_the_rest_is_no_quiet_machine() -> None:
    assert not is_throughout(a_machine(*[taken(0.6)] * 9, *[QUIET] * 91))
    assert is_throughout(a_machine(*[taken(0.6)] * 10, *[QUIET] * 90))


def test_only_the_measured_part_is_looked_at_and_what_reaches_into_it() -> None:
    busy_at_first = a_machine(*[taken(1.9)] * 20, *[QUIET] * 100)
    assert disturbance_of(busy_at_first, from_seconds=40) is None
    reaching = disturbance_of(busy_at_first, from_seconds=30)
    assert reaching is not None
    assert not reaching.is_throughout
    assert (reaching.covers(30), reaching.covers(36)) == (True, False)
    assert "disturbed shortly before or after; in one second 1.9 of 2 cores" in reaching.sentence
    busy_at_last = a_machine(*[QUIET] * 100, *[taken(1.9)] * 20)
    assert disturbance_of(busy_at_last, to_seconds=80) is None
    draining = disturbance_of(busy_at_last, to_seconds=100)
    assert draining is not None
    assert (draining.is_throughout, draining.covers(84), draining.covers(99)) == (False, False, True)
