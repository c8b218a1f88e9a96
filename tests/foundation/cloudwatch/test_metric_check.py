"""Which part of a metric that somebody wrote is wrong, and what was meant."""

import pytest

from foundation.cloudwatch.known_metrics import known_metrics
from foundation.cloudwatch.metric_check import MetricPart, aws_namespaces, check_metric
from tdeveloper.metrics import EMITTED

NAMESPACE, NAME, DIMENSIONS = MetricPart.NAMESPACE, MetricPart.NAME, MetricPart.DIMENSIONS


def found(namespace: str, name: str, *dimensions: str) -> tuple[MetricPart, str, bool] | None:
    finding = check_metric(namespace, name, dict.fromkeys(dimensions, "x"), EMITTED)
    return None if finding is None else (finding.part, finding.said, finding.is_warning)


@pytest.mark.parametrize(
    ("written", "part", "said"),
    [
        (("AWS/Lamda", "Errors", "FunctionName"), NAMESPACE, "there is no namespace 'AWS/Lamda'; did you mean AWS/Lambda?"),
        (("aws/lambda", "Errors", "FunctionName"), NAMESPACE, "there is no namespace 'aws/lambda'; did you mean AWS/Lambda?"),
        (("Lambda", "Errors"), NAMESPACE, "there is no namespace 'Lambda'; did you mean AWS/Lambda?"),
        (("CloudwatchSynthetics", "Failed"), NAMESPACE,
         "there is no namespace 'CloudwatchSynthetics'; did you mean CloudWatchSynthetics?"),
        (("TDevelopper", "GateDuration"), NAMESPACE, "there is no namespace 'TDevelopper'; did you mean TDeveloper?"),
        (("AWS/Nothing", "Errors"), NAMESPACE,
         "there is no namespace 'AWS/Nothing'; those of AWS are listed in aws_namespaces.yaml"),
        (("AWS/Lambda", "Error", "FunctionName"), NAME, "AWS/Lambda has no metric 'Error'; did you mean Errors?"),
        (("AWS/ApiGateway", "5xxError", "ApiName"), NAME, "AWS/ApiGateway has no metric '5xxError'; did you mean 5XXError?"),
        (("TDeveloper", "GateDurations", "Stage", "Gate"), NAME,
         "TDeveloper has no metric 'GateDurations'; did you mean GateDuration?"),
        (("AWS/Lambda", "Errors", "functionName"), DIMENSIONS,
         "Errors has no dimension 'functionName'; did you mean FunctionName?"),
        (("TDeveloper", "GateDuration", "Stage"), DIMENSIONS,
         "GateDuration is not published with Stage alone; it has the dimensions Gate, Stage"),
        (("AWS/Bedrock-AgentCore", "Latency", "Resorce"), DIMENSIONS,
         "Latency has no dimension 'Resorce'; did you mean Resource?"),
    ],
)  # fmt: skip
def test_a_slip_is_found_in_its_part(written: tuple[str, ...], part: MetricPart, said: str) -> None:
    namespace, name, *dimensions = written
    assert found(namespace, name, *dimensions) == (part, said, False)


@pytest.mark.parametrize(
    ("namespace", "said"),
    [
        ("AWS/CertificateManager", "the metrics of AWS/CertificateManager are not listed here"),
        ("Shop/Orders", "Shop/Orders is neither a namespace of AWS nor the service's own"),
    ],
)
def test_what_cannot_be_looked_up_is_a_warning(namespace: str, said: str) -> None:
    finding = found(namespace, "Anything", "Any")
    assert finding is not None
    assert finding[1].startswith(said)
    assert (finding[0], finding[2]) == (NAMESPACE, True)


def test_a_dimension_that_may_be_there_is_let_through_where_the_sets_are_not_certain() -> None:
    assert found("AWS/Bedrock-AgentCore", "Latency", "Qualifier") is None


def test_every_known_metric_is_well_with_each_of_its_sets() -> None:
    for (namespace, name), metrics in known_metrics(EMITTED).items():
        for metric in metrics:
            assert [found(namespace, name, *names) for names in metric.dimension_sets] == [None] * len(
                metric.dimension_sets
            )


def test_no_namespace_is_listed_twice() -> None:
    assert aws_namespaces().isdisjoint({namespace for namespace, _ in known_metrics()})
