"""All alarms of one stage, from its objectives, its burn-rate policy and its resources."""

from typing import assert_never

from alarms.burn_rate import burn_rate_alarms, pairs_left_out
from alarms.cost import cost_alarms
from alarms.events import deployment_alarms, slice_alarms, step_alarm
from alarms.model import Context, FailedDeployments, Plan, PlannedAlarm
from alarms.resources import resource_alarms
from foundation.errors import InputError, about
from foundation.service.stage import Stage
from foundation.slo.event_metrics import TraceGroup, trace_groups
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective


def plan_of(stage: Stage) -> Plan:
    """Derive every alarm of a stage; what can have none is noted with its reason.

    Raises InputError for a stage whose alarm rules are not known, a pair of windows that can never alarm, and what CloudWatch
    would refuse.
    """
    rules = stage.alarm_rules
    if rules is None:
        raise InputError(
            f"the stage {stage.name} has no alarms: only its objectives are known, and no rules for alarms"
        )
    context = Context(
        service=stage.scope.service, stage=stage.name, owner=rules.owner, runbook_url=rules.runbook_url
    )  # fmt: skip
    alarms: list[PlannedAlarm] = []
    groups: list[TraceGroup] = []
    deployments: list[FailedDeployments] = []
    notes: list[str] = []
    for objective in stage.objectives:
        match objective:
            case BudgetedObjective():
                own = (*burn_rate_alarms(objective, rules.policy, context), *slice_alarms(objective, context))
                notes += pairs_left_out(objective, rules.policy)
                with about(f"objective {objective.name}"):
                    groups += trace_groups(objective.indicator)
            case EveryEventObjective():
                own, failing = deployment_alarms(objective, context)
                deployments += failing
            case CostObjective():
                own = cost_alarms(objective, context)
            case _:
                assert_never(objective)
        alarms += own
        if not own:
            notes.append(f"objective {objective.name} has no alarm: CloudWatch has no counts of its events")
    of_resources, without = resource_alarms(rules.resources, rules.resource_alarms, context)
    failures = () if stage.own is None else stage.own.failures
    return Plan(
        context=context,
        policy=rules.policy.name,
        alarms=(*alarms, *(step_alarm(each, context) for each in failures), *of_resources),
        trace_groups=tuple(groups),
        deployments=tuple(deployments),
        notes=(*notes, *without),
        what_ifs=stage.what_ifs,
        subscriptions=rules.subscriptions,
    )
