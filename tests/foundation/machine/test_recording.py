"""From what the sampler wrote to a machine; and the sampler itself, once."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import foundation.machine.recording as recording
from foundation.machine.model import Emulator
from foundation.machine.recording import LocalTarget, Recorded, Recording

START = datetime(2026, 11, 29, 2, tzinfo=UTC)
HEAD = {"core_count": 4}


def line(second: float, *, wakings_ms: list[float] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "at": START.timestamp() + second, "length_seconds": 1.0, "others_cores": 0.5, "ours_cores": 1.0, "steal_cores": 0.0,
        "wakings_ms": [1.0, 3.0] if wakings_ms is None else wakings_ms, "stalled_ms": 0.5, "waiting_ratio": 0.1,
        "available_bytes": 100, "swapped_bytes": 0, **changes,
    }  # fmt: skip


def recorded(*lines: dict[str, Any], target: LocalTarget | None = None) -> Recorded:
    return Recorded(lines=lines, target=target)


def test_samples_count_from_the_beginning_and_what_ended_before_it_is_left_out() -> None:
    machine = recorded(HEAD, line(-3), line(-0.5), line(0.5), line(1.5)).machine(START)
    assert [each.from_seconds for each in machine.samples] == [-0.5, 0.5, 1.5]
    assert (machine.core_count, machine.holds_target, machine.missing) == (4, False, ())
    assert machine.samples[0].late_ms == 3.0


def test_lateness_is_that_of_the_measured_part_by_nearest_rank() -> None:
    quarter = [float(ms) for ms in range(1, 101)]
    machine = recorded(HEAD, line(0, wakings_ms=[900.0]), line(10, wakings_ms=quarter), line(20, wakings_ms=[900.0]))
    found = machine.machine(START, from_seconds=10, to_seconds=20)
    assert (found.wake_count, found.late_p50_ms, found.late_p99_ms, found.late_max_ms) == (100, 50.0, 99.0, 100.0)


def test_a_machine_that_could_not_be_looked_at_says_so_and_has_no_sample() -> None:
    machine = recorded({"missing": "processors: No such file: '/proc/stat'"}).machine(START)
    assert (machine.samples, machine.missing) == ((), ("processors: No such file: '/proc/stat'",))
    assert (machine.wake_count, machine.late_p50_ms) == (0, None)
    assert recorded().machine(START).missing == ("processors: the sampler recorded nothing",)


def test_what_the_kernel_does_not_tell_is_named_and_not_zero() -> None:
    machine = recorded(HEAD, line(0, stalled_ms=None, waiting_ratio=None, available_bytes=None)).machine(START)
    assert [each.partition(":")[0] for each in machine.missing] == ["pressure", "stalls", "memory"]
    assert (machine.samples[0].stalled_ms, machine.samples[0].waiting_ratio) == (None, None)


def test_an_emulator_is_asked_of_the_time_that_was_recorded() -> None:
    asked: list[tuple[datetime, datetime]] = []
    said = Emulator(most_worker_count=8, most_waiting_count=3, longest_wait_ms=120.0)

    def emulator(start_at: datetime, end_at: datetime) -> Emulator | None:
        asked.append((start_at, end_at))
        return said

    machine = recorded(HEAD, line(0), line(1), target=LocalTarget(sessions=(1,), emulator=emulator)).machine(START)
    assert (machine.emulator, machine.holds_target) == (said, True)
    assert asked == [(START, START + timedelta(seconds=2))]


def test_the_sampler_records_beside_us_and_ends_with_its_input() -> None:
    began_at = datetime.now(UTC)
    recording = Recording(LocalTarget(sessions=()))
    machine = recording.end().machine(began_at)
    assert len(machine.samples) >= 1
    assert machine.core_count == len(os.sched_getaffinity(0))
    assert machine.holds_target


def test_a_sampler_that_does_not_end_in_its_time_is_killed_and_what_it_wrote_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began_at = datetime.now(UTC)
    made = Recording(LocalTarget(sessions=()))
    monkeypatch.setattr(recording, "_PATIENCE_SECONDS", 0.0)
    found = made.end()
    assert found.lines
    assert found.machine(began_at).core_count >= 1
