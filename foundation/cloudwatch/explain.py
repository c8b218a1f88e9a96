"""One evaluation of an alarm in words: what is compared, what is missing, and the rule that decides."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from foundation.cloudwatch.alarm_history import Evaluation, SeenDatapoint
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import Datapoint, MissingData
from foundation.cloudwatch.metrics import MathExpression, MetricStat
from foundation.pages.numbers import counted

_SIGNS: Mapping[ComparisonOperator, str] = MappingProxyType(
    {
        ComparisonOperator.AT_LEAST: ">=",
        ComparisonOperator.MORE_THAN: ">",
        ComparisonOperator.LESS_THAN: "<",
        ComparisonOperator.AT_MOST: "<=",
    }
)
_FILLED: Mapping[MissingData, str] = MappingProxyType(
    {
        MissingData.BREACHING: "filled as breaching",
        MissingData.NOT_BREACHING: "filled as not breaching",
        MissingData.IGNORE: "missing and ignored",
        MissingData.MISSING: "count as missing",
    }
)


class Clock(Protocol):
    """How moments are written."""

    def moment(self, at: datetime) -> str:
        """A moment, whole."""
        ...

    def time(self, at: datetime) -> str:
        """A moment among others of the same explanation, short."""
        ...


class UtcClock:
    """Dates and times in UTC."""

    def moment(self, at: datetime) -> str:
        """2026-03-02 10:05:00 UTC."""
        return f"{at:%Y-%m-%d %H:%M:%S} UTC"

    def time(self, at: datetime) -> str:
        """10:05:00."""
        return f"{at:%H:%M:%S}"


UTC_CLOCK = UtcClock()


def explain(evaluation: Evaluation) -> str:
    """The paragraph, in English and UTC."""
    return " ".join(sentences(evaluation, UTC_CLOCK))


def sentences(evaluation: Evaluation, clock: Clock) -> tuple[str, ...]:
    """The same, a sentence each, with moments as a clock writes them."""
    alarm, decision = evaluation.alarm, evaluation.decision
    was = "as before" if evaluation.state is evaluation.before else f"and was {evaluation.before.value}"
    parts = [
        f"At {clock.moment(evaluation.at)} alarm {alarm.name} is {evaluation.state.value}, {was}.",
        f"A datapoint breaches when {describe_watched(alarm)} is {_SIGNS[alarm.comparison]} {alarm.threshold:g}; "
        f"{alarm.to_alarm} of {alarm.evaluation_periods} must breach.",
    ]
    if evaluation.inputs:
        values = (f"{id_} {'is missing' if value is None else f'is {value:g}'}" for id_, value in evaluation.inputs)
        parts.append(f"In the newest period {', '.join(values)}.")
    parts.append(f"Evaluation range: {_listed(evaluation.datapoints, clock)}.")
    if decision is None:
        parts.append("The percentile has too few samples to be significant, and is ignored: the state is kept.")
        return tuple(parts)
    real_count = sum(datapoint.counts_as is not Datapoint.MISSING for datapoint in evaluation.datapoints)
    exists = "No datapoints exist" if not real_count else f"{counted(real_count, 'datapoint')} {_exist(real_count)}"
    if decision.filled_count:
        parts.append(
            f"{exists}: {decision.filled_count} of {alarm.evaluation_periods} {_FILLED[alarm.treatment]} "
            f"(TreatMissingData {alarm.treatment.value})."
        )
    elif real_count < len(evaluation.datapoints):
        parts.append(f"{exists}, which is enough: TreatMissingData does not matter.")
    parts.append(f"Reason: {decision.reason.value}.")
    return tuple(parts)


def describe_watched(alarm: MetricAlarm) -> str:
    """What an alarm compares, in one phrase."""
    if isinstance(alarm.watches, MetricStat):
        return str(alarm.watches)
    watched = next(query for query in alarm.watches if query.id == alarm.watched_id)
    if isinstance(watched.source, MetricStat):
        return str(watched.source)
    named = [f"{query.id} is {query.source}" for query in alarm.watches if isinstance(query.source, MetricStat)]
    named += [
        f"{query.id} is {query.source.expression}"
        for query in alarm.watches
        if isinstance(query.source, MathExpression) and query.id != watched.id
    ]
    return f"{watched.source.expression} (where {', '.join(named)})"


def _listed(datapoints: tuple[SeenDatapoint, ...], clock: Clock) -> str:
    return ", ".join(f"{clock.time(datapoint.begins_at)} {_said(datapoint)}" for datapoint in datapoints)


def _said(datapoint: SeenDatapoint) -> str:
    if datapoint.value is None:
        return "missing"
    return f"{datapoint.value:g}" + (" breaching" if datapoint.counts_as is Datapoint.BREACHING else "")


def _exist(count: int) -> str:
    return "exists" if count == 1 else "exist"
