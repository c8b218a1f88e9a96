"""Before the first arrival: a target that faults at times is asked again, one that refuses gets no load."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import InputError
from infra.service import T_DEVELOPER
from loadtests.preparation import prepare
from tests.loadtests.servers import Api, serving

READS = """
reads:
  description: d
  warm_up_seconds: 0
  duration_seconds: 1
  arrivals_per_second: {health: 1}
  also_expected: {health: [204, 302]}
"""


def options(**changes: Any) -> SimpleNamespace:
    given = {
        "profiles": str(T_DEVELOPER.load_profiles), "load_profile": "smoke", "websocket_url": "", "agent_url": "",
        "region": "us-east-1", "flows": str(T_DEVELOPER.flows), "given": "", "first_values": "",
    }  # fmt: skip
    return SimpleNamespace(**given | changes)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def reads(tmp_path: Any) -> SimpleNamespace:
    (tmp_path / "profiles.yaml").write_text(READS)
    return options(profiles=str(tmp_path / "profiles.yaml"), load_profile="reads")


@pytest.mark.parametrize("fault", [0, 500, 503, 429, 408])
def test_a_fault_is_asked_again_whether_it_is_an_answer_or_a_closed_connection(
    fault: int, reads: SimpleNamespace
) -> None:
    with serving(Api()) as api:
        api.behave = lambda _seconds: fault if api.served_count < 4 else 200
        prepare(api.url, reads)
    assert api.served_count == 5


@pytest.mark.parametrize("fault", [0, 500])
def test_the_reads_of_the_first_pipeline_are_as_patient(fault: int) -> None:
    given = options()
    with serving(Api()) as api:
        api.behave = lambda _seconds: fault if api.served_count < 3 else 200
        prepare(f"{api.url}/", given)
    assert json.loads(given.first_values) == {"pipeline_id": "p1", "status": "passed"}


@pytest.mark.parametrize(
    ("fault", "said"), [(0, "cannot be reached"), (500, "answered 500 to GET /v1/health, not 200 or 204 or 302")]
)
def test_patience_has_an_end(fault: int, said: str, reads: SimpleNamespace) -> None:
    with serving(Api()) as api:
        api.behave = lambda _seconds: fault
        with pytest.raises(InputError, match=said):
            prepare(api.url, reads)
    assert api.served_count == 5


def test_a_refusal_is_not_asked_again(reads: SimpleNamespace) -> None:
    with serving(Api()) as api:
        api.behave = lambda _seconds: 403
        with pytest.raises(InputError, match="answered 403"):
            prepare(api.url, reads)
    assert api.served_count == 1


@pytest.mark.parametrize("status", [200, 204, 302])
def test_what_the_flow_expects_is_what_the_preparation_expects(status: int, reads: SimpleNamespace) -> None:
    with serving(Api()) as api:
        api.behave = lambda _seconds: status
        prepare(api.url, reads)
    assert api.served_count == 1


@pytest.mark.parametrize(
    "host", ["http://u:secret@127.0.0.1:9", "http://127.0.0.1:9/?x=1", "http://127.0.0.1:9/#x", "None"]
)
def test_an_address_that_is_no_base_is_refused_before_anything_is_sent(host: str, reads: SimpleNamespace) -> None:
    with pytest.raises(InputError, match="--host ") as caught:
        prepare(host, reads)
    assert "secret" not in str(caught.value)


def test_the_addresses_of_other_flows_are_looked_at_too() -> None:
    with pytest.raises(InputError, match="--websocket-url "):
        prepare("http://127.0.0.1:9", options(load_profile="progress", websocket_url="http://127.0.0.1:9"))
    with pytest.raises(InputError, match="--agent-url "):
        prepare(
            "http://127.0.0.1:9", options(load_profile="agent", agent_url="http://u:secret@127.0.0.1:9/invocations")
        )


KEEPING = """
flows:
  place: {about: a, steps: [{method: POST, path: /v1/pipelines, body: {}, expect: 201, keep: {id: $.pipeline_id}}]}
  browse: {about: a, values: {placed: {recent: id}}, steps: [{method: GET, path: "/{placed}"}]}
"""


def test_what_a_flow_begins_with_and_no_answer_had_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(KEEPING)
    (tmp_path / "profiles.yaml").write_text(
        "both: {description: d, warm_up_seconds: 0, duration_seconds: 1, arrivals_per_second: {place: 1, browse: 1}, "
        "also_expected: {place: [202]}}\n"
    )
    given = options(flows=str(tmp_path / "flows.yaml"), profiles=str(tmp_path / "profiles.yaml"), load_profile="both")
    with (
        serving(Api()) as api,
        pytest.raises(InputError, match="browse begins with id, and the first answers had none"),
    ):
        prepare(api.url, given)


def test_nobody_thinks_for_longer_than_a_moment_before_a_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows.yaml").write_text(
        "flows: {slow: {about: a, steps: [{method: GET, path: /v1/health, pause_seconds: 600}, "
        "{method: GET, path: /v1/health, pause_seconds: 2}]}}\n"
    )
    (tmp_path / "profiles.yaml").write_text(
        "slow: {description: d, warm_up_seconds: 0, duration_seconds: 1, arrivals_per_second: {slow: 1}}\n"
    )
    slept: list[float] = []
    monkeypatch.setattr("loadtests.preparation.time.sleep", slept.append)
    given = options(flows=str(tmp_path / "flows.yaml"), profiles=str(tmp_path / "profiles.yaml"), load_profile="slow")
    with serving(Api()) as api:
        prepare(api.url, given)
    assert slept == [5.0, 2]
