"""A check and its load are one run: what another has left in its directory is none of its evidence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sre.jobs.release_check.run as of_run
from canaries.definitions import read_canaries
from foundation.processes.lock import OwnedError, owning
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from infra.traffic import expected_traffic
from loadtests.profiles import choose_profile
from loadtests.result import write_result
from loadtests.run import RESULT_NAME, LoadTest
from sre.cli.outputs.check import check_output
from sre.jobs.release_check.run import CheckPlan, run_check
from sre.jobs.release_check.steps import Steps
from sre.jobs.release_check.targets import deployed_target, local_target, running_target
from tests.loadtests.factories import a_result
from tests.loadtests.flows_of_ours import FLOWS
from tests.sre.local.test_local import a_platform


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckPlan:
    """A check of an API whose canaries take no time."""
    monkeypatch.setattr(of_run, "check_canaries", lambda *_given, **_options: ())
    return CheckPlan(
        stage=make_stage("local"), profile=choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS),
        profiles_file=T_DEVELOPER.load_profiles, canaries=read_canaries(T_DEVELOPER.canaries),
        traffic=expected_traffic(T_DEVELOPER), duration_seconds=1, seed=1, out=tmp_path, target_name="an API",
        open_target=lambda: deployed_target("http://127.0.0.1:9", region="us-east-1", given={"archive_key": "a.zip"}),
    )  # fmt: skip


def quietly(_said: object) -> None:
    pass


@pytest.mark.parametrize("is_own", [True, False])
def test_an_interrupted_check_takes_the_result_of_its_own_load_and_of_no_other(
    plan: CheckPlan, monkeypatch: pytest.MonkeyPatch, is_own: bool
) -> None:
    def interrupted(test: LoadTest, *, directory: Path, **_options: Any) -> None:
        run_id = test.run_id if is_own else "another run"
        write_result(replace(a_result(good=5), run_id=run_id), directory / RESULT_NAME)
        raise KeyboardInterrupt

    monkeypatch.setattr(of_run, "run_load_test", interrupted)
    made = run_check(plan, steps=Steps(), say=quietly, watch=quietly)
    assert made.interrupted
    assert (made.load is not None) == is_own
    assert check_output(made).run_id == made.run_id == plan.run_id


def test_no_two_checks_are_one_run(plan: CheckPlan) -> None:
    again = CheckPlan(**{name: getattr(plan, name) for name in CheckPlan.__slots__ if name != "run_id"})
    assert again.run_id != plan.run_id


def test_a_platform_that_another_run_has_is_not_loaded_by_a_second_one(tmp_path: Path) -> None:
    with owning(tmp_path, instead=""):
        with pytest.raises(OwnedError, match="wait until it has ended, or use a platform of its own by --home"):
            running_target(a_platform(tmp_path)).__enter__()
        with pytest.raises(OwnedError, match="wait until it has ended, or give another directory by --home"):
            local_target(tmp_path, fault_switch="off", say=quietly).__enter__()
