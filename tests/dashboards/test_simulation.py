"""What is made up of a metric follows from what is known of it, so that a dashboard looks as it will."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboards.simulation import Simulation
from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Values

START_AT, DAY = datetime(2026, 3, 2, tzinfo=UTC), timedelta(days=1)
OWN = (
    EmittedMetric(namespace="Shop", name="Size", unit=Unit.BYTES, dimension_names=("Stage",), meaning="of a basket"),
)


def made_up(
    namespace: str, name: str, statistic: str, of: Mapping[str, str], *, period: int = 60, days: int = 1
) -> Values:  # fmt: skip
    metric = Metric(namespace=namespace, name=name, dimensions=tuple(of.items()))
    wanted = MetricStat(metric=metric, period_seconds=period, statistic=statistic)
    (read,) = Simulation(own=OWN).read([wanted], start_at=START_AT, end_at=START_AT + days * DAY)
    return read.answer.values


FUNCTION, STAGE, DATABASE = {"FunctionName": "f"}, {"ApiName": "a", "Stage": "s"}, {"DBInstanceIdentifier": "d"}


@pytest.mark.parametrize(
    ("values", "level"),
    [
        (made_up("AWS/Lambda", "Duration", "p50", FUNCTION), 60),
        (made_up("AWS/Lambda", "Duration", "p99", FUNCTION), 640),
        (made_up("AWS/RDS", "ReadLatency", "Average", DATABASE), 0.09),
        (made_up("AWS/RDS", "CPUUtilization", "Average", DATABASE), 35),
        (made_up("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": "q"}), 40),
        (made_up("AWS/ApiGateway", "Count", "SampleCount", STAGE), 600),
        (made_up("AWS/ApiGateway", "Count", "SampleCount", STAGE, period=300), 3_000),
        (made_up("Shop", "Size", "p50", {"Stage": "s"}), 5e6),
        (made_up("Elsewhere", "Anything", "Sum", {}), 600),
    ],
)
def test_values_are_around_those_of_such_a_metric(values: Values, level: float) -> None:
    assert 0.2 * level <= values.min() <= 0.8 * level
    assert 1.2 * level <= values.max() <= 2 * level


def test_shares_that_are_good_are_nearly_whole() -> None:
    assert set(made_up("CloudWatchSynthetics", "SuccessPercent", "Average", {"CanaryName": "c"})) == {100.0}
    rank = made_up("AWS/ApiGateway", "Latency", "PR(:1000)", STAGE)
    assert 97 < rank.min() < rank.max() == 100.0


@pytest.mark.parametrize(
    ("namespace", "name", "of"),
    [
        ("AWS/ApiGateway", "5XXError", STAGE),
        ("AWS/Lambda", "Errors", FUNCTION),
        ("AWS/Lambda", "Throttles", FUNCTION),
        ("AWS/DynamoDB", "SystemErrors", {"TableName": "t", "Operation": "Query"}),
    ],
)
def test_what_went_wrong_is_rare_and_not_never(namespace: str, name: str, of: dict[str, str]) -> None:
    values = made_up(namespace, name, "Sum", of)
    assert 0 < values.sum() < made_up("AWS/ApiGateway", "Count", "SampleCount", STAGE).sum() / 1_000
    assert set(np.unique(values)) <= {0.0, 1.0, 2.0, 3.0}


def test_clients_make_more_mistakes_than_the_service() -> None:
    mistakes, faults = (made_up("AWS/ApiGateway", name, "Sum", STAGE).sum() for name in ("4XXError", "5XXError"))
    assert mistakes > 50 * faults


def test_the_month_to_date_goes_up_and_begins_again() -> None:
    values = made_up("AWS/Billing", "EstimatedCharges", "Maximum", {"Currency": "USD"}, period=21_600, days=40)
    falls = np.flatnonzero(np.diff(values) < 0)
    assert len(falls) == 1
    assert values[0] == 8.0
    assert values[falls[0] + 1] == 0.0
