"""Alarms on the resources of a stage, from what every resource of a kind is alarmed on.

A resource without alarms is no mistake; the plan's notes say why it has none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from alarms.model import Context, Measure, PlannedAlarm, Quantity
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.metric_regions import only_region
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import parametrized
from foundation.costs.schedules import seconds_between_runs
from foundation.pages.numbers import duration
from foundation.service.resource_alarms import (
    Dimensions,
    FactShare,
    FixedText,
    OwnFact,
    ResourceAlarm,
    ResourceFact,
)  # fmt: skip
from foundation.service.resource_type_alarms import alarm_as_cloudwatch_has_it
from foundation.service.resource_type_file import kind_of, kinds_of, why_free, with_defaults
from foundation.service.resources import FactValue, Resource
from foundation.slo.wording import amount

_NAME = "${name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One alarm that a resource is to have; `why_not` says why it cannot have it, None where it can."""

    resource: Resource
    alarm: ResourceAlarm
    why_not: str | None

    def name(self, context: Context) -> str:
        """The alarm's name."""
        return context.scope.alarm(self.resource.label, self.alarm.severity.value, self.alarm.name)


def resource_alarms(
    resources: Iterable[Resource], alarmed_on: Sequence[ResourceAlarm], context: Context
) -> tuple[tuple[PlannedAlarm, ...], tuple[str, ...]]:
    """The alarms of every resource, and a note for every one that has none, or that lacks one for want of a fact."""
    alarms: list[PlannedAlarm] = []
    notes: list[str] = []
    lacking: dict[tuple[str, str, str], list[str]] = {}
    without: dict[tuple[str, str], list[str]] = {}
    for resource in resources:
        found = tuple(wanted_alarms(resource, alarmed_on))
        alarms += [_planned(each, context) for each in found if each.why_not is None]
        for each in found:
            if each.why_not is not None:
                lacking.setdefault((resource.type, each.alarm.name, each.why_not), []).append(resource.label)
        if not found:
            without.setdefault((resource.type, _why_none(resource)), []).append(resource.label)
    notes += [
        f"{', '.join(labels)} ({of}) without an alarm of {'its' if len(labels) == 1 else 'their'} own: {why}"
        for (of, why), labels in without.items()
    ]
    notes += [
        f"{', '.join(labels)} ({of}) without the alarm {name}: {why}" for (of, name, why), labels in lacking.items()
    ]
    return tuple(alarms), tuple(notes)


def wanted_alarms(resource: Resource, alarmed_on: Sequence[ResourceAlarm]) -> Iterator[Wanted]:
    """What one resource is alarmed on, by its type, its kind and its facts, among them what AWS takes where nothing is said."""
    if resource.no_alarms:
        return
    kind, resource = kind_of(resource), with_defaults(resource)
    for alarm in alarmed_on:
        is_of_kind = alarm.kind is None or (kind is not None and alarm.kind == kind.name)
        if alarm.resource_type != resource.type or not is_of_kind:
            continue
        if all(_written(resource.fact(name)) == value for name, value in alarm.when):
            yield Wanted(resource=resource, alarm=alarm, why_not=_why_not(resource, alarm))


def metric_on(namespace: str, name: str, dimensions: Dimensions, resource: Resource, stage: str) -> Metric:
    """The metric of one resource, whose dimensions' facts are known."""
    values: list[tuple[str, str]] = []
    for dimension, given in dimensions:
        match given:
            case ResourceFact.NAME:
                value = resource.name
            case ResourceFact.ARN:
                value = resource.arn
            case ResourceFact.STAGE:
                value = stage
            case OwnFact():
                fact = resource.fact(given.fact)
                # A text keeps the parameters that it has.
                value = fact if isinstance(fact, str) else _written(fact)
            case FixedText():
                head, *rest = given.text.split(_NAME)
                value = parametrized(head, *(part for each in rest for part in (resource.name, each)))
        values.append((dimension, value))
    return Metric(namespace=namespace, name=name, dimensions=tuple(values))


def share_of(share: FactShare, resource: Resource) -> Decimal:
    """So many times a fact that is known, and a number."""
    fact = resource.fact(share.fact)
    if not isinstance(fact, Decimal):
        raise TypeError(f"{resource.label}: the fact {share.fact} is {fact!r}, and no number")
    return fact * share.times


def _planned(wanted: Wanted, context: Context) -> PlannedAlarm:
    resource, alarm = wanted.resource, wanted.alarm
    metric = metric_on(alarm.namespace, alarm.metric_name, alarm.dimensions, resource, context.stage)
    limit = alarm.threshold
    threshold = float(share_of(limit, resource)) if isinstance(limit, FactShare) else limit
    return notifying_alarm(
        alarm_as_cloudwatch_has_it(alarm, name=wanted.name(context), metric=metric, threshold=threshold),
        context,
        severity=alarm.severity,
        impact=f"{resource.label}: {alarm.impact} {_condition(alarm, metric, threshold)}",
        measure=Measure(words=f"{alarm.metric_name} ({alarm.statistic})", quantity=Quantity.VALUE),
        runbook=alarm.runbook,
        # The alarm is where its metric is.
        region=only_region(metric),
        source=alarm.source,
    )


def _condition(wanted: ResourceAlarm, metric: Metric, threshold: float) -> str:
    """When it alarms, in words; what its file says of the impact has no numbers that could say otherwise."""
    needed, evaluated, period = wanted.datapoints_to_alarm, wanted.evaluation_periods, duration(wanted.period_seconds)
    of = "each" if needed == evaluated else needed
    periods = f"a period of {period}" if evaluated == 1 else f"{of} of the last {evaluated} periods of {period}"
    limit = amount(Decimal(str(threshold)), metric) if threshold else "0"
    return f"{wanted.metric_name} ({wanted.statistic}) was {wanted.comparison.value} {limit} in {periods}."


def _why_not(resource: Resource, alarm: ResourceAlarm) -> str | None:
    """Why a resource cannot have an alarm: a fact that it needs is not known, or it runs less often than that looks."""
    needed = [given.fact for _, given in alarm.dimensions if isinstance(given, OwnFact)]
    needed += [alarm.threshold.fact] if isinstance(alarm.threshold, FactShare) else []
    lacking = next((fact for fact in needed if not _is_usable(resource, fact, alarm)), None)
    if lacking is not None:
        return f"the fact {lacking} is not known"
    schedule = None if alarm.schedule_fact is None else resource.fact(alarm.schedule_fact)
    apart_seconds = seconds_between_runs(schedule) if isinstance(schedule, str) else None
    if apart_seconds is None or apart_seconds <= alarm.period_seconds:
        return None
    return f"{schedule} is less often than its period of {duration(alarm.period_seconds)}, in which it would see no run"


def _is_usable(resource: Resource, fact: str, alarm: ResourceAlarm) -> bool:
    """Whether a fact is known; one that a threshold follows from must be a number, too, which a parameter is not yet."""
    value = resource.fact(fact)
    is_threshold = isinstance(alarm.threshold, FactShare) and alarm.threshold.fact == fact
    return isinstance(value, Decimal) if is_threshold else value is not None


def _why_none(resource: Resource) -> str:
    if resource.no_alarms:
        return resource.no_alarms
    kind = kind_of(resource)
    if kind is not None:
        return kind.unwatched or "those of its kind are all taken away, or are for other facts"
    if reason := why_free(resource.type):
        return reason
    kinds = kinds_of(resource.type)
    facts = sorted({name for each in kinds for name, _ in each.where})
    if kinds:
        return f"nothing says which kind it is; write its fact {' and '.join(facts)}"
    return "nothing is known of its type"


def _written(value: FactValue | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case str():
            return value
