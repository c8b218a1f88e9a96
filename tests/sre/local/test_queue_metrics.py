"""What a queue holds becomes the metrics that AWS has of it, each where AWS reports it, once a minute."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, HTTPClientError

import sre.local.queue_metrics as queue_metrics
from sre.local.ministack import any_free_port
from sre.local.queue_metrics import NAMESPACE, QueueMetrics, messages_at, queue_data

NOW = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
QUEUE = "http://127.0.0.1:4566/000000000000/orders"
VISIBLE, IN_FLIGHT, DELAYED, AGE = (
    "ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
    "ApproximateAgeOfOldestMessage",
)  # fmt: skip


def a_message(*, age_seconds: float = 0, visible_in_seconds: float = 0, receive_count: int = 0) -> dict[str, Any]:
    """A message as MiniStack shows it."""
    sent_at, visible_at = NOW.timestamp() - age_seconds, NOW.timestamp() + visible_in_seconds
    return {
        "VisibleAt": int(visible_at),
        "ReceiveCount": receive_count,
        "SentTimestamp": int(sent_at),
        "Attributes": {"SentTimestamp": str(int(sent_at * 1000))},
    }


def figures(*messages: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in queue_data(QUEUE, messages, now=NOW)}


def test_of_an_empty_queue_only_is_said_that_nothing_waits() -> None:
    assert figures() == {VISIBLE: 0}


def test_messages_are_waiting_or_worked_on_or_delayed_and_the_oldest_of_all_counts() -> None:
    waiting, also = a_message(age_seconds=20), a_message(age_seconds=1)
    worked_on = a_message(age_seconds=90.5, visible_in_seconds=30, receive_count=1)
    delayed = a_message(age_seconds=2, visible_in_seconds=10)
    assert figures(waiting, also, worked_on, delayed) == {VISIBLE: 2, IN_FLIGHT: 1, DELAYED: 1, AGE: 90.5}


@pytest.mark.parametrize(("receive_count", "age_seconds"), [(3, 600), (4, 5)])
def test_a_message_that_was_received_more_than_three_times_is_the_oldest_no_more(
    receive_count: int, age_seconds: float
) -> None:
    assert figures(a_message(age_seconds=600, receive_count=receive_count), a_message(age_seconds=5)) == {
        VISIBLE: 2, AGE: age_seconds,
    }  # fmt: skip


def test_where_all_were_received_too_often_no_age_is_said() -> None:
    assert figures(a_message(age_seconds=600, receive_count=4)) == {VISIBLE: 1}


def test_a_clock_that_was_set_back_makes_no_negative_age() -> None:
    assert figures(a_message(age_seconds=-3))[AGE] == 0


def test_a_datum_has_the_queues_name_its_unit_and_the_moment() -> None:
    age = next(each for each in queue_data(QUEUE, [a_message(age_seconds=7)], now=NOW) if each["MetricName"] == AGE)
    assert age == {
        "MetricName": AGE, "Dimensions": [{"Name": "QueueName", "Value": "orders"}], "Timestamp": NOW, "Value": 7.0,
        "Unit": "Seconds",
    }  # fmt: skip
    assert {each["Unit"] for each in queue_data(QUEUE, [], now=NOW)} == {"Count"}


class Put:
    """What takes metric data; it fails as often as it is told to."""

    def __init__(self, failing: int = 0) -> None:
        self.calls: list[tuple[str, list[dict[str, Any]]]] = []
        self.failing = failing

    def put_metric_data(self, *, Namespace: str, MetricData: Any) -> None:  # noqa: N803 - boto3's names
        if self.failing:
            self.failing -= 1
            raise HTTPClientError(error="no answer")
        self.calls.append((Namespace, list(MetricData)))


def test_a_queue_is_looked_at_once_in_each_minute() -> None:
    moments, put = iter(NOW + timedelta(seconds=5 * turn) for turn in range(12)), Put()
    metrics = QueueMetrics(lambda: {QUEUE: [], f"{QUEUE}-too": []}, put, now=lambda: next(moments))
    assert [metrics.turn() for _ in range(12)] == [2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]
    assert [namespace for namespace, _ in put.calls] == [NAMESPACE, NAMESPACE]


def test_what_may_have_been_put_is_not_put_again_in_its_minute() -> None:
    moments, put = iter(NOW + timedelta(seconds=10 * turn) for turn in range(4)), Put(failing=1)
    metrics = QueueMetrics(lambda: {QUEUE: []}, put, now=lambda: next(moments))
    with pytest.raises(HTTPClientError):
        metrics.turn()
    assert [metrics.turn() for _ in range(3)] == [0, 0, 1]


class Answer(BaseHTTPRequestHandler):
    """Answers as the server is told."""

    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(self.server.body if self.path == self.server.path else b"another path")  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    with HTTPServer(("127.0.0.1", 0), Answer) as made:
        made.path, made.status = "/_ministack/sqs/messages?region=eu-west-1", 200  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def look(server: Any, body: object, status: int = 200) -> object:
    server.body, server.status = body if isinstance(body, bytes) else json.dumps(body).encode(), status
    return messages_at(f"http://127.0.0.1:{server.server_port}", "eu-west-1")


def test_the_queues_of_all_accounts_and_of_one_region_are_looked_at(server: Any) -> None:
    mine, other = [a_message()], [a_message(age_seconds=1)]
    told = {"1": {"eu-west-1": {"a": mine}, "us-east-1": {"c": []}}, "2": {"eu-west-1": {"b": other}}, "3": {}}
    assert look(server, {"messages": told}) == {"a": mine, "b": other}


@pytest.mark.parametrize(
    ("body", "status"), [(b"no JSON", 200), ({}, 200), ([], 200), ({"messages": {}}, 500), ({"messages": {}}, 404)]
)
def test_an_answer_that_is_none_is_an_error_of_the_platform(server: Any, body: object, status: int) -> None:
    with pytest.raises(HTTPClientError):
        look(server, body, status)


def test_an_answer_without_end_is_not_read_to_its_end(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_metrics, "_MOST_BYTES", 100)
    assert look(server, b'{"messages": {}}'.ljust(100)) == {}
    with pytest.raises(HTTPClientError, match="more than 100 bytes"):
        look(server, b'{"messages": {}}'.ljust(101))


def test_a_platform_that_is_gone_takes_no_connection() -> None:
    with pytest.raises(EndpointConnectionError):
        messages_at(f"http://127.0.0.1:{any_free_port()}", "eu-west-1")
