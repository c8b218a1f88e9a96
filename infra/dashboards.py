"""The dashboards of a stage: what `dashboards/` makes them from, with what the other rooms know."""

from alarms.model import Plan
from dashboards.context import Deployment
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.service.panel_queries import Inventory
from foundation.service.panels_file import read_pages
from foundation.service.stage import Stage
from infra.checkout import ROOT
from infra.service import NAME, resources_of

# What only a deployment knows; the platform stack has outputs of these names.
PLACEHOLDERS = ("WebSocketApiId", "StateMachineArn", "ArchivesBucket")


def deployment_of(stage: Stage, plan: Plan) -> Deployment:
    """Everything that the dashboards of a stage are made from; `plan` is that of its alarms.

    Raises InputError for a file of panels that is wrong, with all of its problems.
    """
    notifying = [planned.alarm for planned in plan.notifying if planned.region is None]
    metric = [alarm for alarm in notifying if isinstance(alarm, MetricAlarm)]
    resources = resources_of(stage.scope.service, stage.name)
    own = () if stage.own is None else stage.own.emitted
    pages = (
        read_pages(
            ROOT / "tdeveloper" / "panels.yaml",
            inventory=Inventory(scope=stage.scope, resources=resources),
            own=own,
            objectives=stage.objectives,
        )
        if stage.scope.service == NAME
        else ()
    )
    return Deployment(
        objectives=stage.objectives,
        resources=resources,
        pages=pages,
        own=stage.own,
        what_ifs=stage.what_ifs,
        alarms=tuple(alarm.name for alarm in notifying),
        composite_alarms=frozenset(alarm.name for alarm in notifying if not isinstance(alarm, MetricAlarm)),
        alarm_statistics=tuple(sorted({to_request(alarm).get("Statistic", "") for alarm in metric})),
    )
