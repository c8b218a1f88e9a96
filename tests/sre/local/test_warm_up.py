"""The warm-up reaches every worker by every route that is measured, and leaves nothing running behind."""

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest

import sre.local.warm_up as warm_up
from foundation.errors import PlatformError
from sre.local.state import LocalPlatform
from tests.sre.local.test_local import a_platform


class Answer(io.BytesIO):
    """What urlopen gives."""

    def __init__(self, status: int, body: dict[str, str]) -> None:
        super().__init__(json.dumps(body).encode())
        self.status = status


class Platform:
    """Answers as the platform does: pipelines are running twice, and then passed. `statuses` are answered instead."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.reads: Counter[str] = Counter()
        self.statuses: dict[str, int] = {}
        self.is_there = True
        self.opened: list[Connection] = []

    def urlopen(self, request: Request, *, timeout: float) -> Answer:
        if not self.is_there:
            raise URLError("refused")
        path = request.full_url.partition("_user_request_")[2]
        route = f"{request.method} {path.rpartition('/')[0] if 'pipelines/' in path else path}"
        self.asked[route] += 1
        is_signed = "Authorization" in request.headers
        match route:
            case _ if route in self.statuses:
                raise HTTPError(request.full_url, self.statuses[route], "no", request.headers, io.BytesIO(b"{}"))  # type: ignore
            case "GET /v1/health":
                return Answer(200, {})
            case "POST /v1/pipelines" if is_signed:
                return Answer(202, {"pipeline_id": f"p{self.asked[route]}"})
            case _ if is_signed and "warm-up" not in path:
                self.reads[path] += 1
                return Answer(200, {"status": "running" if self.reads[path] <= 2 else "passed"})
            case _:
                status = 404 if is_signed else 403
                raise HTTPError(request.full_url, status, "no", request.headers, io.BytesIO(b"{}"))  # type: ignore

    def connect(self, url: str, *, timeout: float) -> "Connection":
        assert "X-Amz-Signature" in url
        self.opened.append(connection := Connection())
        return connection


class Connection:
    """A WebSocket that says one thing for each that it is told."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.received_count = 0
        self.is_open = True

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def recv(self) -> str:
        self.received_count += 1
        return "{}"

    def close(self, *, timeout: float) -> None:
        self.is_open = False


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    found = Platform()
    monkeypatch.setattr(warm_up, "urlopen", found.urlopen)
    monkeypatch.setattr(warm_up.websocket, "create_connection", found.connect)
    monkeypatch.setattr(warm_up, "put_sample", lambda _platform: "archives/sample.zip")
    monkeypatch.setattr(warm_up, "core_count", lambda: 2)
    moments = iter(range(100_000))
    monkeypatch.setattr(warm_up.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(warm_up.time, "monotonic", lambda: float(next(moments)))
    return found


LOCAL: LocalPlatform = a_platform(Path("home"))


def test_each_worker_is_asked_has_submitted_has_read_and_has_been_subscribed_to(platform: Platform) -> None:
    warm_up.warm(LOCAL)
    # Eight workers of the API and two of each other function on two cores; a pipeline is read until it has ended.
    assert platform.asked == {"GET /v1/health": 8, "POST /v1/pipelines": 8, "GET /v1/pipelines": 8 + 3 * 8}
    assert [connection.sent for connection in platform.opened] == [
        [{"action": "subscribe", "pipeline_id": pipeline}]
        for pipeline in ("of-the-warm-up", "of-the-warm-up", "p1", "p1")
    ]
    assert [(each.received_count, each.is_open) for each in platform.opened] == [(1, False)] * 4


def test_every_pipeline_of_it_has_ended_when_it_returns(platform: Platform) -> None:
    warm_up.warm(LOCAL)
    assert set(platform.reads.values()) == {3}
    assert len(platform.reads) == 8


def test_where_somebody_may_be_measuring_it_submits_nothing(platform: Platform) -> None:
    warm_up.warm_apis(LOCAL)
    assert platform.asked == {"GET /v1/health": 8, "GET /v1/pipelines": 8}
    assert {connection.sent[0]["pipeline_id"] for connection in platform.opened} == {"of-the-warm-up"}


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("GET /v1/health", r"answers /v1/health with \[500\], where 200 was expected; see home/ministack.log"),
        ("GET /v1/pipelines", r"answers /v1/pipelines/of-the-warm-up with \[500\], where 404 was expected"),
        ("POST /v1/pipelines", r"answers /v1/pipelines with \[500\], where 202 was expected"),
    ],
)
def test_a_platform_that_answers_otherwise_than_it_should_is_none(platform: Platform, route: str, said: str) -> None:
    platform.statuses[route] = 500
    with pytest.raises(PlatformError, match=said):
        warm_up.warm(LOCAL)


@pytest.mark.parametrize("route", ["GET /v1/health", "GET /v1/pipelines", "POST /v1/pipelines"])
def test_a_fault_that_is_switched_on_may_fail_any_answer(platform: Platform, route: str) -> None:
    platform.statuses[route] = 500
    warm_up.warm(replace(LOCAL, fault_switch="errors=100%"))


def test_from_a_websocket_with_a_fault_nothing_is_waited_for(platform: Platform) -> None:
    warm_up.warm(replace(LOCAL, fault_switch="websocket=silent"))
    assert [(each.received_count, each.is_open) for each in platform.opened] == [(0, False)] * 4


def test_a_platform_that_does_not_answer_is_none(platform: Platform) -> None:
    platform.is_there = False
    with pytest.raises(PlatformError, match=r"does not answer /v1/health: .*refused"):
        warm_up.warm_apis(LOCAL)


def test_a_pipeline_that_does_not_end_is_no_warm_platform(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_up, "RUNNING", ("running", "passed"))
    with pytest.raises(PlatformError, match="has not finished a pipeline of its warm-up after 120 s"):
        warm_up.warm(LOCAL)


def test_a_websocket_api_that_refuses_is_said(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str, *, timeout: float) -> Any:
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(warm_up.websocket, "create_connection", refuse)
    with pytest.raises(PlatformError, match="does not serve its WebSocket API"):
        warm_up.warm(LOCAL)
