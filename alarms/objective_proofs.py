"""The rule tests that prove the alarms which follow from objectives, generated from each objective and the policy.

With them a service needs no rule tests of its own; what it has comes beside them.
"""

from collections.abc import Iterator

from alarms.burn_rate_proofs import burn_rate_tests
from alarms.model import Context
from alarms.rule_test_file import RuleTest
from foundation.service.stage import Stage
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    Indicator,
    Objective,
    RatioIndicator,
    StackOperations,
    ThresholdIndicator,
)


def objective_rule_tests(stage: Stage, context: Context) -> tuple[RuleTest, ...]:
    """The tests of every alarm that follows from an objective, in the order of the objectives."""
    rules = stage.alarm_rules
    if rules is None:
        return ()
    return tuple(test for objective in stage.objectives for test in _tests(objective, rules.policy, context))


def _tests(objective: Objective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    match objective:
        case BudgetedObjective(indicator=ThresholdIndicator() | RatioIndicator() | AllOfIndicator()):
            if not _counts_stack_operations(objective.indicator):
                yield from burn_rate_tests(objective, policy, context)
        case _:
            pass


def _counts_stack_operations(indicator: Indicator) -> bool:
    """Whether its events are what CloudWatch has no counts of, so that nothing burns."""
    if not isinstance(indicator, RatioIndicator):
        return False
    return any(isinstance(each, StackOperations) for each in (indicator.bad, indicator.total))
