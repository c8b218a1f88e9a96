"""The multi-checks blueprint: what is refused before Synthetics sees it."""

import json
from typing import Any

import pytest

from canaries.blueprint import platform_blueprint, read_blueprint
from foundation.errors import InputError
from tests.sre.cli.command_line import sre


def step(**changes: Any) -> dict[str, Any]:
    return {
        "stepName": "health",
        "checkerType": "HTTP",
        "url": "https://api.example.com/",
        "httpMethod": "GET",
        **changes,
    }


def blueprint(*steps: dict[str, Any], **others: Any) -> str:
    return json.dumps({"steps": {str(number): each for number, each in enumerate(steps, 1)}, **others})


def test_the_platforms_own_blueprint_waits_for_an_answer_as_long_as_the_handlers_and_reads_back() -> None:
    made = platform_blueprint("api.example.com", base_path="/production/")
    assert read_blueprint(made.to_json()) == made
    data = json.loads(made.to_json())
    assert data["steps"]["1"]["url"] == "https://api.example.com/production/v1/health"
    assert [data["steps"][number]["timeout"] for number in "12"] == [10_000, 10_000]
    assert [data["steps"][number]["checkerType"] for number in "1234"] == ["HTTP", "HTTP", "DNS", "SSL"]


def test_no_check_of_the_platforms_own_blueprint_fails_for_one_slow_answer() -> None:
    steps = json.loads(platform_blueprint("api.example.com", base_path="").to_json())["steps"].values()
    assert {each["type"] for step in steps for each in step["assertions"]}.isdisjoint({"RESPONSE_TIME"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (blueprint(), "at least 1"),
        (blueprint(*[step()] * 11), "steps.11"),
        (blueprint(step(checkerType="WEBSOCKET")), "steps.1.checkerType: must be one of"),
        (blueprint(step(stepName="1st")), "stepName"),
        (blueprint(step(httpMethod="get")), "httpMethod"),
        (blueprint(step(timeout=999)), "must be at least 1000"),
        (blueprint(step(retries=3)), "retries: unknown key"),
        (blueprint(step(assertions=[{"type": "STATUS_CODE", "operator": "IN_RANGE", "value": 200}])), "rangeMin"),
        (
            blueprint(step(assertions=[{"type": "STATUS_CODE", "operator": "EQUALS", "value": 20}])),
            "must be at least 100",
        ),
        (blueprint(step(assertions=[{"type": "BODY", "operator": "EQUALS", "value": "x"}])), "json needs a path"),
        (
            blueprint(step(assertions=[{"type": "CERTIFICATE_VALID", "value": True}])),
            "assertions.0.type: must be one of",
        ),
        (blueprint({"stepName": "name", "checkerType": "DNS", "domain": "-x-"}), "domain"),
        (blueprint({"stepName": "tls", "checkerType": "SSL", "hostname": "a.example", "port": 0}), "port"),
        (blueprint({"stepName": "open", "checkerType": "TCP", "hostname": "a.example"}), "port: is missing"),
        (blueprint(step(), variables={f"v{number}": "x" for number in range(11)}), "variables"),
        (blueprint(step(), settings={}), "settings: unknown key"),
        ("{", "invalid json"),
    ],
)
def test_what_the_format_does_not_allow_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read_blueprint(text)
    assert problem.lower() in str(refused.value).lower()


def test_a_blueprint_is_built_from_the_command_line(tmp_path: Any) -> None:
    out = tmp_path / "checks.zip"
    done = sre("canaries", "build", "--api-host", "api.example.com", "--out", str(out))
    assert done.returncode == 0
    assert out.exists()
    assert sre("canaries", "build", "--api-host", "not a host", "--out", str(out)).returncode == 2
