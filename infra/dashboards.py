"""The dashboards of one of our own deployments: their room's panels, with the names that the other rooms know."""

from dashboards.context import Deployment
from foundation.service.files import ServiceFiles
from infra.plan import plan_of
from tdeveloper.metrics import NAMESPACE
from tdeveloper.own_metrics import GATES
from tdeveloper.resources import platform_resources

# What only a deployment knows; the platform stack has outputs of these names.
PLACEHOLDERS = ("WebSocketApiId", "StateMachineArn", "ArchivesBucket")


def deployment_of(stage: str, *, files: ServiceFiles) -> Deployment:
    """Everything that the dashboards of a stage are made from; ids that only a deployment knows are placeholders.

    The panels are those of T-Developer's platform, whichever service the objectives name.

    Raises InputError for objectives or alarms that cannot be planned.
    """
    plan, objectives = plan_of(stage, files=files)
    functions = [
        each for each in platform_resources(plan.context.service, stage) if each.type == "AWS::Lambda::Function"
    ]
    scope = plan.context.scope
    return Deployment(
        service=plan.context.service,
        stage=stage,
        objectives=objectives,
        functions=tuple(each.label for each in functions),
        gates=GATES,
        namespace=NAMESPACE,
        alarms=tuple(planned.name for planned in plan.notifying if planned.region is None),
        log_groups={each.label: scope.log_group_of_function(each.label) for each in functions},
    )
