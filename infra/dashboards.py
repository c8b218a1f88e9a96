"""The dashboards of a stage: what `dashboards/` makes them from, with what the other rooms know."""

from collections.abc import Sequence

from alarms.model import Plan
from dashboards.context import Deployment, ResourceKind
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.service.panels import page_name
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import kind_of, with_defaults
from foundation.service.resources import Resource
from foundation.service.stage import Stage


def deployment_of(stage: Stage, plan: Plan) -> Deployment:
    """Everything that the dashboards of a stage are made from; `plan` is that of its alarms."""
    notifying = [planned.alarm for planned in plan.notifying if planned.region is None]
    metric = [alarm for alarm in notifying if isinstance(alarm, MetricAlarm)]
    resources = () if stage.alarm_rules is None else stage.alarm_rules.resources
    return Deployment(
        objectives=stage.objectives,
        resources=tuple(map(with_defaults, resources)),
        kinds=_kinds(resources),
        pages=stage.pages,
        has_load_test=stage.has_load_test,
        own=stage.own,
        what_ifs=stage.what_ifs,
        alarms=tuple(alarm.name for alarm in notifying),
        composite_alarms=frozenset(alarm.name for alarm in notifying if not isinstance(alarm, MetricAlarm)),
        alarm_statistics=tuple(sorted({to_request(alarm).get("Statistic", "") for alarm in metric})),
    )


def _kinds(resources: Sequence[Resource]) -> tuple[ResourceKind, ...]:
    """The kinds that there are resources of, in the order in which these come."""
    found: dict[str, tuple[ResourceType, list[Resource]]] = {}
    for resource in resources:
        kind = kind_of(resource)
        if kind is not None and kind.panels:
            found.setdefault(kind.title, (kind, []))[1].append(kind.with_defaults(resource))
    return tuple(
        ResourceKind(name=page_name(title), title=title, resources=tuple(members), panels=kind.panels)
        for title, (kind, members) in found.items()
    )
