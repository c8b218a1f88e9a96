"""The rule tests that prove the alarms which follow from objectives, generated from each objective and the policy.

With them a service needs no rule tests of its own; what it has comes beside them.
"""

from collections.abc import Iterator
from typing import assert_never

from alarms.burn_rate_proofs import burn_rate_tests
from alarms.cost_proofs import cost_tests
from alarms.event_proofs import deployment_tests, step_tests
from alarms.model import Context
from alarms.rule_test_file import RuleTest
from alarms.slice_proofs import ratio_slice_tests, slice_tests
from alarms.sparse_proofs import low_traffic_tests, no_data_tests
from foundation.service.stage import Stage
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    Indicator,
    Objective,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
)


def objective_rule_tests(stage: Stage, context: Context) -> tuple[RuleTest, ...]:
    """The tests of every alarm that follows from an objective, in the order of the objectives."""
    rules = stage.alarm_rules
    if rules is None:
        return ()
    failures = () if stage.own is None else stage.own.failures
    return (
        *(test for objective in stage.objectives for test in _tests(objective, rules.policy, context)),
        *(test for each in failures for test in step_tests(each, context)),
    )


def _tests(objective: Objective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    match objective:
        case BudgetedObjective():
            yield from _of_budget(objective, policy, context)
        case EveryEventObjective():
            yield from deployment_tests(objective, context)
        case CostObjective():
            yield from cost_tests(objective, context)
        case _:
            assert_never(objective)


def _of_budget(objective: BudgetedObjective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    match objective.indicator:
        case SliceIndicator() as slices:
            yield from slice_tests(objective, slices, context)
        case RatioSliceIndicator() as slices:
            if not _counts_stack_operations(slices.events):
                yield from ratio_slice_tests(objective, slices, policy, context)
                yield from no_data_tests(objective, policy, context)
        case ThresholdIndicator() | RatioIndicator() | AllOfIndicator() as indicator:
            if not _counts_stack_operations(indicator):
                yield from burn_rate_tests(objective, policy, context)
                yield from low_traffic_tests(objective, policy, context)
                yield from no_data_tests(objective, policy, context)
        case _:
            assert_never(objective.indicator)


def _counts_stack_operations(indicator: Indicator) -> bool:
    """Whether its events are what CloudWatch has no counts of, so that nothing burns."""
    if not isinstance(indicator, RatioIndicator):
        return False
    return any(isinstance(each, StackOperations) for each in (indicator.bad, indicator.total))
