"""The CloudWatch adapter against moto, botocore's Stubber, and botocore's own retries."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws
from mypy_boto3_cloudwatch import CloudWatchClient

from foundation.cloudwatch.aws import CloudWatchSource, connect, shortest_period_seconds
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Interval, Known, Origin
from tests.foundation.cloudwatch.factories import METRIC, START_AT, TOTAL, drawn, minute, stat

NOW = START_AT + timedelta(hours=1)


def client(**config: Any) -> CloudWatchClient:
    return boto3.client(
        "cloudwatch",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**config),
    )


def source(on: CloudWatchClient) -> CloudWatchSource:
    return CloudWatchSource(client=on, now=lambda: NOW)


@pytest.fixture
def stubbed() -> Iterator[tuple[CloudWatchSource, Stubber]]:
    on = client()
    with Stubber(on) as stubber:
        yield source(on), stubber


def test_what_was_put_is_read() -> None:
    start_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    with mock_aws():
        on = client()
        on.put_metric_data(
            Namespace=METRIC.namespace,
            MetricData=[
                {
                    "MetricName": METRIC.name,
                    "Dimensions": [{"Name": "Stage", "Value": "prod"}],
                    "Timestamp": start_at + timedelta(minutes=at),
                    "Value": value,
                }
                for at, value in ((0, 1.0), (0, 2.0), (2, 5.0))
            ],
        )
        read_from = CloudWatchSource(client=on)
        (series,) = read_from.read([stat()], start_at=start_at, end_at=start_at + timedelta(minutes=3))
        assert read_from.dimension_sets(METRIC.namespace, METRIC.name) == {frozenset({"Stage"})}
        assert read_from.dimension_sets(METRIC.namespace, "Nothing") == frozenset()
    np.testing.assert_array_equal(series.answer.values, drawn("3 - 5"))


def answer(results: dict[str, list[tuple[datetime, float]]], **more: Any) -> dict[str, Any]:
    return {
        "MetricDataResults": [
            {
                "Id": id_,
                "StatusCode": "Complete",
                "Timestamps": [at for at, _ in datapoints],
                "Values": [value for _, value in datapoints],
            }
            for id_, datapoints in results.items()
        ]
    } | more


def test_pages_are_put_together(stubbed: tuple[CloudWatchSource, Stubber]) -> None:
    read_from, stubber = stubbed
    stubber.add_response("get_metric_data", answer({"q0": [(minute(0), 1.0)]}, NextToken="more"))
    stubber.add_response("get_metric_data", answer({"q0": [(minute(1), 2.0)], "q1": [(minute(0), 9.0)]}))
    first, second = read_from.read([stat(), stat(TOTAL)], start_at=START_AT, end_at=minute(2))
    np.testing.assert_array_equal(first.answer.values, drawn("1 2"))
    np.testing.assert_array_equal(second.answer.values, drawn("9 -"))
    stubber.assert_no_pending_responses()


def test_five_hundred_queries_go_into_one_call() -> None:
    on = client()
    asked: list[int] = []

    def count(params: dict[str, Any], **_: Any) -> None:
        asked.append(len(params["MetricDataQueries"]))

    on.meta.events.register("provide-client-params.cloudwatch.GetMetricData", count)
    with Stubber(on) as stubber:
        for _ in range(3):
            stubber.add_response("get_metric_data", answer({}))
        many = [stat(Metric(namespace="N", name=f"M{number}")) for number in range(1_001)]
        assert len(source(on).read(many, start_at=START_AT, end_at=minute(1))) == 1_001
    assert asked == [500, 500, 1]


def test_a_throttled_call_is_repeated() -> None:
    on = client(retries={"mode": "standard", "total_max_attempts": 3})
    codes: list[int] = []

    def throttle(request: Any, **_: Any) -> AWSResponse:
        codes.append(len(codes))
        status, error = (429, "Throttling;Sender") if len(codes) < 3 else (403, "AccessDenied;Sender")
        headers: Any = {"x-amzn-query-error": error}
        return AWSResponse(request.url, status, headers, Raw(b"{}"))

    register: Any = on.meta.events.register  # its type knows no handler that answers, and botocore does
    register("before-send.cloudwatch.GetMetricData", throttle)
    with pytest.raises(SourceError, match=r"refuses GetMetricData"):
        source(on).read([stat()], start_at=START_AT, end_at=minute(1))
    assert len(codes) == 3


class Raw:
    """A body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.body


@pytest.mark.parametrize(
    ("age", "period_seconds"),
    [
        (timedelta(hours=3), 1),
        (timedelta(hours=3, seconds=1), 60),
        (timedelta(days=15), 60),
        (timedelta(days=16), 300),
        (timedelta(days=63), 300),
        (timedelta(days=64), 3_600),
        (timedelta(days=455), 3_600),
        (timedelta(days=456), None),
    ],
)
def test_how_long_which_period_is_kept(age: timedelta, period_seconds: int | None) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, StartTime"""
    assert shortest_period_seconds(NOW - age, NOW) == period_seconds


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        (20, "keeps periods of 300 s and multiples of it; ask for such a period"),
        (500, "keeps 455 days, and nothing from"),
    ],
)
def test_a_time_that_is_no_longer_kept_is_refused_before_it_is_asked_for(days: int, problem: str) -> None:
    start_at = START_AT - timedelta(days=days)
    with pytest.raises(SourceError, match=problem):
        source(client()).read([stat()], start_at=start_at, end_at=start_at + timedelta(minutes=1))


def test_an_answer_that_is_an_error_is_one(stubbed: tuple[CloudWatchSource, Stubber]) -> None:
    read_from, stubber = stubbed
    stubber.add_client_error("get_metric_data", "AccessDenied", "not yours", 403)
    with pytest.raises(SourceError, match=r"refuses GetMetricData \(AccessDenied\): these credentials may not do it"):
        read_from.read([stat()], start_at=START_AT, end_at=minute(1))
    failed = answer({"q0": []})
    failed["MetricDataResults"][0]["StatusCode"] = "Forbidden"
    stubber.add_response("get_metric_data", failed)
    with pytest.raises(SourceError, match="answered Forbidden for Sum of TDeveloper Errors"):
        read_from.read([stat()], start_at=START_AT, end_at=minute(1))


def test_what_is_answered_is_known_up_to_now_less_the_metrics_delay(stubbed: tuple[CloudWatchSource, Stubber]) -> None:
    read_from, stubber = stubbed
    stubber.add_response("get_metric_data", answer({"q0": [], "q1": []}))
    canary = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=(("CanaryName", "api"),))
    own, late = read_from.read([stat(), stat(canary, "Average")], start_at=START_AT, end_at=NOW + timedelta(hours=1))
    assert own.known == Known.throughout(START_AT, NOW - timedelta(minutes=10))
    assert late.known == Known.throughout(START_AT, NOW - timedelta(minutes=17))
    assert own.origin == Origin(
        source="CloudWatch", region="eu-west-1", read_at=NOW, delay=timedelta(minutes=10), is_stated=True, notes=()
    )  # fmt: skip
    assert own.asked == Interval(start_at=START_AT, end_at=NOW + timedelta(hours=1))
    assert whole_periods(own.known, int(START_AT.timestamp()), 60, 120).sum() == 50


def test_the_minute_that_now_less_the_delay_lies_in_is_not_whole() -> None:
    on = client()
    read_from = CloudWatchSource(
        client=on, now=lambda: NOW + timedelta(seconds=30), settles_after=lambda _metric: timedelta(minutes=3)
    )
    with Stubber(on) as stubber:
        stubber.add_response("get_metric_data", answer({"q0": []}))
        (reading,) = read_from.read([stat()], start_at=START_AT, end_at=NOW)
    assert reading.known == Known.throughout(START_AT, NOW - timedelta(seconds=150))
    assert whole_periods(reading.known, int(START_AT.timestamp()), 60, 60).sum() == 57


@pytest.mark.parametrize(
    ("days", "period", "kept_days"), [(15, 60, 15), (15, 120, 15), (63, 300, 63), (60, 600, 63), (455, 3_600, 455)]
)
def test_only_what_is_kept_in_periods_of_this_length_is_known(
    stubbed: tuple[CloudWatchSource, Stubber], days: int, period: int, kept_days: int
) -> None:
    read_from, stubber = stubbed
    start_at = NOW - timedelta(days=days)
    stubber.add_response("get_metric_data", answer({"q0": []}))
    (reading,) = read_from.read([stat(period_seconds=period)], start_at=start_at, end_at=NOW)
    assert reading.known == Known.throughout(
        max(start_at, NOW - timedelta(days=kept_days)), NOW - timedelta(minutes=10)
    )


@pytest.mark.parametrize(
    ("statuses", "is_known"),
    [
        (["Complete"], True),
        (["PartialData", "Complete"], True),
        (["InternalError", "Complete"], True),
        (["PartialData"], False),
        (["Complete", "PartialData"], False),
        ([], False),
    ],
)
def test_the_last_status_says_whether_anything_is_known_and_an_id_that_never_came_is_missed(
    stubbed: tuple[CloudWatchSource, Stubber], statuses: list[str], is_known: bool
) -> None:
    read_from, stubber = stubbed
    pages = [answer({"q0": [(minute(place), 1.0)], "q1": []}) for place in range(len(statuses))] or [answer({"q1": []})]
    for place, (page, status) in enumerate(zip(pages, statuses, strict=False)):
        page["MetricDataResults"][0]["StatusCode"] = status
        if place + 1 < len(pages):
            page["NextToken"] = "more"
    for page in pages:
        stubber.add_response("get_metric_data", page)
    first, other = read_from.read([stat(), stat(TOTAL)], start_at=START_AT, end_at=minute(5))
    assert first.known == (Known.throughout(START_AT, minute(5)) if is_known else Known.nothing())
    assert first.answer.datapoint_count == len(statuses)
    assert other.known == Known.throughout(START_AT, minute(5))


def test_what_cloudwatch_says_beside_its_answer_is_kept(stubbed: tuple[CloudWatchSource, Stubber]) -> None:
    read_from, stubber = stubbed
    page = answer({"q0": [], "q1": []}, Messages=[{"Code": "MaxMetricsExceeded", "Value": "too many"}])
    page["MetricDataResults"][0] |= {"StatusCode": "PartialData", "Messages": [{"Code": "Slow", "Value": "ask again"}]}
    stubber.add_response("get_metric_data", page)
    first, other = read_from.read([stat(), stat(TOTAL)], start_at=START_AT, end_at=minute(5))
    assert first.origin.notes == ("MaxMetricsExceeded: too many", "Slow: ask again")
    assert other.origin.notes == ("MaxMetricsExceeded: too many",)
    failed = answer({"q0": []})
    failed["MetricDataResults"][0] |= {"StatusCode": "InternalError", "Messages": [{"Code": "Slow", "Value": "again"}]}
    stubber.add_response("get_metric_data", failed)
    with pytest.raises(SourceError, match=r"answered InternalError for Sum of TDeveloper Errors.*; Slow: again"):
        read_from.read([stat()], start_at=START_AT, end_at=minute(1))


@pytest.mark.parametrize(("minutes", "said"), [(7, "420 s behind CloudWatch's"), (-7, "420 s ahead of CloudWatch's")])
def test_clocks_that_disagree_are_an_error(stubbed: tuple[CloudWatchSource, Stubber], minutes: int, said: str) -> None:
    read_from, stubber = stubbed
    date = (NOW + timedelta(minutes=minutes)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    stubber.add_response("get_metric_data", answer({}, ResponseMetadata={"HTTPHeaders": {"date": date}}))
    with pytest.raises(SourceError, match=said):
        read_from.read([stat()], start_at=START_AT, end_at=minute(1))


def test_a_connection_is_made_without_a_call() -> None:
    assert connect("eu-west-1").client.meta.region_name == "eu-west-1"


def test_a_connection_is_told_how_long_a_canary_may_run() -> None:
    canary = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=(("CanaryName", "api"),))
    told = connect("eu-west-1", longest={"CloudWatchSynthetics": timedelta(seconds=90)})
    assert told.settles_after(canary) == timedelta(minutes=3, seconds=90)
    assert connect("eu-west-1").settles_after(canary) == timedelta(minutes=17)
