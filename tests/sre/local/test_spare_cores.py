"""What a machine has to spare is measured by work of our own, and what the platform takes meanwhile is given back to it."""

import sys
import time
from pathlib import Path

import pytest

import sre.local.spare_cores as probe
from foundation.errors import PlatformError
from sre.local.processes import start, stop
from sre.local.spare_cores import PROBE_SECONDS, REFERENCE_ROUNDS_PER_CORE_SECOND, spare_cores


@pytest.mark.parametrize("cores", [0.5, 2.0])
def test_the_rounds_that_were_done_are_cores_of_the_reference(cores: float) -> None:
    rounds = int(cores * PROBE_SECONDS * REFERENCE_ROUNDS_PER_CORE_SECOND)
    assert spare_cores((), count_rounds=lambda _processes, _seconds: rounds) == cores


def test_as_many_processes_work_as_the_machine_has_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "core_count", lambda: 7)
    asked: list[tuple[int, float]] = []

    def count(processes: int, seconds: float) -> int:
        asked.append((processes, seconds))
        return 0

    assert spare_cores((), count_rounds=count) == 0
    assert asked == [(7, 2.0)]


def test_what_the_platform_itself_takes_is_no_other_work(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = iter([10.0, 11.0])
    monkeypatch.setattr(probe, "_cpu_seconds", lambda _platform: next(taken))
    # A second of CPU time in two: half a core.
    assert spare_cores((), count_rounds=lambda _processes, _seconds: 0) == 0.5


def test_cpu_time_is_that_of_a_process_and_all_that_it_started(tmp_path: Path) -> None:
    burn = (
        "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass\n"
        "print('burned', flush=True)\ntime.sleep(60)"
    )
    log = tmp_path / "log"
    starting = start("burner", [sys.executable, "-S", "-E", "-c", burn], environment={}, log=log)
    try:
        while "burned" not in log.read_text():
            time.sleep(0.01)
        assert 0.04 <= probe._cpu_seconds([starting.started]) < 5
    finally:
        stop([starting.started])


def test_real_work_is_done_and_counted() -> None:
    assert probe._count_rounds(1, 0.05) > 0


def test_a_probe_that_says_nothing_is_an_error_and_no_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_WORK", "print('')")
    with pytest.raises(PlatformError, match="this machine's speed could not be measured"):
        probe._count_rounds(1, 0.01)
