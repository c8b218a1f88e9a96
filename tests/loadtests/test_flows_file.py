"""A file of flows: whose load it is, what its journeys do, and what is wrong with it."""

from decimal import Decimal
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.measured import Load
from foundation.steps.drawing import Given, Recent, Rows
from infra.checkout import ROOT
from loadtests.flows import AgentTurn, Conversation, Flow, PythonFlow, WebSocketProgress
from loadtests.flows_file import read_flows
from loadtests.preparation import tried_flows
from loadtests.profiles import read_profiles
from tests.loadtests.flows_of_ours import FLOWS

ORDERS = read_flows(ROOT / "examples" / "orders" / "flows.yaml")
GOOD = "flows:\n  read:\n    about: a\n    steps: [{method: GET, path: /a}]\n"


def talk(flow: Flow) -> Conversation:
    assert isinstance(flow.kind, Conversation)
    return flow.kind


def problems_of(directory: Path, text: str) -> list[str]:
    (directory / "flows.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_flows(directory / "flows.yaml")
    return [str(each).replace(f"{directory}/", "") for each in caught.value.problems]


def test_our_flows_send_what_they_sent_before_they_were_data() -> None:
    assert [flow.name for flow in FLOWS] == ["health", "status", "pipeline", "progress", "agent"]
    requests = {
        flow.name: [(step.method, step.path, step.name) for step in talk(flow).steps] for flow in list(FLOWS)[:3]
    }
    assert requests == {
        "health": [("GET", "/v1/health", "GET /v1/health")],
        "status": [("GET", "/v1/pipelines/{submitted_id}", "GET /v1/pipelines/{id}")],
        "pipeline": [
            ("POST", "/v1/pipelines", "POST /v1/pipelines"), ("GET", "/v1/pipelines/{pipeline_id}", "GET /v1/pipelines/{id}"),
        ],
    }  # fmt: skip
    submit, follow = talk(FLOWS["pipeline"]).steps
    assert submit.body == {"repository": "t-developer/sample", "commit": "0" * 40, "archive_key": "{archive_key}"}
    assert submit.expected_statuses == {202}
    assert follow.repeat is not None
    assert (follow.pause_seconds, follow.repeat.every_seconds, follow.repeat.for_seconds) == (1, 1, 60)
    assert FLOWS["progress"].kind == WebSocketProgress(of="pipeline")
    assert FLOWS["agent"].kind == AgentTurn(prompt="Which files does the pull request change?")


def test_whose_load_a_flow_is_and_whether_it_is_work_is_said_and_not_named() -> None:
    assert [flow.load for flow in FLOWS] == [Load.API, Load.API, Load.API, None, Load.AGENTS]
    assert [flow.name for flow in FLOWS if flow.is_work] == ["pipeline", "progress"]
    assert [flow.name for flow in FLOWS if FLOWS.is_signed(flow.name)] == ["status", "pipeline", "progress"]
    assert not any(ORDERS.is_signed(flow.name) for flow in ORDERS)


def test_a_flow_has_the_values_that_it_uses_and_no_others() -> None:
    assert talk(FLOWS["pipeline"]).values == {"archive_key": Given(otherwise="archives/sample.zip")}
    assert talk(FLOWS["status"]).values == {"submitted_id": Recent(kept="pipeline_id")}
    assert talk(FLOWS["health"]).values == {}
    assert isinstance(talk(ORDERS["order"]).values["basket"], Rows)
    assert set(talk(ORDERS["browse"]).values) == {"placed"}


def test_what_a_journey_takes_is_said_or_not_known() -> None:
    uses = FLOWS["pipeline"].uses
    assert uses is not None
    assert (uses.request_count, uses.lambda_seconds, uses.state_transition_count) == (6, 3, 5)
    assert (uses.table_read_count, uses.table_write_count) == (5, 6)
    health = FLOWS["health"].uses
    assert health is not None
    assert health.lambda_seconds == Decimal("0.005")
    assert ORDERS["order"].uses is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("flows:", "flow:", "flow: unknown key; did you mean flows?"),
        ("  read:", "  Read:", "flows"),
        ("about: a", "about: a\n    load: apis", "flows.read.load: must be api, agents or none"),
        ("    steps: [{method: GET, path: /a}]", "", "needs one of agent_turn, python, steps, websocket_progress_of"),
        ("about: a", "about: a\n    agent_turn: {prompt: b}", "needs one of"),
        ("about: a", "about: a\n    work: id", "flows.read.work: no step keeps a value of this name"),
        ("steps: [{method: GET, path: /a}]", "websocket_progress_of: reed", "websocket_progress_of: is no flow with steps"),
        ("steps: [{method: GET, path: /a}]", "python: mine", "python: is a function of which file?"),
        ("steps: [{method: GET, path: /a}]", "python: mine\n    work: id", "values, authorisation and work are of flows"),
        ("flows:", "python: gone.py\nflows:", "python: there is no gone.py"),
        ("flows:", "python: ../up.py\nflows:", "python: must be a file beside this one or below it"),
        ("path: /a", 'path: "/{id}"', "flows.read.steps.path: {id} has no value"),
        ("about: a", "about: a\n    uses: {requests: -1}", "requests: must be at least 0"),
        ("GET", "FETCH", "method: must be"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    problems = problems_of(tmp_path, GOOD.replace(old, new))
    assert any(said in each for each in problems), problems
    assert all(each.startswith("flows.yaml:") for each in problems)


def test_an_unknown_flow_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"flows.yaml: no flow is named 'helth'; did you mean health\?"):
        FLOWS["helth"]


def test_a_function_is_of_a_file_beside_the_flows(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    (tmp_path / "flows.yaml").write_text("python: mine.py\nflows:\n  bulk: {about: a, python: bulk_order}\n")
    assert read_flows(tmp_path / "flows.yaml")["bulk"].kind == PythonFlow(
        file=tmp_path / "mine.py", function="bulk_order"
    )


def tried(directory: Path, flows: str, rates: str) -> list[str]:
    (directory / "flows.yaml").write_text(flows)
    (directory / "profiles.yaml").write_text(
        f"p: {{description: d, warm_up_seconds: 0, duration_seconds: 1, arrivals_per_second: {rates}}}\n"
    )
    read = read_flows(directory / "flows.yaml")
    return [flow.name for flow in tried_flows(read_profiles(directory / "profiles.yaml", read)["p"], read)]


BROWSE = "  browse: {about: a, values: {placed: {recent: id}}, steps: [{method: GET, path: '/{placed}'}]}\n"
PLACE = "  place: {about: a, steps: [{method: POST, path: /, keep: {id: $.id}}]}\n"


def test_what_a_flow_begins_with_is_kept_first_by_a_flow_that_may_have_no_rate(tmp_path: Path) -> None:
    assert tried(tmp_path, f"flows:\n{BROWSE}{PLACE}", "{browse: 1}") == ["place", "browse"]
    assert tried(tmp_path, f"flows:\n{BROWSE}{PLACE}", "{browse: 1, place: 1}") == ["place", "browse"]
    assert tried(tmp_path, f"flows:\n{BROWSE}{PLACE}", "{place: 1}") == ["place"]


def test_flows_that_wait_for_one_another_are_refused(tmp_path: Path) -> None:
    one = "  a: {about: a, values: {p: {recent: y}}, steps: [{method: GET, path: '/{p}', keep: {x: $.x}}]}\n"
    two = "  b: {about: a, values: {p: {recent: x}}, steps: [{method: GET, path: '/{p}', keep: {y: $.y}}]}\n"
    with pytest.raises(InputError, match=r"a begins with y, which no flow can keep first|b begins with x"):
        tried(tmp_path, f"flows:\n{one}{two}", "{a: 1}")
    own = "  c: {about: a, values: {p: {recent: x}}, steps: [{method: GET, path: '/{p}', keep: {x: $.x}}]}\n"
    with pytest.raises(InputError, match="c begins with x"):
        tried(tmp_path, f"flows:\n{own}", "{c: 1}")
