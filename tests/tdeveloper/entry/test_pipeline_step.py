"""The last step: what a gate says becomes the pipeline's status, in the table, for callers, subscribers and metrics."""

import json
from collections.abc import Iterator

import pytest

import tdeveloper.entry.pipeline_step as pipeline_step
import tdeveloper.entry.rest_api as rest_api
from tests.tdeveloper.entry.moto_platform import MotoPlatform, moto_platform


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoPlatform]:
    with moto_platform(monkeypatch) as started:
        yield started


def finish(*outcomes: object) -> str:
    gates = [{"gate": "security", "outcome": outcome} for outcome in outcomes]
    return pipeline_step.handler({"pipeline_id": "p", "step": "finished", "gates": gates}, None)["status"]


def test_a_pipeline_that_starts_is_running(platform: MotoPlatform) -> None:
    assert pipeline_step.handler({"pipeline_id": "p", "step": "started"}, None) == {"status": "running"}
    assert platform.pipeline.status == "running"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("passed", "passed"),
        ("rejected", "rejected"),
        ("refused", "rejected"),
        ("inconclusive", "inconclusive"),
        ("failed", "failed"),
        ("whatever", "failed"),
        (None, "failed"),
    ],
)
def test_the_status_is_stored_shown_and_measured(
    platform: MotoPlatform, capsys: pytest.CaptureFixture[str], outcome: object, status: str
) -> None:
    assert finish(outcome) == status
    emitted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["Outcome"] for line in emitted if "PipelineDuration" in line] == [status]
    # Only a gate that broke is counted here: the others counted themselves.
    assert [line["Outcome"] for line in emitted if "GateExecutions" in line] == ["failed"] * (status == "failed")
    assert platform.pipeline.events[-1].to_message("p")["detail"] == {"status": status}
    asked = {"httpMethod": "GET", "resource": "/v1/pipelines/{pipeline_id}", "pathParameters": {"pipeline_id": "p"}}
    assert json.loads(rest_api.handler(asked, None)["body"])["status"] == status


def test_a_pipeline_without_gates_fails(platform: MotoPlatform) -> None:
    assert finish() == "failed"
