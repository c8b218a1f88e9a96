"""All alarms of one deployment, from the objectives, the burn-rate policy and the resources."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from alarms.burn_rate import burn_rate_alarms
from alarms.cost import cost_alarms
from alarms.events import deployment_alarms, gate_alarm, slice_alarms
from alarms.model import Context, FailedDeployments, Plan, PlannedAlarm
from alarms.resources import ResourceDefault, resource_alarms
from foundation.cloudwatch.metrics import Metric
from foundation.errors import about
from foundation.service.resources import Resource
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.event_metrics import TraceGroup, trace_groups
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, Objectives


def make_plan(
    objectives: Objectives,
    policy: BurnRatePolicy,
    context: Context,
    *,
    resources: Iterable[Resource],
    defaults: Sequence[ResourceDefault],
    gates: Sequence[tuple[str, Metric]],
) -> Plan:
    """Derive every alarm; what can have none is noted with its reason.

    Raises InputError for a pair of windows that can never alarm, and for what CloudWatch would refuse.
    """
    alarms: list[PlannedAlarm] = []
    groups: list[TraceGroup] = []
    deployments: list[FailedDeployments] = []
    notes: list[str] = []
    for objective in objectives:
        match objective:
            case BudgetedObjective():
                own = (*burn_rate_alarms(objective, policy, context), *slice_alarms(objective, context))
                with about(f"objective {objective.name}"):
                    groups += trace_groups(objective.indicator)
            case EveryEventObjective():
                own, rules = deployment_alarms(objective, context)
                deployments += rules
            case CostObjective():
                own = cost_alarms(objective, context)
            case _:
                assert_never(objective)
        alarms += own
        if not own:
            notes.append(f"objective {objective.name} has no alarm: CloudWatch has no counts of its events")
    of_resources, without = resource_alarms(resources, defaults, context)
    return Plan(
        context=context,
        policy=policy.name,
        alarms=(*alarms, *(gate_alarm(gate, failures, context) for gate, failures in gates), *of_resources),
        trace_groups=tuple(groups),
        deployments=tuple(deployments),
        notes=(*notes, *without),
    )
