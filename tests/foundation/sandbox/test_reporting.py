"""A report is held to what was asked for; how a job ended is what is known of it, the surest first."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.sandbox.cgroup import Used
from foundation.sandbox.model import (
    Absent,
    Broke,
    Ending,
    Exited,
    Job,
    Limits,
    NotStarted,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    Ran,
    Signalled,
    Wanted,
    Why,
)
from foundation.sandbox.reporting import Told, ending_of, read_report

JOB = Job(
    command=("a",),
    limits=Limits(cpu_seconds=10),
    artifacts=(Wanted(name="a", most_bytes=3), Wanted(name="b", most_bytes=3)),
)
WHOLE: dict[str, Any] = {"status": 0, "cpu_seconds": 0.5, "left_out_count": 2, "artifacts": [2, "missing"]}
TOLD = Told(
    ending=Exited(status=0), artifacts={"a": b"hi", "b": Absent(why=Why.MISSING)}, cpu_seconds=0.5, left_out_count=2
)
NONE_USED = Used(cpu_seconds=None, peak_memory_bytes=None, out_of_memory_count=0)


def written(report: dict[str, Any], rest: bytes = b"hi") -> bytes:
    return b"ready\n" + json.dumps(report).encode() + b"\n" + rest


def ran(
    told: Told | None,
    *,
    stopped: Ending | None = None,
    used: Used | None = None,
    stderr: bytes = b"",
    report: bytes = b"",
) -> Ran:
    return ending_of(
        JOB, told, stopped=stopped, used=used, wall_seconds=1.0, tails={"stdout": b"out", "stderr": stderr, "report": report},
        totals={"stdout": 30, "stderr": len(stderr), "report": len(report)},
    )  # fmt: skip


def test_a_whole_report_is_read() -> None:
    assert read_report(written(WHOLE), JOB) == TOLD


@pytest.mark.parametrize(
    ("end", "ending"),
    [
        ({"status": 7}, Exited(status=7)),
        ({"signal": 9}, Signalled(number=9)),
        ({"not_started": "no such file"}, NotStarted(reason="no such file")),
    ],
)
def test_each_end_is_told_from_the_others(end: dict[str, Any], ending: Ending) -> None:
    told = read_report(written({**end, "artifacts": []}, b""), JOB)
    assert told is not None
    assert told.ending == ending


@pytest.mark.parametrize("length", range(len(written(WHOLE))))
def test_one_that_is_cut_anywhere_is_none(length: int) -> None:
    assert read_report(written(WHOLE)[:length], JOB) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (written({**WHOLE, "artifacts": [4, "missing"]}, b"more"), "says 4 bytes of a, which may have 3"),
        (written({**WHOLE, "artifacts": [-1]}, b""), "says -1 bytes"),
        (written({**WHOLE, "artifacts": ["gone"]}, b""), "says 'gone' of a"),
        (written(WHOLE, b"high"), "longer than it says"),
        (written({**WHOLE, "signal": 9}), "no end, or two"),
        (written({"artifacts": []}, b""), "no end, or two"),
        (written({**WHOLE, "more": 1}), "cannot be read"),
        (written({**WHOLE, "status": 256}), "cannot be read"),
        (written({**WHOLE, "signal": 0}), "cannot be read"),
        (b"ready\n{\n", "cannot be read"),
    ],
)
def test_one_that_says_what_cannot_be_is_a_broken_sandbox(content: bytes, said: str) -> None:
    told = read_report(content, JOB)
    assert told is not None
    assert isinstance(told.ending, Broke)
    assert said in told.ending.reason
    assert told.artifacts == {}


@given(st.binary(max_size=200))
def test_whatever_is_written_is_read_without_a_fault_and_brings_no_more_than_was_asked_for(content: bytes) -> None:
    told = read_report(b"ready\n" + content, JOB)
    if told is not None:
        assert all(len(each) <= 3 for each in told.artifacts.values() if isinstance(each, bytes))


def test_a_report_that_is_whole_is_the_end() -> None:
    assert ran(TOLD) == Ran(
        ending=Exited(status=0), stdout=ran(TOLD).stdout, stderr=ran(TOLD).stderr, artifacts=TOLD.artifacts, wall_seconds=1.0,
        cpu_seconds=0.5, peak_memory_bytes=None, left_out_count=2,
    )  # fmt: skip
    assert (ran(TOLD).stdout.tail, ran(TOLD).stdout.total_bytes) == (b"out", 30)


def test_what_it_was_stopped_for_comes_before_memory_and_memory_before_what_it_says() -> None:
    killed = Used(cpu_seconds=3.0, peak_memory_bytes=4096, out_of_memory_count=2)
    assert ran(TOLD, stopped=OutOfTime(), used=killed).ending == OutOfTime()
    assert ran(TOLD, used=killed).ending == OutOfMemory(killed_count=2)
    assert ran(None, used=killed).ending == OutOfMemory(killed_count=2)
    assert (ran(TOLD, used=killed).cpu_seconds, ran(TOLD, used=killed).peak_memory_bytes) == (3.0, 4096)


def test_without_a_report_it_broke_with_what_it_said() -> None:
    assert ran(None, stderr=b"no such\n").ending == Broke(reason="it did not begin: no such")
    assert ran(None, used=NONE_USED).ending == Broke(reason="it did not begin: no word of why")
    assert ran(None, report=b"ready\n").ending == Broke(
        reason="its supervisor ended without a report: no word of why"
    )  # fmt: skip
    assert ran(None).artifacts == {"a": Absent(why=Why.NOT_BROUGHT), "b": Absent(why=Why.NOT_BROUGHT)}
    assert (ran(None).cpu_seconds, ran(None).left_out_count) == (None, None)


@pytest.mark.parametrize(
    ("number", "cpu_seconds", "ending"),
    [
        (24, 10.0, OutOfProcessorTime()), (9, 10.0, OutOfProcessorTime()), (24, 9.9, OutOfProcessorTime()),
        (24, 9.8, Signalled(number=24)), (9, 1.0, Signalled(number=9)), (11, 10.0, Signalled(number=11)),
        (24, None, Signalled(number=24)),
    ],
)  # fmt: skip
def test_a_signal_of_the_kernels_bound_is_out_of_processor_time(
    number: int, cpu_seconds: float | None, ending: Ending
) -> None:
    assert ran(replace(TOLD, ending=Signalled(number=number), cpu_seconds=cpu_seconds)).ending == ending
