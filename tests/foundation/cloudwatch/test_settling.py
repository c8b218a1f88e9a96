"""How late metrics are, and that each entry says who says so."""

from datetime import timedelta

import pytest

from foundation.cloudwatch.known_metrics import DatapointKind, find, known_metrics
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.settling import Confidence, settles_after, settling_of, settlings


def metric(namespace: str, name: str, *dimensions: str) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple((each, "x") for each in dimensions))


@pytest.mark.parametrize(
    ("of", "minutes"),
    [
        (metric("AWS/Lambda", "Errors", "FunctionName"), 5 + 15),
        (metric("AWS/Lambda", "Errors", "FunctionName", "Resource", "ExecutedVersion"), 14 + 15),
        (metric("AWS/ApiGateway", "Count", "ApiName"), 3 + 29 / 60),
        (metric("AWS/DynamoDB", "ReadThrottleEvents", "TableName"), 8),
        (metric("AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", "Operation"), 6),
        (metric("AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName"), 10),
        (metric("AWS/SQS", "SentMessageSize", "QueueName"), 155),
        (metric("AWS/S3", "BucketSizeBytes", "BucketName", "StorageType"), 4 * 24 * 60),
        (metric("AWS/Billing", "EstimatedCharges", "Currency"), 12 * 60),
        (metric("CloudWatchSynthetics", "SuccessPercent", "CanaryName"), 3 + 14),
        (metric("TDeveloper", "PipelinesAccepted", "Stage"), 10),
    ],
)
def test_the_entry_that_fits_best_says_how_late_a_metric_is(of: Metric, minutes: float) -> None:
    assert settles_after(of) == timedelta(minutes=minutes)


def test_a_canary_is_as_late_as_its_own_timeout_where_that_is_known() -> None:
    canary = metric("CloudWatchSynthetics", "SuccessPercent", "CanaryName")
    assert settles_after(canary, {"CloudWatchSynthetics": timedelta(seconds=60)}) == timedelta(minutes=4)


def test_every_delay_has_a_source_or_says_that_it_is_an_estimate() -> None:
    for each in settlings():
        if each.confidence is Confidence.LOW:
            assert each.note, each.namespace
        else:
            assert each.source.startswith("https://"), each.namespace
        assert timedelta(0) < each.after, each.namespace


def test_an_entry_that_is_for_a_part_of_a_namespace_stands_before_the_one_for_all_of_it() -> None:
    seen: set[str] = set()
    for each in settlings():
        assert each.namespace not in seen, each.namespace
        if not each.metrics and each.dimension is None:
            seen.add(each.namespace)
    assert settlings()[-1].namespace == "any"
    assert settling_of(metric("Whatever", "X")) is settlings()[-1]


def test_every_kind_of_metric_has_a_source() -> None:
    kinds = {each.kind for group in known_metrics().values() for each in group}
    assert kinds == set(DatapointKind)
    for group in known_metrics().values():
        for each in group:
            assert each.kind_source.startswith("https://"), each.name
            assert each.kind is not DatapointKind.UNKNOWN or not each.is_kind_certain, each.name


@pytest.mark.parametrize(
    ("of", "kind", "is_certain"),
    [
        (metric("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier"), DatapointKind.DENSE, True),
        (metric("AWS/ECS", "CPUUtilization", "ClusterName", "ServiceName"), DatapointKind.DENSE, True),
        (metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"), DatapointKind.DENSE, True),
        (metric("AWS/ApiGateway", "5XXError", "ApiName", "Stage"), DatapointKind.TRAFFIC, False),
        (metric("AWS/Lambda", "Invocations", "FunctionName"), DatapointKind.TRAFFIC, False),
        (metric("AWS/States", "ExecutionsStarted", "StateMachineArn"), DatapointKind.TRAFFIC, True),
        (metric("CloudWatchSynthetics", "SuccessPercent", "CanaryName"), DatapointKind.TRAFFIC, True),
        (metric("AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", "Operation"), DatapointKind.TRAFFIC, True),
        (metric("AWS/DynamoDB", "SystemErrors", "TableName", "Operation"), DatapointKind.SPARSE, True),
        (metric("AWS/DynamoDB", "ReadThrottleEvents", "TableName"), DatapointKind.SPARSE, True),
        (metric("AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName"), DatapointKind.UNKNOWN, False),
        (metric("AWS/WAFV2", "BlockedRequests", "Rule", "WebACL"), DatapointKind.SPARSE, True),
        (metric("AWS/Events", "FailedInvocations", "RuleName"), DatapointKind.SPARSE, True),
        (metric("AWS/Bedrock", "InvocationThrottles"), DatapointKind.SPARSE, False),
    ],
)
def test_what_a_period_without_a_datapoint_says(of: Metric, kind: DatapointKind, is_certain: bool) -> None:
    known = find(of)
    assert known is not None
    assert (known.kind, known.is_kind_certain) == (kind, is_certain)
