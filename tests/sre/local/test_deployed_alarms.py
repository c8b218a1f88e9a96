"""Alarms that are deployed go off and back as CloudWatch's would, each on its own metric, and say why."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import numpy as np
import pytest
from moto import mock_aws

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.errors import SourceError
from foundation.readings import Known, Reading, in_memory
from sre.local.deployed_alarms import DeployedAlarms

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = timedelta(seconds=10)


def errors_of(function: str) -> Metric:
    return Metric(namespace="AWS/Lambda", name="Errors", dimensions=(("FunctionName", function),))


@dataclass(slots=True)
class Minutes:
    """A source of one value a minute, by metric and minute after noon; `broken` cannot be read. It counts what it was asked."""

    values: dict[Metric, dict[int, float]] = field(default_factory=dict[Metric, dict[int, float]])
    broken: set[Metric] = field(default_factory=set[Metric])
    asked: list[Metric] = field(default_factory=list[Metric])

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        return [self._one(stat, start_at, end_at) for stat in wanted]

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        self.asked.append(stat.metric)
        if stat.metric in self.broken:
            raise SourceError(f"{stat.metric.name} cannot be read")
        minutes = range(int((start_at - NOON).total_seconds()) // 60, int((end_at - NOON).total_seconds()) // 60)
        values = np.array([self.values.get(stat.metric, {}).get(minute, np.nan) for minute in minutes])
        series = Series(start_at=start_at, period_seconds=60, values=values)
        return reading_of(series, known=Known.throughout(NOON - timedelta(days=1), end_at), origin=in_memory("test"))


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("cloudwatch", region_name="us-east-1")


def deploy(client: Any, function: str, *, missing: str = "notBreaching") -> None:
    """Two of three minutes with an error."""
    client.put_metric_alarm(
        AlarmName=f"{function}-errors", Namespace="AWS/Lambda", MetricName="Errors", Statistic="Sum", Period=60,
        Dimensions=[{"Name": "FunctionName", "Value": function}], EvaluationPeriods=3, DatapointsToAlarm=2, Threshold=0,
        ComparisonOperator="GreaterThanThreshold", TreatMissingData=missing,
    )  # fmt: skip
    # A new alarm has insufficient data; moto's is OK.
    client.set_alarm_state(AlarmName=f"{function}-errors", StateValue="INSUFFICIENT_DATA", StateReason="new")


def states(client: Any) -> dict[str, str]:
    return {each["AlarmName"]: each["StateValue"] for each in client.describe_alarms()["MetricAlarms"]}


def at(client: Any, source: Minutes, *minutes: float) -> Iterator[int]:
    """How many alarms changed at each of these minutes after noon, and the seconds in which they settle."""
    moments = iter(NOON + timedelta(minutes=minute) + LATER for minute in minutes)
    alarms = DeployedAlarms(client, source, now=lambda: next(moments))
    return (alarms.turn() for _ in minutes)


def test_an_alarm_goes_off_at_the_second_error_of_three_minutes_and_back_when_they_are_over(client: Any) -> None:
    deploy(client, "ship")
    source = Minutes({errors_of("ship"): dict.fromkeys(range(-9, 20), 0.0) | {3: 1, 5: 2}})
    seen = [(changed, states(client)["ship-errors"]) for changed in at(client, source, *range(1, 10))]
    assert seen == [
        (1, "OK"), (0, "OK"), (0, "OK"), (0, "OK"), (0, "OK"), (1, "ALARM"), (1, "OK"), (0, "OK"), (0, "OK"),
    ]  # fmt: skip


def test_an_alarm_hears_of_its_own_function_alone(client: Any) -> None:
    deploy(client, "ship")
    deploy(client, "create")
    assert list(at(client, Minutes({errors_of("ship"): {0: 1, 1: 1, 2: 1}}), 3)) == [2]
    assert states(client) == {"create-errors": "OK", "ship-errors": "ALARM"}


@pytest.mark.parametrize(
    ("missing", "state"),
    [("breaching", "ALARM"), ("notBreaching", "OK"), ("missing", "INSUFFICIENT_DATA"), ("ignore", "INSUFFICIENT_DATA")],
)
def test_where_there_is_nothing_the_alarm_says_what_that_means(client: Any, missing: str, state: str) -> None:
    deploy(client, "ship", missing=missing)
    assert list(at(client, Minutes(), 3)) == [int(state != "INSUFFICIENT_DATA")]
    assert states(client) == {"ship-errors": state}


def test_a_minute_counts_when_it_has_settled_and_an_alarm_is_evaluated_once_of_it(client: Any) -> None:
    deploy(client, "ship")
    source = Minutes({errors_of("ship"): {0: 1, 1: 1}})
    one_second = 1 / 60
    turns = at(client, source, 1, 1.5, 2 - one_second, 2, 2 + one_second, 2.9)
    seen = [(changed, len(source.asked), states(client)["ship-errors"]) for changed in turns]
    assert seen == [(1, 1, "OK"), (0, 1, "OK"), (0, 1, "OK"), (1, 2, "ALARM"), (0, 2, "ALARM"), (0, 2, "ALARM")]


def test_the_reason_is_the_explanation_and_no_longer_than_the_api_takes(client: Any) -> None:
    deploy(client, "ship")
    list(at(client, Minutes({errors_of("ship"): {0: 1, 2: 1}}), 3))
    (alarm,) = client.describe_alarms()["MetricAlarms"]
    assert alarm["StateReason"].startswith(
        "At 2026-03-02 12:03:00 UTC alarm ship-errors is ALARM, and was INSUFFICIENT_DATA."
    )
    assert "2 of 3 must breach" in alarm["StateReason"]
    assert len(alarm["StateReason"]) <= 1_023


def test_one_that_cannot_be_evaluated_is_said_once_and_the_others_are(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    deploy(client, "ship")
    deploy(client, "create")
    source = Minutes({errors_of("ship"): {0: 1, 1: 1, 2: 1}}, broken={errors_of("create")})
    with caplog.at_level(logging.WARNING):
        assert list(at(client, source, 3, 4, 5)) == [1, 0, 0]
    assert [each.getMessage() for each in caplog.records] == ["create-errors is not evaluated: Errors cannot be read"]
    assert states(client) == {"create-errors": "INSUFFICIENT_DATA", "ship-errors": "ALARM"}
