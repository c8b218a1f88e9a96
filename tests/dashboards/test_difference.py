"""A template and what came of it are the same, and a hand-made change is seen, with both values; what is deployed has any form.

What came of it is made by moto's CloudFormation, not by our own reading of a template.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.cloudwatch.models import cloudwatch_backends

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.aws import deployed_body
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.difference import differences
from dashboards.grafana_variables import grafana_variables
from foundation.cloudwatch.parameters import cloudformation, filled, json_text, parameters_in, with_texts
from foundation.errors import SourceError
from infra.dashboards import deployment_of
from infra.stage import make_stage
from tests.sre.cli import command_line

REGION = "eu-west-1"
STAGE = make_stage("production")
BOARDS = all_dashboards(deployment_of(STAGE, plan_of(STAGE)))
BODIES = {f"t-developer-production-{board.name}": cloudwatch_body(board) for board in BOARDS}
FACTS = {"WebSocketApiId": "ws1", "StateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m", "ArchivesBucket": "b"}
ONLY = "Only what the platform measures has a pa"
KNOWN = {**FACTS, "AWS::Region": REGION, "AWS::AccountId": "123456789012", "AWS::Partition": "aws"}


def sre(*arguments: str) -> tuple[int, str, str]:
    done = command_line.sre("dashboards", *arguments)
    return done.returncode, done.stdout, done.stderr


def deploy(**without: str) -> None:
    """The platform's stack with its outputs, and the dashboards' stack, by a CloudFormation that is not ours."""
    outputs = {name: {"Value": value} for name, value in FACTS.items() if name not in without}
    platform = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
    boards = {
        "Parameters": {name: {"Type": "String", "Default": value} for name, value in FACTS.items()},
        "Resources": {
            f"Board{number}": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {"DashboardName": name, "DashboardBody": cloudformation(json_text(body))},
            }
            for number, (name, body) in enumerate(BODIES.items())
        },
    }
    client = boto3.client("cloudformation", region_name=REGION)
    for name, template in (("platform", platform), ("observability", boards)):
        client.create_stack(StackName=f"t-developer-production-{name}", TemplateBody=json.dumps(template))


@pytest.fixture
def deployed() -> Iterator[Any]:
    """A client of a CloudWatch that has the dashboards as CloudFormation made them."""
    with mock_aws():
        deploy()
        yield boto3.client("cloudwatch", region_name=REGION)


def changed(client: Any, name: str, change: Callable[[Any], Any]) -> None:
    whole = f"t-developer-production-{name}"
    body = json.loads(client.get_dashboard(DashboardName=whole)["DashboardBody"])
    client.put_dashboard(DashboardName=whole, DashboardBody=json.dumps(change(body)))


def test_what_cloudformation_made_of_the_templates_is_as_the_code_has_it(deployed: Any) -> None:
    assert "${" not in deployed.get_dashboard(DashboardName="t-developer-production-gates")["DashboardBody"]
    assert sre("diff", "--region", REGION) == (
        0, "The 6 dashboards of t-developer-production are as the code has them.\n", ""
    )  # fmt: skip


def widget(body: Any, title: str) -> Any:
    (found,) = [each for each in body["widgets"] if each["properties"].get("title") == title]
    return found


def with_p50(body: Any) -> Any:
    widget(body, "Latency")["properties"]["metrics"][2][-1]["stat"] = "p50"
    return body


def with_other_text(body: Any) -> Any:
    (text,) = [each for each in body["widgets"] if each["type"] == "text"]
    text["properties"]["markdown"] += " By hand."
    return body


def with_second(title: str) -> Callable[[Any], Any]:
    def add(body: Any) -> Any:
        first = json.loads(json.dumps(widget(body, title)))
        first["properties"]["stacked"] = not first["properties"]["stacked"]
        body["widgets"].insert(0, first)
        return body

    return add


def with_other_id(body: Any) -> Any:
    """What only a deployment knows, changed wherever it stands."""
    return json.loads(json.dumps(body).replace("ws1", "ws2"))


@pytest.mark.parametrize(
    ("board", "change", "lines"),
    [
        ("api", with_p50, ['api: changed: Latency: metrics.p99.statistic: "p99" in the code, "p50" deployed']),
        ("api", with_second("Latency"), ["api: only deployed: Latency"]),
        ("api", lambda body: body | {"start": "-PT3H"}, ['api: the dashboard\'s start: "-PT12H" in the code, "-PT3H" deployed']),
        ("api", lambda body: body | {"widgets": [*body["widgets"], {"type": "text", "properties": {"markdown": "# Mine"}}]},
         ["api: only deployed: text '# Mine'"]),
        ("gates", lambda body: body | {"widgets": body["widgets"][1:]}, [f"gates: only in the code: text {ONLY!r}"]),
        ("data", lambda _: {"widgets": []}, None),
        ("data", with_other_text, None),
        ("api", with_other_id, None),
    ],
)  # fmt: skip
def test_a_hand_made_change_is_seen(
    deployed: Any, board: str, change: Callable[[Any], Any], lines: list[str] | None
) -> None:
    changed(deployed, board, change)
    code, out, _ = sre("diff", "--region", REGION)
    assert code == 1
    if lines is None:
        assert out.splitlines()
        assert all(line.startswith(f"t-developer-production-{board}: ") for line in out.splitlines())
    else:
        assert out.splitlines() == [f"t-developer-production-{line}" for line in lines]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[]", "the body of the dashboard t-developer-production-api is no JSON object"),
        ("5", "is no JSON object"),
        ("{widgets: 5}", "the body of the dashboard t-developer-production-api is no JSON: "),
        (" ", "is no JSON: "),
    ],
)
def test_a_body_that_is_none_is_named_and_is_no_difference(deployed: Any, body: str, said: str) -> None:
    # Neither CloudWatch nor moto takes it by PutDashboard; what was stored otherwise is read all the same.
    dashboards = cloudwatch_backends["123456789012"][REGION].dashboards
    dashboards["t-developer-production-api"].body = body
    code, _, err = sre("diff", "--region", REGION)
    assert code == 2
    assert said in err


def test_a_dashboard_that_is_not_there_is_told(deployed: Any) -> None:
    deployed.delete_dashboards(DashboardNames=["t-developer-production-gates"])
    assert sre("diff", "--region", REGION)[:2] == (1, "t-developer-production-gates: it is not deployed\n")


@mock_aws
def test_what_the_platforms_stack_does_not_say_is_asked_for_and_may_be_given() -> None:
    deploy(StateMachineArn="left out")
    code, _, err = sre("diff", "--region", REGION)
    assert code == 2
    assert (
        "${StateMachineArn} are not known: the stack t-developer-production-platform in eu-west-1 does not have them as "
        "outputs; give each as --parameter NAME=VALUE" in err
    )
    assert sre("diff", "--region", REGION, "--parameter", f"StateMachineArn={FACTS['StateMachineArn']}")[0] == 0


def test_bodies_in_files_are_templates_or_what_came_of_them_and_never_both(tmp_path: Path) -> None:
    options = [
        part for name, value in KNOWN.items() if name != "AWS::Region" for part in ("--parameter", f"{name}={value}")
    ]
    assert sre("build", "--region", REGION, "--out", str(tmp_path), *options)[0] == 0
    bodies = str(tmp_path / "cloudwatch")
    region = ("--parameter", f"AWS::Region={REGION}")
    assert sre("diff", "--deployed", bodies, *options, *region)[0] == 0
    code, _, err = sre("diff", "--deployed", bodies)
    assert code == 2
    assert f"{bodies}: holds bodies as CloudWatch has them, and the code's leave ${{AWS::AccountId}}" in err
    code, _, err = sre("diff", "--deployed", bodies, *options)
    assert code == 2
    assert "${AWS::Region} are not given" in err


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t-developer-production-api.json").write_text("{widgets")
    code, _, err = sre("diff", "--deployed", str(tmp_path))
    assert code == 2
    assert "t-developer-production-api.json:1" in err


def came_of(body: dict[str, Any]) -> Any:
    return json.loads(json.dumps(with_texts(body, lambda text: str(filled(text, KNOWN)))))


CAME = {name: came_of(body) for name, body in BODIES.items()}
LEAVES = [
    (name, path)
    for name, body in BODIES.items()
    for number, each in enumerate(body["widgets"])
    for path in (
        *((number, place) for place in ("x", "y", "width", "height")),
        *((number, "properties", key) for key in each["properties"]),
        *(
            (number, "properties", "metrics", row, -1, key)
            for row, one in enumerate(each["properties"].get("metrics", []))
            for key in one[-1]
        ),
    )
]


@settings(max_examples=60)
@given(leaf=st.sampled_from(LEAVES), value=st.sampled_from([None, 0, 1, True, "x", [], {}, "p50", ["x"], 7.5]))
def test_no_leaf_of_a_body_can_be_changed_unseen(leaf: tuple[str, tuple[Any, ...]], value: Any) -> None:
    name, (number, *path) = leaf
    one = CAME[name]["widgets"][number]
    there = json.loads(json.dumps(one))
    at = there
    for part in path[:-1]:
        at = at[part]
    was, at[path[-1]] = at[path[-1]], value
    is_same = json.dumps(was) == json.dumps(value)
    assert bool(differences({"widgets": [there]}, {"widgets": [one]})) is not is_same


@settings(max_examples=30)
@given(name=st.sampled_from(sorted(BODIES)), number=st.integers(0, 40), place=st.integers(0, 40))
def test_a_second_one_of_any_widget_is_seen_wherever_it_stands(name: str, number: int, place: int) -> None:
    widgets = list(CAME[name]["widgets"])
    widgets.insert(place % (len(widgets) + 1), widgets[number % len(widgets)])
    lines = differences({**CAME[name], "widgets": widgets}, CAME[name])
    assert len(lines) == 1
    assert lines[0].startswith("only deployed: ")


def test_the_facts_of_the_test_are_all_that_the_bodies_leave_open() -> None:
    assert {each.name for each in parameters_in(BODIES)} == set(KNOWN)
    assert set(grafana_variables(BOARDS)) == set(FACTS)


@pytest.mark.parametrize(
    ("widgets", "lines"),
    [
        ([{"type": "metric", "properties": {"title": "A", "metrics": 5}}],
         ('changed: A: metrics: {"row 1": {"metric": "N m"}} in the code, 5 deployed',)),
        ([{"type": "metric", "properties": {"title": "A", "metrics": [5]}}],
         ('changed: A: metrics: {"row 1": {"metric": "N m"}} in the code, [5] deployed',)),
        ([{"type": "metric", "properties": {"title": "A", "metrics": [["", "n"]]}}],
         ('changed: A: metrics: {"row 1": {"metric": "N m"}} in the code, [["", "n"]] deployed',)),
        ([{"type": "metric", "properties": 5}], ("only deployed: metric '5'", "only in the code: A")),
        ([5], ("only deployed: widget '5'", "only in the code: A")),
        (5, ("only deployed: widget '5'", "only in the code: A")),
        (None, ("only deployed: widget 1", "only in the code: A")),
        ([{"type": "metric", "properties": {"title": ["A"]}}], ('only deployed: ["A"]', "only in the code: A")),
    ],
)  # fmt: skip
def test_widgets_of_an_odd_form_are_compared_as_what_they_are(widgets: object, lines: tuple[str, ...]) -> None:
    coded = {"widgets": [{"type": "metric", "properties": {"title": "A", "metrics": [["N", "m"]]}}]}
    assert differences({"widgets": widgets}, coded) == lines


def test_of_two_widgets_with_one_title_neither_is_hidden() -> None:
    one = {"type": "text", "properties": {"title": "A", "markdown": "x"}}
    other = {"type": "text", "properties": {"title": "A", "markdown": "y"}}
    assert differences({"widgets": [one, other]}, {"widgets": [other]}) == ("only deployed: A",)
    assert differences({"widgets": [one, other]}, {"widgets": [one, other]}) == ()


def test_a_text_is_known_by_what_it_says_and_else_by_its_place_and_never_by_its_number() -> None:
    texts = [
        {"type": "text", "x": 0, "y": y, "width": 6, "height": 2, "properties": {"markdown": f"# T{y}"}} for y in (0, 2)
    ]
    new = {"type": "text", "x": 6, "y": 0, "width": 6, "height": 2, "properties": {"markdown": "# New"}}
    assert differences({"widgets": [new, *texts]}, {"widgets": texts}) == ("only deployed: text '# New'",)
    other = texts[0] | {"properties": {"markdown": "# Other"}}
    assert differences({"widgets": [texts[1], other]}, {"widgets": texts}) == (
        'changed: text \'# T0\': markdown: "# T0" in the code, "# Other" deployed',
    )


def test_true_is_not_one_and_one_is_one_point_naught() -> None:
    def body(stacked: object) -> dict[str, Any]:
        return {"widgets": [{"type": "metric", "properties": {"title": "A", "stacked": stacked}}]}

    assert differences(body(1), body(True)) == ("changed: A: stacked: true in the code, 1 deployed",)
    assert differences(body(1), body(1.0)) == ()


@mock_aws
def test_a_deployed_body_that_is_no_object_is_named() -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    client.put_dashboard(DashboardName="odd", DashboardBody="[5]")
    with pytest.raises(SourceError, match="the body of the dashboard odd is no JSON object"):
        deployed_body("odd", region="us-east-1")
