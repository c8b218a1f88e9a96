"""A page for each kind of resource that a service has: each draws what exists, and many resources are on many pages."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.context import Deployment
from dashboards.from_templates import MOST_LINES_A_GRAPH, thresholds_of
from dashboards.grafana import grafana_json
from dashboards.grafana_variables import grafana_variables
from dashboards.known import unknown_metrics
from dashboards.model import Dashboard, GraphPanel, LogsPanel, TextPanel
from dashboards.preview import preview_page
from dashboards.simulation import Simulation
from foundation.cloudwatch.containers import check_body
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.service.objective_lines import ObjectiveLine
from foundation.service.own_metrics import OwnMetrics, load_test_metrics
from foundation.service.panels import page_name
from foundation.service.resource_type import FactKind, ResourceType
from foundation.service.resource_type_file import kind_of, kinds_of, known_types
from foundation.service.resources import FactValue, Resource
from foundation.slo.model import Objectives
from infra.dashboards import deployment_of
from infra.stage import make_stage

KINDS = tuple(kind for type_ in dict.fromkeys(known_types()) for kind in kinds_of(type_))
DRAWN = tuple(kind for kind in KINDS if kind.panels)


def of_kind(kind: ResourceType, label: str) -> Resource:
    """A resource of a kind of which everything is known."""
    known: dict[str, FactValue] = {}
    for rule in kind.facts:
        match rule.kind:
            case FactKind.NUMBER | FactKind.COUNT | FactKind.SUM:
                known[rule.name] = Decimal(5)
            case FactKind.TEXT:
                known[rule.name] = f"{label}-{rule.name}"
            case FactKind.FLAG:
                known[rule.name] = False
    for name, values in kind.where:
        known[name] = values[0]
    return Resource(
        type=kind.type,
        label=label,
        name=parametrized(Parameter("".join(word.title() for word in label.split("-")))),
        arn=f"arn:aws:x:::{label}",
        facts=tuple(known.items()),
    )


def label_of(kind: ResourceType, number: int) -> str:
    return f"{page_name(kind.one)}-{number}"


def deployment(*resources: Resource, own: OwnMetrics | None = None, has_load_test: bool = False) -> Deployment:
    """That of a service of these resources, with no objective and no alarm."""
    stage = make_stage("production")
    assert stage.alarm_rules is not None
    rules = replace(stage.alarm_rules, resources=resources, resource_alarms=())
    objectives = Objectives(service="shop", stage="live", title="The shop", description="", items=())
    bare = replace(
        stage, objectives=objectives, own=own, alarm_rules=rules, pages=(), has_load_test=has_load_test
    )  # fmt: skip
    return deployment_of(bare, plan_of(bare))


@cache
def boards() -> tuple[Dashboard, ...]:
    """Those of a service that has two resources of every kind."""
    return all_dashboards(deployment(*(of_kind(kind, label_of(kind, n)) for kind in KINDS for n in (1, 2))))


def named(name: str) -> Dashboard:
    (found,) = [board for board in boards() if board.name == name]
    return found


def test_a_resource_that_is_made_up_is_of_its_kind() -> None:
    assert [kind_of(of_kind(kind, "x")) for kind in KINDS] == list(KINDS)


def test_there_is_a_page_for_each_kind_that_shows_something() -> None:
    assert [board.name for board in boards()] == ["overview", *(page_name(kind.title) for kind in DRAWN)]
    assert named("functions").title == "shop-live: Functions"


@pytest.mark.parametrize(
    "type_",
    [
        "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::SQS::Queue",
        "AWS::SNS::Topic", "AWS::Events::Rule", "AWS::Events::EventBus", "AWS::StepFunctions::StateMachine", "AWS::S3::Bucket",
        "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::ServerlessCache",
        "AWS::ECS::Service", "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Synthetics::Canary", "Bedrock::Model", "AWS::BedrockAgentCore::Runtime", "AWS::WAFv2::WebACL",
    ],
)  # fmt: skip
def test_the_kinds_that_people_look_at_are_drawn(type_: str) -> None:
    assert all(kind.panels for kind in kinds_of(type_))


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: page_name(kind.title))
def test_every_resource_of_a_kind_is_on_its_page(kind: ResourceType) -> None:
    board = named(page_name(kind.title))
    text = json.dumps(cloudwatch_body(board))
    for number in (1, 2):
        assert label_of(kind, number) in text
    assert board.graphs


def test_every_metric_that_is_drawn_exists() -> None:
    assert unknown_metrics(boards(), ()) == ()


def test_both_writers_take_every_page_and_the_preview_draws_it() -> None:
    scope, variables = deployment().scope, dict.fromkeys(grafana_variables(boards()), "")
    for board in boards():
        check_body(cloudwatch_body(board), name=board.name)
        written = grafana_json(board, scope=scope, variables=variables, alarm_statistics=())
        assert len(written["panels"]) == len(board.panels)
    end_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    page = preview_page(boards(), Simulation(), label="a test", start_at=end_at - timedelta(hours=1), end_at=end_at)
    assert "shop-live: Queues" in page


def test_the_panels_of_a_resource_begin_a_row() -> None:
    places = [(placed.panel.title, placed.x, placed.y) for placed in named("queues").panels]
    assert places == [
        ("queue-1: age of the oldest message", 0, 0), ("queue-1: messages there", 8, 0), ("queue-1: in and out", 16, 0),
        ("queue-2: age of the oldest message", 0, 6), ("queue-2: messages there", 8, 6), ("queue-2: in and out", 16, 6),
    ]  # fmt: skip


def functions(count: int) -> list[Resource]:
    (kind,) = kinds_of("AWS::Lambda::Function")
    return [of_kind(kind, f"f-{number}") for number in range(count)]


@cache
def of_many() -> tuple[Dashboard, ...]:
    (table,) = kinds_of("AWS::DynamoDB::Table")
    return all_dashboards(deployment(*functions(200), *(of_kind(table, f"t-{n}") for n in range(200))))


def test_a_service_of_200_functions_and_tables_is_paged_over_graphs_and_dashboards() -> None:
    assert [board.name for board in of_many()] == ["overview", "functions", "tables", "tables-2"]
    page = of_many()[1]
    titles = [placed.panel.title for placed in page.panels]
    assert [title for title in titles if title.startswith("Errors")] == [f"Errors, {n} of 10" for n in range(1, 11)]
    assert [title for title in titles if title.startswith("Last failures")] == [
        f"Last failures in the functions' logs, {n} of 4" for n in range(1, 5)
    ]
    for board in of_many():
        check_body(cloudwatch_body(board), name=board.name)
    for graph in page.graphs:
        assert sum(query.returns_data for query in graph.queries) <= MOST_LINES_A_GRAPH
    assert of_many()[2].title == "shop-live: Tables, 1 of 2"


def shown(found: Sequence[Dashboard], metric: str, dimension: str) -> list[str]:
    return [
        dict(query.dimensions)[dimension]
        for board in found
        for graph in board.graphs
        for query in graph.metrics_in_order
        if query.name == metric
    ]


def test_no_function_of_many_is_lost_and_none_is_shown_twice() -> None:
    assert shown(of_many(), "ConcurrentExecutions", "FunctionName") == [each.name for each in functions(200)]
    assert len(shown(of_many(), "ReadThrottleEvents", "TableName")) == 200


@pytest.mark.parametrize(
    ("known", "page"),
    [({}, "rules-of-the-default-bus"), ({"event_bus": parametrized(Parameter("Bus"))}, "rules")],
)
def test_a_resource_is_of_the_kind_that_aws_takes_it_for_where_nothing_is_said(
    known: dict[str, FactValue], page: str
) -> None:
    rule = Resource(
        type="AWS::Events::Rule", label="nightly", name="nightly", arn="arn:nightly", facts=tuple(known.items())
    )  # fmt: skip
    assert [board.name for board in all_dashboards(deployment(rule))] == ["overview", page]


def test_the_log_of_a_function_is_the_group_that_it_writes_to_and_each_group_is_read_once() -> None:
    plain, *shared = functions(4)
    plain = replace(plain, facts=())
    group = parametrized("orders-", Parameter("Env"))
    shared = [replace(each, facts=(("log_group", group),)) for each in shared]
    (page,) = [board for board in all_dashboards(deployment(plain, *shared)) if board.name == "functions"]
    logs = [placed.panel for placed in page.panels if isinstance(placed.panel, LogsPanel)]
    assert len(logs) == 2
    assert {each.log_groups for each in logs} == {(f"/aws/lambda/{plain.name}", group)}


def test_a_service_without_resources_has_an_overview_alone() -> None:
    assert [board.name for board in all_dashboards(deployment())] == ["overview"]


def test_the_overview_says_which_resource_needs_which() -> None:
    first, *rest = functions(3)
    found = all_dashboards(deployment(replace(first, needs=("f-1", "f_*")), replace(rest[0], needs=("f-2",)), rest[1]))
    (panel,) = [placed for placed in found[0].panels if placed.panel.title == "Which needs which"]
    assert isinstance(panel.panel, TextPanel)
    assert panel.panel.markdown == "### Which needs which\n\n- **f-0** needs f-1, f\\_\\*\n- **f-1** needs f-2"
    assert panel.width == 24


def test_the_needs_of_many_are_on_several_panels() -> None:
    many = [replace(each, needs=("f-0",)) for each in functions(120)]
    titles = [placed.panel.title for placed in all_dashboards(deployment(*many))[0].panels]
    assert [title for title in titles if "needs" in title] == [f"Which needs which, {n} of 3" for n in (1, 2, 3)]


def own() -> OwnMetrics:
    load_test = load_test_metrics("Shop")
    return OwnMetrics(
        emitted=load_test.all, accepted=None, durations=(), failures=(), load_test=load_test,
        load_test_requests=make_stage("production").own.load_test_requests,  # type: ignore[union-attr]
    )  # fmt: skip


def test_a_service_with_a_load_test_has_its_page_with_what_to_look_at_under_load() -> None:
    found = all_dashboards(deployment(*functions(1), own=own(), has_load_test=True))
    assert [board.name for board in found] == ["overview", "functions", "loadtest"]
    assert [placed.panel.title for placed in found[-1].panels] == [
        "Load test", "Client: requests a minute, by when they were due", "Client: latency from when a request was due",
        "Invocations", "Duration, p99", "Throttles", "Running at once",
    ]  # fmt: skip
    client = found[-1].graphs[0]
    assert [str(metric) for metric in client.metrics_in_order] == [
        "Shop LoadTestRequests{Stage=live}", "Shop LoadTestFaults{Stage=live}"
    ]  # fmt: skip


@pytest.mark.parametrize(("has_load_test", "records"), [(False, True), (True, False)])
def test_a_service_without_a_load_test_has_no_page_of_it(*, has_load_test: bool, records: bool) -> None:
    found = all_dashboards(deployment(own=own() if records else None, has_load_test=has_load_test))
    assert [board.name for board in found] == ["overview"]


def test_a_log_group_may_hold_what_only_a_deployment_knows() -> None:
    (panel,) = [
        placed.panel
        for placed in all_dashboards(deployment(replace(functions(1)[0], facts=())))[1].panels
        if placed.panel.title.startswith("Cold")
    ]
    assert isinstance(panel, LogsPanel)
    assert panel.log_groups == ("/aws/lambda/${F0}",)
    assert grafana_variables(all_dashboards(deployment(*functions(1)))) == {"F0": Parameter("F0")}


def test_no_panel_of_a_kind_draws_a_graph_without_a_line() -> None:
    for board in boards():
        for graph in board.graphs:
            assert isinstance(graph, GraphPanel)
            assert any(query.returns_data for query in graph.queries)


def test_objectives_at_one_value_have_one_line_with_their_names() -> None:
    def line(name: str, value: float) -> ObjectiveLine:
        return ObjectiveLine(objective=name, value=value, label=f"{name}: {value:g} %")

    lines = [line("a", 1.0), line("b", 2.0), *(line(name, 1.0) for name in "cdef")]
    assert [(each.value, each.label) for each in thresholds_of(lines)] == [
        (1.0, "a, c, d and 2 more: 1 %"), (2.0, "b: 2 %")
    ]  # fmt: skip
    assert [each.label for each in thresholds_of(lines[:3])] == ["a, c: 1 %", "b: 2 %"]
