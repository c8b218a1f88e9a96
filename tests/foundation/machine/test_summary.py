"""A machine in figures and in words, over the part that was measured."""

from dataclasses import replace

import pytest

from foundation.machine.model import Emulator
from foundation.machine.summary import summarize_machine
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine, taken


def test_means_are_of_the_time_and_extremes_of_the_samples() -> None:
    machine = a_machine(taken(0.1), replace(QUIET, others_cores=0.2, length_seconds=3.0, available_bytes=1 << 30))
    found = summarize_machine(machine)
    assert (found.others_cores, found.ours_cores) == (pytest.approx(0.175), pytest.approx(0.9))
    assert found.others_max_cores == 0.2
    assert (found.sample_count, found.seconds, found.least_available_bytes) == (2, 4.0, 1 << 30)
    assert found.disturbance is None


def test_only_the_part_that_is_asked_for_is_summed_up() -> None:
    machine = a_machine(*[taken(1.0)] * 10, *[taken(0.05)] * 10)
    assert summarize_machine(machine, from_seconds=10).others_cores == 0.05
    assert summarize_machine(machine, to_seconds=10).others_cores == 1.0


def test_it_is_told_with_its_figures() -> None:
    emulator = Emulator(most_worker_count=8, most_waiting_count=3, longest_wait_ms=120.0)
    machine = replace(
        a_busy_machine(110), emulator=emulator, missing=("pressure: this kernel has no /proc/pressure/cpu",)
    )
    found = summarize_machine(machine)
    assert found.sentence.startswith(
        "CPU taken by other work: 0.97 of 2 cores (at most 0.97); by this run: 0.9 of 2 cores; by the hypervisor: 0 of 2 cores"
    )
    assert "a sleeper woke 2,200 times, 0.2 ms late in the median, 2 ms at p99, 5 ms at most" in found.sentence
    assert (
        "the emulator had 8 workers at most; at most 3 calls waited at once for one, 120 ms at most" in found.sentence
    )
    assert found.parts[-2:] == (
        "110 samples in 1 min 50 s",
        "not measured: pressure: this kernel has no /proc/pressure/cpu",
    )
    assert found.disturbance is not None


def test_what_was_not_measured_has_no_figure_and_no_word() -> None:
    machine = replace(a_machine(missing=("processors: there is no /proc",)), late_p50_ms=None, wake_count=0)
    found = summarize_machine(machine)
    assert (found.others_cores, found.ours_cores, found.steal_cores, found.stalled_max_ms) == (None,) * 4
    assert (found.waiting_ratio, found.least_available_bytes, found.most_swapped_bytes) == (None,) * 3
    assert found.sentence == "not measured: processors: there is no /proc"
