"""The dashboards of one of our own deployments: their room's panels, with the names that the other rooms know."""

from alarms.model import Plan
from dashboards.context import Deployment
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.service.stage import Stage
from tdeveloper.metrics import NAMESPACE
from tdeveloper.own_metrics import GATES
from tdeveloper.resources import platform_resources

# What only a deployment knows; the platform stack has outputs of these names.
PLACEHOLDERS = ("WebSocketApiId", "StateMachineArn", "ArchivesBucket")


def deployment_of(stage: Stage, plan: Plan) -> Deployment:
    """Everything that the dashboards of a stage are made from; ids that only a deployment knows are placeholders.

    `plan` is that of the stage's alarms. The panels are those of T-Developer's platform, whichever service the objectives name.
    """
    scope = stage.scope
    resources = platform_resources(scope.service, stage.name)
    functions = [each for each in resources if each.type == "AWS::Lambda::Function"]
    notifying = [planned.alarm for planned in plan.notifying if planned.region is None]
    metric = [alarm for alarm in notifying if isinstance(alarm, MetricAlarm)]
    return Deployment(
        service=stage.scope.service,
        stage=stage.name,
        objectives=stage.objectives,
        what_ifs=stage.what_ifs,
        functions=tuple(each.label for each in functions),
        gates=GATES,
        namespace=NAMESPACE,
        alarms=tuple(alarm.name for alarm in notifying),
        composite_alarms=frozenset(alarm.name for alarm in notifying if not isinstance(alarm, MetricAlarm)),
        alarm_statistics=tuple(sorted({to_request(alarm).get("Statistic", "") for alarm in metric})),
        log_groups={each.label: scope.log_group_of_function(each.label) for each in functions},
    )
