"""A container of a load test on Fargate: what it refuses, and which stage it loads for."""

from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

import sre.jobs.load_test.task as task
from foundation.cloudwatch.putting import Put
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
    monkeypatch.setattr(
        task, "put_metrics", lambda _result, metrics, _client: published.append(metrics) or Put(put_count=1)
    )
    assert master(RIGHT) == 0
    (test,) = asked
    assert (test.stage.objectives, test.stage.alarm_rules) == (
        replace(make_stage("staging").objectives, own_apis=()),
        None,
    )
    assert test.stage.own is not None
    assert published == [test.stage.own.load_test]


def test_metrics_that_cannot_be_put_lose_neither_the_verdict_nor_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(task, "_DIRECTORY", tmp_path)
    monkeypatch.setattr(task, "run_load_test", lambda _test, **_: a_result(good=5_000))

    def refused(*_: object) -> Put:
        raise ClientError({"Error": {"Code": "Throttling", "Message": "slower"}}, "PutMetricData")

    monkeypatch.setattr(task, "put_metrics", refused)
    assert master(RIGHT) == 0
    assert "the metrics are not put, or not all of them: CloudWatch was asked too often" in capsys.readouterr().out
    monkeypatch.setattr(task, "put_metrics", lambda *_: Put(put_count=0, refused=("N M: nan",)))
    assert master(RIGHT) == 0
    assert "1 metric data were not put: N M: nan" in capsys.readouterr().out
