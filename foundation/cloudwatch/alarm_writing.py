"""Alarms written as JSON: CloudFormation resources, and the requests of `PutMetricAlarm` and `PutCompositeAlarm`.

CloudFormation and the API use the same keys; a resource has a `Type` around them. What is None is not written.
"""

from collections.abc import Iterable
from typing import Any

from foundation.cloudwatch.alarms import Alarm, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query

METRIC_ALARM_TYPE = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM_TYPE = "AWS::CloudWatch::CompositeAlarm"
_SIMPLE_STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})


def to_request(alarm: Alarm) -> dict[str, Any]:
    """The keyword arguments of `put_metric_alarm` or `put_composite_alarm`."""
    match alarm:
        case MetricAlarm():
            specific = {
                **_watched(alarm),
                "EvaluationPeriods": alarm.evaluation_periods,
                "DatapointsToAlarm": alarm.datapoints_to_alarm,
                "Threshold": alarm.threshold,
                "ThresholdMetricId": alarm.threshold_metric_id,
                "ComparisonOperator": alarm.comparison.value,
                "TreatMissingData": alarm.missing_data.value if alarm.missing_data else None,
                "EvaluateLowSampleCountPercentile": alarm.low_samples.value if alarm.low_samples else None,
            }
        case CompositeAlarm():
            specific = {
                "AlarmRule": alarm.rule,
                "ActionsSuppressor": alarm.suppressor.alarm if alarm.suppressor else None,
                "ActionsSuppressorWaitPeriod": alarm.suppressor.wait_seconds if alarm.suppressor else None,
                "ActionsSuppressorExtensionPeriod": alarm.suppressor.extension_seconds if alarm.suppressor else None,
            }
    actions = alarm.actions
    return _written(
        {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            "ActionsEnabled": actions.enabled,
            "AlarmActions": _listed(actions.on_alarm),
            "OKActions": _listed(actions.on_ok),
            "InsufficientDataActions": _listed(actions.on_insufficient_data),
            **specific,
            "Tags": None if alarm.tags is None else [{"Key": key, "Value": value} for key, value in alarm.tags],
        }
    )


def to_cloudformation(alarm: Alarm) -> dict[str, Any]:
    """The alarm as a CloudFormation resource."""
    type_ = METRIC_ALARM_TYPE if isinstance(alarm, MetricAlarm) else COMPOSITE_ALARM_TYPE
    return {"Type": type_, "Properties": to_request(alarm)}


def queries_to_api(queries: Iterable[Query]) -> list[dict[str, Any]]:
    """Queries as a `MetricDataQuery` list, for an alarm's `Metrics` or for `get_metric_data`."""
    return [_query(query) for query in queries]


def _watched(alarm: MetricAlarm) -> dict[str, Any]:
    if isinstance(alarm.watches, tuple):
        return {"Metrics": queries_to_api(alarm.watches)}
    stat = alarm.watches
    statistic = "Statistic" if stat.statistic in _SIMPLE_STATISTICS else "ExtendedStatistic"
    return {
        "Namespace": stat.metric.namespace,
        "MetricName": stat.metric.name,
        "Dimensions": _dimensions(stat.metric),
        statistic: stat.statistic,
        "Period": stat.period_seconds,
        "Unit": stat.unit,
    }


def _query(query: Query) -> dict[str, Any]:
    match query.source:
        case MetricStat() as stat:
            metric = {
                "Namespace": stat.metric.namespace,
                "MetricName": stat.metric.name,
                "Dimensions": _dimensions(stat.metric),
            }
            source: dict[str, Any] = {
                "MetricStat": _written(
                    {
                        "Metric": _written(metric),
                        "Period": stat.period_seconds,
                        "Stat": stat.statistic,
                        "Unit": stat.unit,
                    }
                )
            }
        case MathExpression() as math:
            source = {"Expression": math.expression, "Period": math.period_seconds}
    return _written(
        {
            "Id": query.id,
            **source,
            "Label": query.label,
            "ReturnData": query.return_data,
            "AccountId": query.account_id,
        }
    )


def _dimensions(metric: Metric) -> list[dict[str, str]] | None:
    return [{"Name": name, "Value": value} for name, value in metric.dimensions] or None


def _listed(arns: tuple[str, ...] | None) -> list[str] | None:
    return None if arns is None else list(arns)


def _written(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if value is not None}
