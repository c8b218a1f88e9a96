"""A load test's numbers in CloudWatch: all of them, at their times, within the limits of one call."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from moto import mock_aws

from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric
from foundation.service.own_metrics import load_test_metrics
from loadtests.counts import Outcome, Recorder
from loadtests.metrics import metric_data
from loadtests.result import write_result
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
    file = tmp_path / "result.json"
    write_result(a_result(good=500), file)
    done = sre("loadtest", "publish", str(file), "--region", "us-east-1")
    assert done.returncode == 0
    assert "put for the stage local" in done.stdout
    client = boto3.client("cloudwatch", region_name="us-east-1")
    began = datetime(2026, 11, 22, 10, tzinfo=UTC)
    found = client.get_metric_statistics(
        Namespace=NAMESPACE, MetricName="LoadTestRequests", Dimensions=[{"Name": "Stage", "Value": "local"}],
        StartTime=began, EndTime=began + timedelta(minutes=5), Period=300, Statistics=["Sum"],
    )  # fmt: skip
    assert found["Datapoints"][0]["Sum"] == 510
    again = sre("loadtest", "publish", str(file), "--region", "us-east-1")
    assert again.returncode == 2
    assert "it was put in us-east-1 before, and again its sums would be doubled" in again.stderr
    assert sre("loadtest", "publish", str(file), "--region", "eu-west-1").returncode == 0
