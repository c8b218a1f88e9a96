"""A check whose load this machine does not carry: nothing is loaded, and it says why."""

import dataclasses
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

import sre.jobs.release_check.run as run
from canaries.definitions import read_canaries
from foundation.costs.traffic_file import read_profiles as read_traffic
from foundation.errors import Exit
from foundation.readings import NoData
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from sre.jobs.release_check.run import CheckPlan, run_check
from sre.jobs.release_check.steps import Steps
from sre.jobs.release_check.targets import Target
from tests.loadtests.flows_of_ours import FLOWS


def a_plan(out: Path, spare_cores: Callable[[], float]) -> CheckPlan:
    @contextmanager
    def opened() -> Generator[Target]:
        yield Target(
            url="http://127.0.0.1:1", region="eu-west-1", credentials={}, given={}, facts=(("platform", "none"),),
            left_out=(), count_stack_operations=lambda _prefix: NoData(reason="none"),
            canary_settings=lambda _stage: {}, spare_cores=spare_cores,
        )  # fmt: skip

    profile = choose_profile("release", T_DEVELOPER.load_profiles, FLOWS)
    return CheckPlan(
        stage=make_stage("local"),
        profile=profile,
        profiles_file=T_DEVELOPER.load_profiles,
        canaries=dataclasses.replace(read_canaries(T_DEVELOPER.canaries), canaries=()),
        traffic=read_traffic(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"],
        duration_seconds=profile.duration_seconds,
        seed=1,
        out=out,
        target_name="the local platform",
        open_target=opened,
    )


@pytest.fixture(autouse=True)
def no_load(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(*_: object, **__: object) -> None:
        pytest.fail("a load was begun")

    monkeypatch.setattr(run, "run_load_test", begin)


def test_a_load_that_this_machine_does_not_carry_is_not_begun_and_ends_with_3(tmp_path: Path) -> None:
    said: list[str] = []
    check = run_check(a_plan(tmp_path, lambda: 0.05), steps=Steps(), say=said.append, watch=lambda _progress: None)
    sentence = (
        "this machine carries 2.2 arrivals a second beside its other work, and 9.2 would be needed for enough of them in ten "
        "minutes; end the other work, and check again"
    )
    assert check.exit_code == Exit.NOT_ENOUGH_EVIDENCE
    assert sentence in said
    assert ("rate", sentence) in check.facts
    assert not any("after the load" in line for line in said)


def test_an_interruption_while_the_machine_is_measured_is_one(tmp_path: Path) -> None:
    def interrupt() -> float:
        raise KeyboardInterrupt

    check = run_check(a_plan(tmp_path, interrupt), steps=Steps(), say=lambda _line: None, watch=lambda _progress: None)
    assert check.exit_code == Exit.INTERRUPTED
