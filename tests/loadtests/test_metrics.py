"""A load test's numbers in CloudWatch: all of them, at their times, within the limits of one call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric
from foundation.service.own_metrics import load_test_metrics
from loadtests.counts import Outcome, Recorder
from loadtests.metrics import are_there, metric_data
from loadtests.result import LoadResult, write_result
from tdeveloper.metrics import NAMESPACE
from tests.loadtests.factories import a_result, one_request, result_of
from tests.sre.cli.command_line import sre

METRICS = load_test_metrics(NAMESPACE)


def test_every_request_is_put_once_and_under_a_known_name() -> None:
    data = list(metric_data(a_result(good=90, faults=10), METRICS))
    sums = {name: sum(each.get("Value", 0) for each in data if each["MetricName"] == name) for name in
            ("LoadTestRequests", "LoadTestFaults")}  # fmt: skip
    assert sums == {"LoadTestRequests": 110, "LoadTestFaults": 10}
    assert sum(sum(each["Counts"]) for each in data if each["MetricName"] == "LoadTestLatency") == 110
    for each in data:
        dimensions = tuple((dimension["Name"], dimension["Value"]) for dimension in each["Dimensions"])
        assert (
            problem_of(Metric(namespace=NAMESPACE, name=each["MetricName"], dimensions=dimensions), METRICS.all) is None
        )


def test_one_datum_holds_at_most_150_values() -> None:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for number in range(1000):
        one_request(recorder, intended_at=11, took_seconds=0.01 + number / 1000, outcome=Outcome.GOOD)
    latencies = [each for each in metric_data(result_of(recorder), METRICS) if "Values" in each]
    assert max(len(each["Values"]) for each in latencies) == 150
    assert sum(sum(each["Counts"]) for each in latencies) == 1000


@mock_aws
def test_what_was_published_can_be_read_by_the_dashboard(tmp_path: Path) -> None:
    file, result = tmp_path / "result.json", recent(good=500)
    write_result(result, file)
    done = sre("loadtest", "publish", str(file), "--region", "us-east-1")
    assert done.returncode == 0
    assert "put for the stage local" in done.stdout
    client = boto3.client("cloudwatch", region_name="us-east-1")
    began = datetime.fromisoformat(result.started_at)
    found = client.get_metric_statistics(
        Namespace=NAMESPACE, MetricName="LoadTestRequests", Dimensions=[{"Name": "Stage", "Value": "local"}],
        StartTime=began, EndTime=began + timedelta(minutes=5), Period=300, Statistics=["Sum"],
    )  # fmt: skip
    assert found["Datapoints"][0]["Sum"] == 510
    again = sre("loadtest", "publish", str(file), "--region", "us-east-1")
    assert again.returncode == 2
    assert "it was put in us-east-1 before, and again its sums would be doubled" in again.stderr
    assert sre("loadtest", "publish", str(file), "--region", "eu-west-1").returncode == 0


def recent(*, days: float = 1.0, good: int = 0) -> LoadResult:
    """A result of some days ago, at a full five minutes."""
    began_at = (datetime.now(UTC) - timedelta(days=days)).replace(minute=10, second=0, microsecond=0)
    ended_at = began_at + timedelta(seconds=110)
    return replace(a_result(good=good), started_at=began_at.isoformat(), ended_at=ended_at.isoformat())


@mock_aws
def test_a_copy_of_a_result_and_what_a_test_on_fargate_put_itself_are_not_put_again(tmp_path: Path) -> None:
    file, copy = tmp_path / "result.json", tmp_path / "copy.json"
    write_result(recent(good=50), file)
    copy.write_bytes(file.read_bytes())
    assert sre("loadtest", "publish", str(file), "--region", "us-east-1").returncode == 0
    again = sre("loadtest", "publish", str(copy), "--region", "us-east-1")
    assert again.returncode == 2
    assert "us-east-1 has requests of a load test of these minutes on the stage local" in again.stderr
    assert not list(tmp_path.glob("copy.json.published-*"))


@mock_aws
def test_another_run_that_is_written_over_a_result_is_put(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    for days in (3.0, 2.0):
        write_result(recent(days=days, good=50), file)
        assert sre("loadtest", "publish", str(file), "--region", "us-east-1").returncode == 0
        assert sre("loadtest", "publish", str(file), "--region", "us-east-1").returncode == 2


@mock_aws
def test_a_result_that_cloudwatch_would_not_take_is_refused_before_anything_of_it_is_put(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    write_result(recent(days=15, good=50), file)
    refused = sre("loadtest", "publish", str(file), "--region", "us-east-1")
    assert refused.returncode == 2
    assert "CloudWatch would not take all of it, so nothing is put" in refused.stderr
    assert "more than two weeks ago" in refused.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["result.json"]
    assert boto3.client("cloudwatch", region_name="us-east-1").list_metrics()["Metrics"] == []


def test_the_tests_own_minutes_are_asked_for_and_not_one_in_which_another_may_have_ended() -> None:
    asked: list[tuple[datetime, datetime]] = []

    class Statistics:
        def get_metric_statistics(self, **request: Any) -> Any:
            asked.append((request["StartTime"], request["EndTime"]))
            return {"Datapoints": []}

    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    for began, ended in ((30, 200), (0, 120), (10, 50)):
        first, last = ((at + timedelta(seconds=each)).isoformat() for each in (began, ended))
        result = replace(a_result(), started_at=first, ended_at=last)
        assert not are_there(result, METRICS, Statistics())
    minutes = [tuple(int((each - at).total_seconds() // 60) for each in pair) for pair in asked]
    assert minutes == [(1, 3), (0, 2), (0, 1)]
