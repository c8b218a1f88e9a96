"""A container of a load test on Fargate: what it refuses, and which stage it loads for."""

from pathlib import Path

import pytest

import sre.jobs.load_test.task as task
from foundation.errors import InputError
from foundation.service.own_metrics import LoadTestMetrics
from infra.stage import make_stage
from loadtests.result import LoadResult
from loadtests.run import LoadTest
from sre.jobs.load_test.task import master
from tests.loadtests.factories import a_result

RIGHT = {
    "STAGE": "staging", "TARGET_URL": "https://x.execute-api.us-east-1.amazonaws.com/staging", "PROFILE": "smoke",
    "WORKERS": "2", "RESULTS_BUCKET": "b", "MASTER_PORT": "5557",
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"TARGET_URL": "ftp://x"}, {"WORKERS": "0"}, {"WORKERS": "many"}, {"PROFILE": "relase"}]
)
def test_a_master_with_a_wrong_environment_ends_before_it_sends_anything(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        master({**RIGHT, **wrong})


def test_a_master_loads_for_its_stage_and_publishes_under_the_services_own_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "_DIRECTORY", tmp_path)
    asked: list[LoadTest] = []
    published: list[LoadTestMetrics] = []

    def load(test: LoadTest, **_: object) -> LoadResult:
        asked.append(test)
        return a_result(good=5_000)

    monkeypatch.setattr(task, "run_load_test", load)
    monkeypatch.setattr(task, "put_metrics", lambda _result, metrics, _client: published.append(metrics))
    assert master(RIGHT) == 0
    (test,) = asked
    assert (test.stage.objectives, test.stage.alarm_rules) == (make_stage("staging").objectives, None)
    assert test.stage.own is not None
    assert published == [test.stage.own.load_test]
