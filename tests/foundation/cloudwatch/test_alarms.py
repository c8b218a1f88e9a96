"""Alarms as values: their JSON forms both ways, and CloudWatch's limits, each with its source in the message."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from moto import mock_aws
from mypy_boto3_cloudwatch import CloudWatchClient

from foundation.cloudwatch.alarm_datapoints import NotEvaluatedError, read_datapoints
from foundation.cloudwatch.alarm_reading import (
    composite_alarm_from_api,
    from_cloudformation,
    metric_alarm_from_api,
)
from foundation.cloudwatch.alarm_writing import to_cloudformation, to_request
from foundation.cloudwatch.alarms import Actions, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.errors import InputError
from tests.foundation.cloudwatch.factories import (
    START_AT,
    FakeSource,
    alarm,
    composite_alarm_forms,
    metric_alarm_forms,
    ratio,
    stat,
)

TWICE_AS_MANY = settings(
    max_examples=2 * settings().max_examples,
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def client() -> Iterator[CloudWatchClient]:
    with mock_aws():
        yield boto3.client(
            "cloudwatch", region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
        )


@TWICE_AS_MANY
@given(metric_alarm_forms())
def test_a_metric_alarm_is_the_same_after_cloudformation_and_back(form: dict[str, Any]) -> None:
    resource = {"Type": "AWS::CloudWatch::Alarm", "Properties": form}
    assert to_cloudformation(from_cloudformation(resource)) == resource


@TWICE_AS_MANY
@given(form=metric_alarm_forms(for_moto=True))
def test_a_metric_alarm_is_the_same_after_the_api_and_back_and_moto_accepts_it(
    client: CloudWatchClient, form: dict[str, Any]
) -> None:
    value = metric_alarm_from_api(form)
    request = to_request(value)
    assert request == form
    client.put_metric_alarm(**request)
    (described,) = client.describe_alarms(AlarmNames=[value.name], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    assert metric_alarm_from_api(described).watches == value.watches
    client.delete_alarms(AlarmNames=[value.name])


@TWICE_AS_MANY
@given(composite_alarm_forms())
def test_a_composite_alarm_is_the_same_both_ways(form: dict[str, Any]) -> None:
    resource = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": form}
    assert to_cloudformation(from_cloudformation(resource)) == resource
    assert to_request(composite_alarm_from_api(form)) == form


def test_the_state_beside_a_described_alarm_is_left_aside() -> None:
    form = to_request(alarm(description="impact"))
    described = form | {"StateValue": "OK", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:errors"}
    assert to_request(metric_alarm_from_api(described)) == form


def test_dimensions_in_another_order_are_the_same_metric() -> None:
    one = Metric(namespace="N", name="M", dimensions=(("A", "1"), ("B", "2")))
    other = Metric(namespace="N", name="M", dimensions=(("B", "2"), ("A", "1")))
    assert one == other
    assert hash(one) == hash(other)


PLAIN = to_request(alarm())
MATH = to_request(alarm(ratio()))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, r"alarm \(without AlarmName\): AlarmName: Field required"),
        (PLAIN | {"Thresholds": 1}, "alarm errors: Thresholds: Extra inputs are not permitted"),
        (PLAIN | {"EvaluationPeriods": "3"}, "alarm errors: EvaluationPeriods: .*integer"),
        (PLAIN | {"EvaluationCriteria": {"PromQLCriteria": {"Query": "up"}}}, "alarm errors: EvaluationCriteria: Extra"),
        (PLAIN | {"Threshold": {"Ref": "Limit"}}, "Threshold: .*Ref stands here; resolve CloudFormation's functions first"),
        (PLAIN | {"Metrics": MATH["Metrics"]}, "alarm errors: Metrics stand alone"),
        (PLAIN | {"ExtendedStatistic": "p99"}, "either Statistic or ExtendedStatistic"),
        (PLAIN | {"TreatMissingData": "guess"}, "alarm errors: 'guess' is no MissingData; there are"),
        (PLAIN | {"ComparisonOperator": "Equals"}, "alarm errors: 'Equals' is no ComparisonOperator; there are"),
        ({key: value for key, value in PLAIN.items() if key != "Period"}, "either Metrics, or Namespace, MetricName and Period"),
        (MATH | {"Metrics": [{"Id": "m1"}]}, "query m1: either a MetricStat, with its own Period, or an Expression"),
    ],
)  # fmt: skip
def test_a_form_that_is_no_alarm_is_refused_by_key(form: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        metric_alarm_from_api(form)


def test_a_resource_that_is_no_alarm_is_refused() -> None:
    with pytest.raises(InputError, match="'AWS::SNS::Topic' is no alarm"):
        from_cloudformation({"Type": "AWS::SNS::Topic", "Properties": {}})


def test_a_suppressor_without_its_periods_is_refused() -> None:
    with pytest.raises(InputError, match="ActionsSuppressor, its WaitPeriod and its ExtensionPeriod go together"):
        composite_alarm_from_api({"AlarmName": "c", "AlarmRule": "TRUE", "ActionsSuppressor": "s"})


def queries(metric_count: int, expression_count: int) -> tuple[Query, ...]:
    return (
        *(Query(id=f"m{number}", source=stat(), return_data=False) for number in range(metric_count)),
        *(
            Query(id=f"e{number}", source=MathExpression(expression="m0"), return_data=number == 0)
            for number in range(expression_count)
        ),
    )


def composite(rule: str = "TRUE") -> CompositeAlarm:
    return CompositeAlarm(name="c", rule=rule)


LIMITS: list[tuple[str, Callable[[], object], str]] = [
    ("name", lambda: alarm(name="n" * 256), "1 to 255 characters"),
    ("description", lambda: alarm(description="d" * 1_025), "1,025 characters, at most 1,024"),
    ("tags", lambda: alarm(tags=tuple((str(n), "v") for n in range(51))), "51 tags, at most 50"),
    ("actions", lambda: Actions(on_ok=("arn",) * 6), "at most 5 actions"),
    ("M of N", lambda: alarm(datapoints_to_alarm=4, evaluation_periods=3), "4 datapoints to alarm of 3"),
    ("M", lambda: alarm(datapoints_to_alarm=0), "0 datapoints to alarm"),
    ("period", lambda: stat(period_seconds=90), "1, 5, 10, 20, 30 or a multiple of 60 seconds, not 90"),
    ("alarm period", lambda: alarm(stat(period_seconds=5)), "10, 20, 30 or a multiple of 60 seconds, not 5"),
    ("a day", lambda: alarm(stat(period_seconds=300), evaluation_periods=289), "86,700 s; at most 86,400 s"),
    ("a week", lambda: alarm(stat(period_seconds=3_600), evaluation_periods=169), "608,400 s; at most 604,800 s"),
    ("threshold", lambda: alarm(threshold=float("nan")), "a threshold is needed, a finite number"),
    ("threshold", lambda: alarm(threshold=float("inf")), "a threshold is needed, a finite number"),
    ("metrics", lambda: alarm(queries(11, 1)), "11 metrics in its math, 1 to 10"),
    ("expressions", lambda: alarm(queries(1, 11)), "11 expressions, at most 10"),
    ("ids", lambda: alarm((*ratio(), ratio()[0])), "query ids are unique"),
    ("one is watched", lambda: alarm(queries(2, 0)), "one query returns data"),
    ("one period", lambda: alarm((*ratio()[:1], *ratio(period_seconds=300)[1:])), "one period, not 60, 300 s"),
    ("query id", lambda: Query(id="Errors", source=stat()), "query id 'Errors': a lower-case letter"),
    ("expression", lambda: MathExpression(expression="m1" + "+1" * 1_024), "1 to 2,048 characters, not 2,050"),
    ("dimensions", lambda: Metric(namespace="N", name="M", dimensions=tuple((str(n), "v") for n in range(31))), "31 dimensions"),
    ("dimension twice", lambda: Metric(namespace="N", name="M", dimensions=(("A", "1"), ("A", "2"))), "stands twice"),
    ("namespace", lambda: Metric(namespace=":N", name="M"), "the first no colon"),
    ("unit", lambda: MetricStat(metric=stat().metric, period_seconds=60, statistic="Sum", unit="Furlongs"), "no unit is called"),
    ("statistic", lambda: stat(statistic="Median"), "'Median' is no statistic"),
    ("rule length", lambda: composite("TRUE OR " * 1_280 + "TRUE"), "1 to 10,240 characters"),
    ("rule children", lambda: composite(" OR ".join(f"ALARM(a{n})" for n in range(101))), "at most 100 alarms, not 101"),
    ("rule elements", lambda: composite(" OR ".join(["TRUE"] * 501)), "at most 500 elements, not 501"),
    ("suppressor", lambda: Suppressor(alarm="s" * 1_601, wait_seconds=1, extension_seconds=1), "1 to 1,600 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "problem"), [pytest.param(make, text, id=name) for name, make, text in LIMITS])
def test_a_limit_is_checked_when_the_value_is_made_and_its_source_is_named(
    make: Callable[[], object], problem: str
) -> None:
    with pytest.raises(LimitError, match=problem) as raised:
        make()
    assert "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_" in str(raised.value)


def test_a_rule_of_10_240_characters_is_read() -> None:
    name = "n" * 85
    rule = " OR ".join(f"ALARM({name}{number:02})" for number in range(100))
    padded = rule + " " * (10_240 - len(rule))
    assert len(padded) == 10_240
    assert composite(padded).rule == padded


def test_a_week_of_hours_is_within_the_limit() -> None:
    week = alarm(stat(period_seconds=3_600), evaluation_periods=168)
    assert isinstance(week, MetricAlarm)
    assert week.to_alarm == 168


DYNAMO = Metric(namespace="AWS/DynamoDB", name="ReadThrottleEvents", dimensions=(("TableName", "t"),))
OTHER = Metric(namespace="AWS/Lambda", name="Errors", dimensions=(("FunctionName", "f"),))


@pytest.mark.parametrize(
    ("metrics", "given", "treatment"),
    [
        ((DYNAMO,), None, MissingData.IGNORE),
        ((OTHER, DYNAMO), None, MissingData.IGNORE),
        ((OTHER,), None, MissingData.MISSING),
        # The reference and the guide conflict here; what was chosen is read as chosen.
        ((DYNAMO,), MissingData.MISSING, MissingData.MISSING),
        ((DYNAMO,), MissingData.BREACHING, MissingData.BREACHING),
        ((OTHER,), MissingData.NOT_BREACHING, MissingData.NOT_BREACHING),
    ],
)
def test_alarms_on_dynamodb_ignore_missing_data_unless_it_is_said(
    metrics: tuple[Metric, ...], given: MissingData | None, treatment: MissingData
) -> None:
    stats = [MetricStat(metric=metric, period_seconds=60, statistic="Sum") for metric in metrics]
    watches = (
        *(Query(id=f"m{number}", source=each, return_data=False) for number, each in enumerate(stats)),
        Query(id="all", source=MathExpression(expression="SUM(METRICS())")),
    )
    for each in (
        alarm(watches, missing_data=given),
        *(() if len(stats) > 1 else (alarm(stats[0], missing_data=given),)),
    ):
        assert isinstance(each, MetricAlarm)
        assert each.treatment is treatment


def test_what_describe_alarms_answers_where_nothing_was_given_is_what_was_put() -> None:
    put = alarm(actions=Actions(on_alarm=("arn:a",)))
    plain = metric_alarm_from_api(
        to_request(put) | {"ActionsEnabled": True, "OKActions": [], "InsufficientDataActions": []}
    )
    assert plain == put
    assert hash(plain) == hash(put)
    for drifted in ({"OKActions": ["arn:b"]}, {"AlarmActions": []}, {"ActionsEnabled": False}):
        assert metric_alarm_from_api(to_request(put) | drifted) != put


def test_a_query_returns_data_whether_that_is_said_or_not() -> None:
    said, silent, hidden = (Query(id="q", source=stat(), return_data=given) for given in (True, None, False))
    assert said == silent
    assert silent != hidden


INSIGHTS = 'SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName'


def test_a_query_of_metrics_insights_is_read_and_never_evaluated() -> None:
    form = {
        key: value for key, value in MATH.items() if key != "Metrics"
    } | {"Metrics": [{"Id": "q1", "Expression": INSIGHTS, "Period": 60, "ReturnData": True}]}  # fmt: skip
    value = metric_alarm_from_api(form)
    assert to_request(value) == form
    assert (value.period_seconds, value.stats) == (60, ())
    with pytest.raises(
        NotEvaluatedError,
        match="alarm errors: it watches a query of Metrics Insights, and which metrics that finds only",
    ):
        read_datapoints(value, FakeSource({}), start_at=START_AT, end_at=START_AT)


def test_a_query_of_metrics_insights_needs_a_period_and_math_needs_metrics() -> None:
    with pytest.raises(LimitError, match="a query of Metrics Insights has a Period"):
        alarm((Query(id="q1", source=MathExpression(expression=INSIGHTS)),))
    with pytest.raises(LimitError, match="0 metrics in its math, 1 to 10"):
        alarm((Query(id="q1", source=MathExpression(expression="selected + 1")),))
