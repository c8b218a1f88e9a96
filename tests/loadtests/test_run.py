"""Load tests against servers whose truth is known: what went wrong there must stand in the result."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foundation.errors import Exit, InputError, PlatformError
from foundation.slo.outcome import Inconclusive
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.evidence import exit_code_of, judge_run
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, partial_of, percentile_ms, read_result
from loadtests.run import RESULT_NAME, LoadTest, Progress, last_result, run_load_test
from loadtests.schedule import Schedule
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.locust_process import locust_itself
from tests.loadtests.servers import Api, serving

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


def a_test(url: str, seconds: float, **more: Any) -> LoadTest:
    smoke = choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS)
    profile = replace(smoke, schedule=Schedule(warm_up_seconds=2, stages=smoke.schedule.stages))
    return LoadTest(
        url=url, region="us-east-1", profile=profile, duration_seconds=seconds, given={"archive_key": "archives/x.zip"}, seed=7,
        stage=make_stage("local"), profiles_file=T_DEVELOPER.load_profiles, **more,
    )  # fmt: skip


def run(api: Api, directory: Path, seconds: float) -> LoadResult:
    api.began = time.monotonic()
    return run_load_test(a_test(api.url, seconds), directory=directory, credentials=CREDENTIALS)


def test_every_request_and_every_fault_that_the_server_saw_is_in_the_result(tmp_path: Path) -> None:
    seen: list[Progress] = []
    # A target that faults the first pipeline once is measured all the same.
    with serving(Api(submit_status=500, submit_recovers_after=1)) as api:
        api.behave = lambda _seconds: 500 if api.served_count % 10 == 9 else 200
        result = run_load_test(a_test(api.url, 5), directory=tmp_path, credentials=CREDENTIALS, watch=seen.append)
    # The preparation sends requests that are not part of the run: the first pipeline, twice, and looks whether it is finished.
    in_preparation = api.served_count - result.warm_up.sent_count - result.measured.sent_count
    assert 3 <= in_preparation <= 4
    faults = sum(request.fault_count for phase in (result.warm_up, result.measured) for request in phase.requests)
    assert api.fault_count - in_preparation <= faults <= api.fault_count
    assert faults > 5
    assert result.generator.started_count == result.generator.ended_count > 50
    assert result.generator.unhandled_errors == ()
    assert not result.interrupted
    assert not partial_of(tmp_path / RESULT_NAME).exists()
    assert seen[-1].sent_count == pytest.approx(result.measured.sent_count, abs=20)
    assert seen[-1].left_seconds == 0
    machine = result.machine
    assert machine is not None
    assert len(machine.samples) >= 5
    assert not machine.holds_target


@pytest.mark.slow
def test_a_stall_is_seen_by_every_request_that_was_due_in_it(tmp_path: Path) -> None:
    stalled_until: list[float] = []

    def stall(_seconds: float) -> int:
        now = time.monotonic()
        if api.served_count > 30 and not stalled_until:
            stalled_until.append(now + 2)
        if stalled_until and now < stalled_until[0]:
            time.sleep(stalled_until[0] - now)
        return 200

    with serving(Api()) as api:
        api.behave = stall
        result = run(api, tmp_path, 8)
    # Two seconds at 15 a second: about thirty requests waited, half of them for more than a second.
    assert 5 < result.measured.slow().bad_count < 40
    p99 = percentile_ms(result.measured.histogram(), 99)
    assert p99 is not None
    assert 1500 < p99 < 2300


def test_a_worker_that_is_killed_is_missed_and_no_other_is_left_behind(tmp_path: Path) -> None:
    """Stock Locust ends with 0 and says nothing of the half that is gone."""
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        if progress.phase == "measured" and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    pids: list[int] = []
    with serving(Api()) as api:
        result = run_load_test(
            a_test(api.url, 5, worker_count=2),
            directory=tmp_path, credentials=CREDENTIALS, watch=kill_one, workers_started=pids.extend,
        )  # fmt: skip
    assert (result.generator.worker_count, len(result.generator.lost_workers)) == (2, 1)
    judged = judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    assert all(isinstance(each.verdict, Inconclusive) for each in judged)
    assert exit_code_of(judged) == Exit.NOT_ENOUGH_EVIDENCE
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(("status", "asked_count"), [(403, 2), (500, 6)])
def test_a_target_that_refuses_the_first_pipeline_gets_no_load(tmp_path: Path, status: int, asked_count: int) -> None:
    """The health is asked first, and answers."""
    with serving(Api(submit_status=status)) as api, pytest.raises(InputError, match=f"answered {status}"):
        run(api, tmp_path, 5)
    assert api.served_count == asked_count


def test_a_target_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no load was sent"):
        run_load_test(a_test("http://127.0.0.1:9", 5), directory=tmp_path, credentials=CREDENTIALS)


@pytest.mark.slow
def test_a_killed_locust_leaves_what_it_had_measured_some_seconds_before(tmp_path: Path) -> None:
    def kill(progress: Progress) -> None:
        if progress.phase == "measured" and progress.left_seconds < 52:
            locust = locust_itself()
            if locust is not None:
                locust.kill()

    with serving(Api()) as api:
        test = a_test(api.url, 60)
        with pytest.raises(PlatformError, match="Locust ended with -9"):
            run_load_test(test, directory=tmp_path, credentials=CREDENTIALS, watch=kill)
    result = last_result(test, tmp_path)
    assert result is not None
    assert result.interrupted
    assert 10 < result.measured.sent_count <= api.served_count
    assert result.measured.actual_seconds > 1
    judged = judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    assert {each.counts.total_count for each in judged} == {sum(each.ended_count for each in result.measured.journeys)}


def test_an_interrupt_ends_the_run_in_order_and_keeps_what_was_measured(tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.sent_count > 20:
            os.kill(os.getpid(), signal.SIGINT)

    with serving(Api()) as api, pytest.raises(KeyboardInterrupt):
        run_load_test(a_test(api.url, 60), directory=tmp_path, credentials=CREDENTIALS, watch=interrupt)
    result = read_result(tmp_path / RESULT_NAME)
    assert result.interrupted
    assert result.measured.sent_count > 10
    assert result.warm_up.sent_count + result.measured.sent_count == api.served_count - 4  # the first of each request
