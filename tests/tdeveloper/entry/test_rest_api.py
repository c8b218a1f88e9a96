"""The REST handler where the platform behind it does not do its part; what it does otherwise is tested on the platform itself."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

import tdeveloper.entry.rest_api as rest_api
from tdeveloper.gates.pipelines import PipelineRequest


class BrokenPlatform:
    """Stores pipelines and tells events, but starts no execution."""

    stage = "local"
    state_machine_arn = "arn"

    def __init__(self) -> None:
        self.told: list[tuple[str, str | None]] = []
        self.store = self

    def create(self, *, pipeline_id: str, request: PipelineRequest, at: str, now_seconds: int) -> None:
        self.told.append(("accepted", None))

    def report(self, pipeline_id: str, name: str, *, detail: dict[str, Any], status: str | None = None) -> None:
        self.told.append((name, status))

    def start_execution(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "StartExecution")


def an_event(method: str, resource: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"httpMethod": method, "resource": resource, "body": json.dumps(body), "pathParameters": None}


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> BrokenPlatform:
    broken = BrokenPlatform()
    monkeypatch.setattr(rest_api, "environment", lambda: broken)
    monkeypatch.setattr(rest_api, "step_functions", lambda: broken)
    return broken


def test_a_pipeline_that_cannot_be_started_is_failed_and_not_left_accepted(platform: BrokenPlatform) -> None:
    body = {"repository": "octo/cat", "commit": "a" * 40, "archive_key": "archives/x.zip"}
    answer = rest_api.handler(an_event("POST", "/v1/pipelines", body), None)
    assert answer["statusCode"] == 503
    assert platform.told == [("accepted", None), ("finished", "failed")]


def test_a_route_that_is_not_there_is_404(platform: BrokenPlatform) -> None:
    assert rest_api.handler(an_event("DELETE", "/v1/pipelines"), None)["statusCode"] == 404


def test_every_request_leaves_one_access_log_line(platform: BrokenPlatform, capsys: pytest.CaptureFixture[str]) -> None:
    rest_api.handler(an_event("GET", "/v1/health"), None)
    (line,) = capsys.readouterr().out.splitlines()
    assert {name: json.loads(line)[name] for name in ("method", "resource", "status")} == {
        "method": "GET",
        "resource": "/v1/health",
        "status": 200,
    }


def test_a_fault_switch_that_is_refused_acts_not_at_all(
    platform: BrokenPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULT_SWITCH", "errors=100%")
    assert rest_api.handler(an_event("GET", "/v1/health"), None)["statusCode"] == 500
    platform.stage = "production"
    assert rest_api.handler(an_event("GET", "/v1/health"), None)["statusCode"] == 200
