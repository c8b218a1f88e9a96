"""The canaries of a check: a run beside other work on a local platform's machine, and what the page gets of it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import sre.local.canaries as of_local
from canaries.definitions import read_canaries
from canaries.runs import CanaryRun, NotRun
from canaries.slow_answers import SlowAnswer
from foundation.machine.model import Machine
from foundation.machine.recording import LocalTarget
from foundation.readings import Interval, Known, Reading, in_memory
from infra.service import T_DEVELOPER
from reports.release_check.model import CanaryOutcome
from sre.jobs.release_check.canaries import check_canaries
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine

DEFINED = read_canaries(T_DEVELOPER.canaries)
AT = datetime(2026, 11, 29, 2, tzinfo=UTC)
PASSED = CanaryRun(
    run_id="1", name="api", started_at=AT, ended_at=AT, steps=(), reason=None, has_timed_out=False, retry_count=0
)  # fmt: skip
FAILED = replace(PASSED, name="progress", reason="messages: message 1 did not come within 15 s")
LOCAL = LocalTarget(sessions=(30,))


class Recording:
    """A recording of a machine that is known beforehand."""

    machine_of_the_test = a_machine()
    targets: tuple[LocalTarget | None, ...] = ()

    def __init__(self, target: LocalTarget | None) -> None:
        type(self).targets += (target,)

    def end(self) -> "Recording":
        return self

    def machine(self, _start_at: datetime) -> Machine:
        return self.machine_of_the_test


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> type[Recording]:
    class OfThisTest(Recording):
        pass

    def run(*_: object, **__: object) -> Reading[tuple[CanaryRun | NotRun, ...]]:
        return Reading(
            asked=Interval(start_at=AT, end_at=datetime(2026, 11, 29, 3, tzinfo=UTC)), known=Known.nothing(),
            resolution_seconds=1, origin=in_memory("a test"), answer=(PASSED, FAILED),
        )  # fmt: skip

    monkeypatch.setattr(of_local, "Recording", OfThisTest)
    monkeypatch.setattr(of_local, "run_canaries", run)
    return OfThisTest


def test_a_canary_that_failed_beside_other_work_says_so_and_one_that_passed_says_nothing(
    recording: type[Recording], tmp_path: Path
) -> None:
    recording.machine_of_the_test = a_busy_machine(8)
    passed, failed = check_canaries(DEFINED, {}, when="before", directory=tmp_path, local=LOCAL)
    assert (passed.outcome, passed.disturbance) == (CanaryOutcome.PASSED, None)
    assert failed.outcome is CanaryOutcome.FAILED
    assert failed.disturbance is not None
    assert failed.disturbance.startswith("this machine was busy with other work")
    assert recording.targets == (LOCAL,)


def test_a_canary_that_failed_on_a_quiet_machine_has_no_excuse(recording: type[Recording], tmp_path: Path) -> None:
    recording.machine_of_the_test = a_machine(*[QUIET] * 8)
    _, failed = check_canaries(DEFINED, {}, when="before", directory=tmp_path, local=LOCAL)
    assert failed.disturbance is None


def test_of_a_target_elsewhere_nothing_is_recorded(recording: type[Recording], tmp_path: Path) -> None:
    recording.machine_of_the_test = a_busy_machine(8)
    _, failed = check_canaries(DEFINED, {}, when="before", directory=tmp_path, local=None)
    assert (failed.disturbance, recording.targets) == (None, ())


@pytest.mark.usefixtures("recording")
def test_slow_answers_are_counted_and_the_slowest_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tuple(SlowAnswer(request="GET /", took_ms=took_ms, slow_after_ms=1_000) for took_ms in (1_260.0, 2_176.0))
    monkeypatch.setattr("tests.sre.jobs.release_check.test_canaries.PASSED", replace(PASSED, slow=slow))
    row, _ = check_canaries(DEFINED, {}, when="after", directory=tmp_path, local=None)
    assert (row.outcome, row.slow_count, row.slowest_ms) == (CanaryOutcome.PASSED, 2, 2_176.0)
