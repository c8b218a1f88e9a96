"""The table of the release check beside a busy neighbour, and what must hold of it."""

import os
import time
from typing import Any

import pytest

from benchmarks.busy_machine import CONDITIONS, FAULTS, Condition, Run, main, neighbours, table, unmet
from foundation.fault_switch import FaultSwitch, read_switch

QUIET, ONE_CORE, BOTH_CORES = CONDITIONS[:3]
WRITTEN: dict[str, Any] = {
    "objectives": [
        {"objective": "api-latency", "outcome": "pass", "sample_count": 5_379},
        {"objective": "availability", "outcome": "no_data", "sample_count": None},
    ],
    "load": {"lag_p99_ms": 4.25},
    "machine": {"others_cores": 0.031, "late_p99_ms": 2.5},
}


def runs(condition: Condition, *codes: int) -> list[Run]:
    return [
        Run(condition=condition, number=number, exit_code=code, took_seconds=180.4, written=WRITTEN)
        for number, code in enumerate(codes, start=1)
    ]


def test_the_conditions_are_those_that_were_promised() -> None:
    assert [(each.name, each.run_count, sorted(each.allowed), each.passed_count) for each in CONDITIONS[:3]] == [
        ("quiet", 3, [0], 3), ("one-core", 4, [0, 3], 2), ("both-cores", 4, [0, 3], 0),
    ]  # fmt: skip
    faulty = [each for each in CONDITIONS if each.fault is not None]
    assert {each.fault for each in faulty} == set(FAULTS.values())
    assert all(read_switch(fault, stage="local") != FaultSwitch() for fault in FAULTS.values())
    assert {(each.run_count, bool(each.cores), tuple(sorted(each.allowed))) for each in faulty} == {
        (2, False, (1,)), (2, True, (1, 3)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "codes", "said"),
    [
        (QUIET, (0, 0, 0), ()),
        (QUIET, (0, 3, 0), ("quiet: ended with 3, and may with 0", "quiet: 2 of 3 ended with 0, and at least 3 must")),
        (QUIET, (0,), ()),
        (ONE_CORE, (0, 3, 3, 0), ()),
        (ONE_CORE, (0, 3, 3, 3), ("one-core: 1 of 4 ended with 0, and at least 2 must",)),
        (ONE_CORE, (3,), ()),
        (ONE_CORE, (3, 3, 3), ("one-core: 0 of 3 ended with 0, and at least 1 must",)),
        (BOTH_CORES, (3, 3, 3, 3), ()),
        (BOTH_CORES, (3, 1, 3, 130), ("both-cores: ended with 1, 130, and may with 0 or 3",)),
        (CONDITIONS[3], (1, 1), ()),
        (CONDITIONS[3], (1, 0), ("errors: ended with 0, and may with 1",)),
    ],
)
def test_what_was_not_met_is_named(condition: Condition, codes: tuple[int, ...], said: tuple[str, ...]) -> None:
    assert unmet(runs(condition, *codes)) == said


def test_a_run_is_a_row_and_what_nobody_measured_is_a_dash() -> None:
    bare = Run(condition=QUIET, number=2, exit_code=2, took_seconds=3.0, written={})
    assert table([*runs(QUIET, 0), bare]).splitlines()[2:] == [
        "| quiet | 1 | 0 | api-latency pass | 180 | 0.03 cores | 2.5 ms | 4.2 ms |",
        "| quiet | 2 | 2 | – | 3 | – | – | – |",
    ]


def test_a_neighbour_is_there_for_as_long_as_it_is_wanted_and_no_longer() -> None:
    with neighbours((0,), most_seconds=30) as pids:
        os.kill(pids[0], 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_a_neighbour_ends_by_itself_when_its_time_is_over() -> None:
    with neighbours((0,), most_seconds=0) as (pid,):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            time.sleep(0.01)
        assert time.monotonic() < deadline


def test_a_condition_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["quite"])
    assert ended.value.code == 2
    assert "no such condition: quite; there are quiet, one-core" in capsys.readouterr().err
