"""One evaluation of an alarm, put into a paragraph: what was compared, what was missing, and the rule that decided."""

from collections.abc import Mapping
from types import MappingProxyType

from foundation.cloudwatch.alarm_history import Evaluation, SeenDatapoint
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import Datapoint, MissingData
from foundation.cloudwatch.metrics import MathExpression, MetricStat

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
        MissingData.BREACHING: "were filled as breaching",
        MissingData.NOT_BREACHING: "were filled as not breaching",
        MissingData.IGNORE: "were missing and are to be ignored",
        MissingData.MISSING: "counted as missing",
    }
)


def explain(evaluation: Evaluation) -> str:
    """The paragraph, in English and UTC."""
    alarm, decision = evaluation.alarm, evaluation.decision
    kept = "still " if evaluation.state is evaluation.before else ""
    parts = [
        f"At {evaluation.at:%Y-%m-%d %H:%M:%S} UTC alarm {alarm.name} is {kept}{evaluation.state.value}"
        + ("." if kept else f", and was {evaluation.before.value}."),
        f"A datapoint is breaching when {describe_watched(alarm)} is {_SIGNS[alarm.comparison]} {alarm.threshold:g}, and "
        f"{alarm.to_alarm} of {alarm.evaluation_periods} must be.",
        f"The evaluation range had {_listed(evaluation.datapoints)}.",
    ]
    if decision is None:
        parts.append(
            "The percentile had too few samples to be significant, and is then to be ignored: the state was kept."
        )
        return " ".join(parts)
    real_count = sum(datapoint.counts_as is not Datapoint.MISSING for datapoint in evaluation.datapoints)
    if decision.filled_count:
        parts.append(
            f"{_count(real_count, 'datapoint exists', 'datapoints exist')}, so {decision.filled_count} "
            f"of {alarm.evaluation_periods} {_FILLED[alarm.treatment]} (TreatMissingData {alarm.treatment.value})."
        )
    elif real_count < len(evaluation.datapoints):
        parts.append(
            f"{_count(real_count, 'datapoint exists', 'datapoints exist')}, which is enough, so that the newest "
            f"{alarm.evaluation_periods} were counted and TreatMissingData did not matter."
        )
    else:
        parts.append(f"None was missing, so that the newest {alarm.evaluation_periods} were counted.")
    parts.append(f"It was decided because {decision.reason.value}.")
    return " ".join(parts)


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


def _listed(datapoints: tuple[SeenDatapoint, ...]) -> str:
    return ", ".join(f"{datapoint.begins_at:%H:%M:%S} {_said(datapoint)}" for datapoint in datapoints)


def _said(datapoint: SeenDatapoint) -> str:
    if datapoint.value is None:
        return "missing"
    return f"{datapoint.value:g}" + (" breaching" if datapoint.counts_as is Datapoint.BREACHING else "")


def _count(count: int, one: str, several: str) -> str:
    return f"{count or 'no'} {one if count == 1 else several}".capitalize()
