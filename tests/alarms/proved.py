"""What the rule tests that follow from objectives show of their alarms."""

from alarms.model import Plan
from alarms.objective_proofs import objective_rule_tests
from alarms.plan import plan_of
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_tests import run_rule_test
from foundation.service.stage import Stage


def not_shown(stage: Stage) -> tuple[Plan, set[str], set[str]]:
    """The plan, and the alarms that no generated test shows in ALARM, and that none shows quiet; all of the tests hold."""
    plan = plan_of(stage)
    tests = objective_rule_tests(stage, plan.context)
    refuse_vain_tests(tests, plan, stage.objectives)
    outcomes = [run_rule_test(test, plan, stage.objectives) for test in tests]
    assert [(each.test.name, failure.lines) for each in outcomes for failure in each.failures] == []
    names = {planned.name for planned in plan}
    fired = {name for outcome in outcomes for name in outcome.fired}
    quiet = {name for outcome in outcomes for name in outcome.quiet}
    return plan, names - fired, names - quiet
