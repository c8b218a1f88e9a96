"""The catalogue of metrics: what is in it, and what it refuses."""

import pytest

from foundation.cloudwatch.known_metrics import find, known_metrics, problem_of, resolve
from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import AllOfIndicator, BudgetedObjective, SliceIndicator, ThresholdIndicator
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from tdeveloper.metrics import EMITTED, NAMESPACE


def metric(namespace: str, name: str, *dimensions: str) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple((dimension, "x") for dimension in dimensions))


def test_every_metric_of_our_own_is_known_with_its_dimensions() -> None:
    for emitted in EMITTED:
        assert problem_of(metric(NAMESPACE, emitted.name, *emitted.dimension_names), EMITTED) is None


def test_the_catalogue_knows_the_services_of_the_platform() -> None:
    namespaces = {namespace for namespace, _ in known_metrics()}
    assert {
        "AWS/ApiGateway",
        "AWS/Lambda",
        "AWS/DynamoDB",
        "AWS/States",
        "AWS/Bedrock-AgentCore",
        "AWS/WAFV2",
    } <= namespaces
    assert sum(len(known) for known in known_metrics().values()) > 180


def test_errors_of_dynamodb_itself_are_told_by_operation_alone() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html"""
    assert problem_of(metric("AWS/DynamoDB", "SystemErrors", "TableName", "Operation")) is None
    assert problem_of(metric("AWS/DynamoDB", "SystemErrors", "TableName")) is not None


def test_a_name_that_two_kinds_of_resources_share_is_found_by_its_dimensions() -> None:
    rest = find(metric("AWS/ApiGateway", "IntegrationLatency", "ApiName", "Stage"))
    websocket = find(metric("AWS/ApiGateway", "IntegrationLatency", "ApiId", "Stage"))
    assert rest is not None
    assert websocket is not None
    assert (rest.about, websocket.about) == ("REST API", "WebSocket API")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (metric("AWS/ApiGateway", "Latencies", "ApiName"), "no such metric is known"),
        (
            metric("AWS/Lambda", "Errors", "Function"),
            "it has the dimensions Function, and is published with ExecutedVersion, FunctionName",
        ),
        (metric("AWS/DynamoDB", "UserErrors", "TableName"), "published with none"),
        (metric("AWS/DynamoDB", "ThrottledRequests", "TableName"), "published with Operation, TableName"),
    ],
)
def test_an_unknown_metric_or_a_wrong_dimension_set_is_refused(wrong: Metric, problem: str) -> None:
    assert problem in (problem_of(wrong) or "")


def test_the_objectives_are_made_of_known_metrics() -> None:
    indicators = [
        objective.indicator
        for objective in read_objectives(T_DEVELOPER.objectives, stage="production")
        if isinstance(objective, BudgetedObjective)
    ]
    parts = [
        part
        for each in indicators
        for part in ([part.indicator for part in each.parts] if isinstance(each, AllOfIndicator) else (each,))
    ]
    metrics = [part.samples.metric for part in parts if isinstance(part, ThresholdIndicator | SliceIndicator)]
    assert len(metrics) >= 3
    assert [problem for each in metrics if (problem := problem_of(each))] == []


class Published:
    def dimension_sets(self, namespace: str, name: str) -> frozenset[frozenset[str]]:
        assert (namespace, name) == ("AWS/Bedrock-AgentCore", "Latency")
        return frozenset({frozenset({"Resource", "Name"})})


def test_uncertain_dimensions_are_asked_for_and_certain_ones_are_not() -> None:
    (agents,) = known_metrics()["AWS/Bedrock-AgentCore", "Latency"]
    (functions,) = known_metrics()["AWS/Lambda", "Duration"]
    assert resolve(agents, Published()) == {frozenset({"Resource", "Name"})}
    assert frozenset({"FunctionName"}) in resolve(functions, Published())
