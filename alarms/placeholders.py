"""Fills a plan's placeholders with what a deployment knows, so that its alarms can be evaluated on real metrics."""

from collections.abc import Mapping
from dataclasses import replace

from alarms.model import Plan, PlannedAlarm
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.metrics import Metric, MetricStat, Query
from foundation.cloudwatch.parameters import filled, parameters_in


def fill_placeholders(plan: Plan, facts: Mapping[str, str]) -> Plan:
    """The same plan with the dimensions of its metrics filled in; a placeholder without a fact stays."""
    return replace(plan, alarms=tuple(_filled(planned, facts) for planned in plan))


def placeholders_in(alarm: MetricAlarm) -> frozenset[str]:
    """The placeholders that are left in an alarm's metrics."""
    texts = (value for stat in alarm.stats for _, value in stat.metric.dimensions)
    return frozenset(parameter.name for parameter in parameters_in(tuple(texts)))


def placeholders_of(plan: Plan) -> frozenset[str]:
    """All that a plan leaves for a deployment to fill in."""
    alarms = (each.alarm for each in plan if isinstance(each.alarm, MetricAlarm))
    return frozenset(name for alarm in alarms for name in placeholders_in(alarm))


def _filled(planned: PlannedAlarm, facts: Mapping[str, str]) -> PlannedAlarm:
    alarm = planned.alarm
    if not isinstance(alarm, MetricAlarm) or not placeholders_in(alarm):
        return planned
    if isinstance(alarm.watches, MetricStat):
        return replace(planned, alarm=replace(alarm, watches=_stat(alarm.watches, facts)))
    return replace(planned, alarm=replace(alarm, watches=tuple(_query(query, facts) for query in alarm.watches)))


def _query(query: Query, facts: Mapping[str, str]) -> Query:
    return replace(query, source=_stat(query.source, facts)) if isinstance(query.source, MetricStat) else query


def _stat(stat: MetricStat, facts: Mapping[str, str]) -> MetricStat:
    dimensions = tuple((name, filled(value, facts)) for name, value in stat.metric.dimensions)
    metric = Metric(namespace=stat.metric.namespace, name=stat.metric.name, dimensions=dimensions)
    return replace(stat, metric=metric)
