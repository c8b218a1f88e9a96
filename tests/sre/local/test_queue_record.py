"""What the emulator writes of its queue, and what is read of it: of some time, all calls, those that did not wait as well."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre.local.queue_record import RECORD_NAME, QueueFigures, _percentile, read_queue, record_queue
from sre.local.worker_queue import WorkerQueue

START_AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_line(at: float = 1.0, *, calls: int = 1, waits_ms: Sequence[float] = (), **other: Any) -> str:
    """A line so many seconds after the start."""
    seen = {"calls": calls, "waits_ms": list(waits_ms), "given_up": 0, "waiting": 0, "workers": {"api": 8}, **other}
    return json.dumps({"at": START_AT.timestamp() + at, **seen})


def figures_of(home: Path, *lines: str) -> QueueFigures | None:
    (home / RECORD_NAME).write_text("\n".join(lines))
    return read_queue(home, start_at=START_AT, end_at=START_AT + MINUTE)


def test_percentiles_count_the_calls_that_did_not_wait(tmp_path: Path) -> None:
    found = figures_of(tmp_path, a_line(calls=90), a_line(2, calls=10, waits_ms=[40, 10, 30, 20]))
    assert found == QueueFigures(
        call_count=100, waited_count=4, given_up_count=0, waiting_count=0, p50_ms=0.0, p99_ms=30, longest_ms=40,
        worker_counts={"api": 8},
    )  # fmt: skip


def test_what_was_before_and_after_is_not_counted(tmp_path: Path) -> None:
    lines = [a_line(at, waits_ms=[at]) for at in (-0.1, 0, 60.5, 60.6)]
    found = figures_of(tmp_path, *lines)
    assert found is not None
    assert (found.call_count, found.longest_ms) == (2, 60.5)


def test_the_most_that_waited_and_the_most_workers_are_kept(tmp_path: Path) -> None:
    found = figures_of(
        tmp_path,
        a_line(waiting=3, workers={"api": 7}), a_line(2, waiting=9, given_up=2, workers={"api": 8, "gate": 1}),
        a_line(3, given_up=1, workers={"api": 2}),
    )  # fmt: skip
    assert found is not None
    assert (found.waiting_count, found.given_up_count, found.worker_counts) == (9, 3, {"api": 8, "gate": 1})


def test_a_line_that_a_dying_emulator_did_not_finish_is_left_out(tmp_path: Path) -> None:
    found = figures_of(tmp_path, a_line(calls=5), a_line()[:20], "7")
    assert found is not None
    assert found.call_count == 5


def test_where_nothing_is_recorded_nothing_is_known(tmp_path: Path) -> None:
    assert read_queue(tmp_path, start_at=START_AT, end_at=START_AT + MINUTE) is None
    assert figures_of(tmp_path, a_line(-5)) is None


@given(st.lists(st.floats(0.1, 1e5), max_size=40), st.integers(0, 40))
def test_a_percentile_is_one_of_the_waits_and_none_is_above_the_longest(waited: list[float], others: int) -> None:
    calls = len(waited) + others
    if not calls:
        return
    every = sorted([*waited, *[0.0] * others])
    for percent in (50, 99, 100):
        found = _percentile(sorted(waited), calls, percent)
        assert found == every[-(-calls * percent // 100) - 1]


@pytest.mark.parametrize(
    ("waited", "given_up", "sentence"),
    [
        ((), 0, "none of 1,000 calls of a function waited for a worker"),
        (
            (25.0,), 0,
            "1 of 1,000 calls of a function waited for a worker: p50 0 ms, p99 0 ms, longest 25 ms; it is part of the latencies",
        ),
        (
            (25.0,) * 600, 7,
            "600 of 1,000 calls of a function waited for a worker, 7 in vain: p50 25 ms, p99 25 ms, longest 25 ms; it is part of "
            "the latencies",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_how_many_waited_and_that_it_counts(
    tmp_path: Path, waited: tuple[float, ...], given_up: int, sentence: str
) -> None:
    found = figures_of(tmp_path, a_line(calls=1000, waits_ms=waited, given_up=given_up))
    assert found is not None
    assert found.sentence() == sentence


class FullDisk(io.RawIOBase):
    """Has no room for the first lines."""

    def __init__(self) -> None:
        self.written, self.has_room = b"", False

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        if not self.has_room:
            raise OSError(28, "No space left on device")
        self.written += bytes(data)
        return len(data)


def test_what_a_full_disk_has_no_room_for_is_written_when_there_is_some() -> None:
    queue = WorkerQueue(places=lambda _pool: 1, patience_seconds=1)
    disk, slept = FullDisk(), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        disk.has_room = len(slept) == 2
        if len(slept) == 3:
            raise EnoughError
        with queue.turn("api"):
            pass

    with pytest.raises(EnoughError):
        record_queue(queue, dict, io.TextIOWrapper(io.BufferedWriter(disk)), sleep=sleep)
    disk.has_room = True
    assert [json.loads(line)["calls"] for line in disk.written.splitlines()] == [1, 1]


class EnoughError(Exception):
    """Ends a recorder that goes on for ever."""


def test_the_recorder_writes_what_happened_and_nothing_while_nothing_does(tmp_path: Path) -> None:
    queue = WorkerQueue(places=lambda _pool: 1, patience_seconds=0.001)
    file, slept = io.StringIO(), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        match len(slept):
            case 1:
                with queue.turn("api"), queue.turn("api"):
                    pass
            case 3:
                raise EnoughError
            case _:
                pass

    with pytest.raises(EnoughError):
        record_queue(queue, lambda: {"api": 8}, file, now=lambda: 5.0, sleep=sleep)
    (line,) = map(json.loads, file.getvalue().splitlines())
    (waited,) = line.pop("waits_ms")
    assert line == {"at": 5.0, "calls": 2, "given_up": 1, "waiting": 0, "workers": {"api": 8}}
    assert waited > 0
    assert slept == [0.5, 0.5, 0.5]
