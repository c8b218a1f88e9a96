"""Alarms read from JSON, without loss: CloudFormation resources, `Put…Alarm` requests, `DescribeAlarms` answers.

What the values cannot hold is refused by name: PromQL alarms, wall-clock windows, warm-up, and CloudFormation's functions.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictInt, StrictStr, ValidationError

from foundation.cloudwatch.alarm_writing import COMPOSITE_ALARM_TYPE, METRIC_ALARM_TYPE
from foundation.cloudwatch.alarms import (
    Actions,
    Alarm,
    ComparisonOperator,
    CompositeAlarm,
    LowSamples,
    MetricAlarm,
    Suppressor,
)
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.errors import InputError, about

# What DescribeAlarms says beside an alarm's configuration.
_STATE_KEYS = frozenset(
    {
        "AlarmArn", "AlarmConfigurationUpdatedTimestamp", "StateValue", "StateReason", "StateReasonData",
        "StateUpdatedTimestamp", "StateTransitionedTimestamp", "EvaluationState", "ActionsSuppressedBy",
        "ActionsSuppressedReason",
    }
)  # fmt: skip


def from_cloudformation(resource: Mapping[str, Any]) -> Alarm:
    """Read a CloudFormation resource whose functions (Ref, Fn::…) are resolved.

    Raises InputError.
    """
    properties = resource.get("Properties")
    if isinstance(properties, dict):
        if resource.get("Type") == METRIC_ALARM_TYPE:
            return metric_alarm_from_api(cast("dict[str, Any]", properties))
        if resource.get("Type") == COMPOSITE_ALARM_TYPE:
            return composite_alarm_from_api(cast("dict[str, Any]", properties))
    raise InputError(
        f"a resource of type {resource.get('Type')!r} is no alarm; {METRIC_ALARM_TYPE} and {COMPOSITE_ALARM_TYPE} "
        "with Properties are"
    )


def metric_alarm_from_api(form: Mapping[str, Any]) -> MetricAlarm:
    """Read a `PutMetricAlarm` request or one of `MetricAlarms` of a `DescribeAlarms` answer, whose state is left aside.

    Raises InputError.
    """
    given = _read(_MetricAlarmForm, form)
    with about(f"alarm {given.AlarmName}"):
        watches = _watches(given)
        comparison = _word(ComparisonOperator, given.ComparisonOperator)
        missing_data = None if given.TreatMissingData is None else _word(MissingData, given.TreatMissingData)
        low_samples = _word(LowSamples, low) if (low := given.EvaluateLowSampleCountPercentile) else None
    return MetricAlarm(
        name=given.AlarmName,
        watches=watches,
        comparison=comparison,
        evaluation_periods=given.EvaluationPeriods,
        threshold=given.Threshold,
        threshold_metric_id=given.ThresholdMetricId,
        datapoints_to_alarm=given.DatapointsToAlarm,
        missing_data=missing_data,
        low_samples=low_samples,
        description=given.AlarmDescription,
        actions=given.actions(),
        tags=given.tag_pairs(),
    )


def composite_alarm_from_api(form: Mapping[str, Any]) -> CompositeAlarm:
    """Read a `PutCompositeAlarm` request or one of `CompositeAlarms` of a `DescribeAlarms` answer.

    Raises InputError.
    """
    given = _read(_CompositeAlarmForm, form)
    suppressor = (given.ActionsSuppressor, given.ActionsSuppressorWaitPeriod, given.ActionsSuppressorExtensionPeriod)
    alarm, wait_seconds, extension_seconds = suppressor
    if any(part is not None for part in suppressor) and (
        alarm is None or wait_seconds is None or extension_seconds is None
    ):
        raise InputError(
            f"alarm {given.AlarmName}: ActionsSuppressor, its WaitPeriod and its ExtensionPeriod go together"
        )
    return CompositeAlarm(
        name=given.AlarmName,
        rule=given.AlarmRule,
        description=given.AlarmDescription,
        actions=given.actions(),
        suppressor=None
        if alarm is None or wait_seconds is None or extension_seconds is None
        else Suppressor(alarm=alarm, wait_seconds=wait_seconds, extension_seconds=extension_seconds),
        tags=given.tag_pairs(),
    )


def _literal(value: object) -> object:
    if isinstance(value, dict):
        name = next(iter(cast("dict[str, Any]", value)), "")
        if name == "Ref" or name.startswith("Fn::"):
            raise ValueError(f"{name} stands here; resolve CloudFormation's functions first")
    return cast("object", value)


_Text = Annotated[StrictStr, BeforeValidator(_literal)]
_Whole = Annotated[StrictInt, BeforeValidator(_literal)]
_Number = Annotated[float, BeforeValidator(_literal)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Pair(_Form):
    Name: _Text
    Value: _Text


class _Tag(_Form):
    Key: _Text
    Value: _Text


class _MetricForm(_Form):
    Namespace: _Text
    MetricName: _Text
    Dimensions: list[_Pair] = []


class _MetricStatForm(_Form):
    Metric: _MetricForm
    Period: _Whole
    Stat: _Text
    Unit: _Text | None = None


class _QueryForm(_Form):
    Id: _Text
    MetricStat: _MetricStatForm | None = None
    Expression: _Text | None = None
    Period: _Whole | None = None
    Label: _Text | None = None
    ReturnData: StrictBool | None = None
    AccountId: _Text | None = None


class _AlarmForm(_Form):
    AlarmName: _Text
    AlarmDescription: _Text | None = None
    ActionsEnabled: StrictBool | None = None
    AlarmActions: list[_Text] | None = None
    OKActions: list[_Text] | None = None
    InsufficientDataActions: list[_Text] | None = None
    Tags: list[_Tag] | None = None

    def actions(self) -> Actions:
        return Actions(
            enabled=self.ActionsEnabled,
            on_alarm=None if self.AlarmActions is None else tuple(self.AlarmActions),
            on_ok=None if self.OKActions is None else tuple(self.OKActions),
            on_insufficient_data=None if self.InsufficientDataActions is None else tuple(self.InsufficientDataActions),
        )

    def tag_pairs(self) -> tuple[tuple[str, str], ...] | None:
        return None if self.Tags is None else tuple((tag.Key, tag.Value) for tag in self.Tags)


class _MetricAlarmForm(_AlarmForm):
    MetricName: _Text | None = None
    Namespace: _Text | None = None
    Dimensions: list[_Pair] = []
    Statistic: Literal["SampleCount", "Average", "Sum", "Minimum", "Maximum"] | None = None
    ExtendedStatistic: _Text | None = None
    Period: _Whole | None = None
    Unit: _Text | None = None
    Metrics: list[_QueryForm] = []
    EvaluationPeriods: _Whole
    DatapointsToAlarm: _Whole | None = None
    Threshold: _Number | None = None
    ThresholdMetricId: _Text | None = None
    ComparisonOperator: _Text
    TreatMissingData: _Text | None = None
    EvaluateLowSampleCountPercentile: _Text | None = None


class _CompositeAlarmForm(_AlarmForm):
    AlarmRule: _Text
    ActionsSuppressor: _Text | None = None
    ActionsSuppressorWaitPeriod: _Whole | None = None
    ActionsSuppressorExtensionPeriod: _Whole | None = None


_F = TypeVar("_F", bound=_AlarmForm)
_E = TypeVar("_E", bound=Enum)


def _word(words: type[_E], text: str) -> _E:
    try:
        return words(text)
    except ValueError as error:
        known = ", ".join(str(each.value) for each in words)
        raise InputError(f"{text!r} is no {words.__name__}; there are {known}") from error


def _read(model: type[_F], form: Mapping[str, Any]) -> _F:
    try:
        return model.model_validate({key: value for key, value in form.items() if key not in _STATE_KEYS})
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
        raise InputError(f"alarm {form.get('AlarmName', '(without AlarmName)')}: {found}") from error


def _watches(given: _MetricAlarmForm) -> MetricStat | tuple[Query, ...]:
    single = (given.MetricName, given.Namespace, given.Period, given.Statistic, given.ExtendedStatistic, given.Unit)
    if given.Metrics:
        if given.Dimensions or any(part is not None for part in single):
            raise InputError(
                "Metrics stand alone: no MetricName, Namespace, Dimensions, Period, Unit or statistic beside them"
            )
        return tuple(_query_value(query) for query in given.Metrics)
    if given.MetricName is None or given.Namespace is None or given.Period is None:
        raise InputError("either Metrics, or Namespace, MetricName and Period are needed")
    if (given.Statistic is None) == (given.ExtendedStatistic is None):
        raise InputError("either Statistic or ExtendedStatistic is needed")
    return MetricStat(
        metric=_metric(given.Namespace, given.MetricName, given.Dimensions),
        period_seconds=given.Period,
        statistic=given.Statistic or given.ExtendedStatistic or "",
        unit=given.Unit,
    )


def _query_value(form: _QueryForm) -> Query:
    match (form.MetricStat, form.Expression):
        case (None, str(expression)):
            source: MetricStat | MathExpression = MathExpression(expression=expression, period_seconds=form.Period)
        case (_MetricStatForm() as stat, None) if form.Period is None:
            source = MetricStat(
                metric=_metric(stat.Metric.Namespace, stat.Metric.MetricName, stat.Metric.Dimensions),
                period_seconds=stat.Period,
                statistic=stat.Stat,
                unit=stat.Unit,
            )
        case _:
            raise InputError(f"query {form.Id}: either a MetricStat, with its own Period, or an Expression is needed")
    return Query(
        id=form.Id, source=source, label=form.Label, return_data=form.ReturnData, account_id=form.AccountId
    )  # fmt: skip


def _metric(namespace: str, name: str, dimensions: list[_Pair]) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple((pair.Name, pair.Value) for pair in dimensions))
