"""The rule tests of alarms on single events: a deployment that failed, and a step of the service's own work that fails."""

import math
from collections.abc import Iterator

from alarms.model import Context
from alarms.proof_tests import MINUTE, expect, metric_input, rule_test, runs
from alarms.rule_test_file import RuleTest
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.service.own_metrics import StepFailures
from foundation.slo.burn_rate import Severity
from foundation.slo.model import EveryEventObjective, StackOperations

_OK, _ALARM = AlarmState.OK, AlarmState.ALARM


def deployment_tests(objective: EveryEventObjective, context: Context) -> Iterator[RuleTest]:
    """The tests of the page on failed stack operations; none of an objective on other events."""
    if not isinstance(objective.indicator.bad, StackOperations):
        return
    name = _name(objective.name, Severity.PAGE, context)
    rule = ("RuleName", context.scope.rule(objective.name))
    matches = Metric(namespace="AWS/Events", name="TriggeredRules", dimensions=(rule,))
    # EventBridge counts matches only: where none is, there is no value.
    one = runs((math.nan, 10), (1, 1), (math.nan, 10))
    yield rule_test(
        f"{objective.name}: one operation on a stack fails",
        [metric_input(matches, "Sum", one)],
        [
            expect(MINUTE * 10, {name: _OK}),
            expect(MINUTE * 11, {name: _ALARM}, {name: NotificationOutcome.NOTIFIED}),
            # Where no value is, CloudWatch looks for one two minutes further back.
            expect(MINUTE * 14, {name: _OK}),
        ],
    )
    yield rule_test(
        f"{objective.name}: no operation on a stack fails",
        [metric_input(matches, "Sum", runs((math.nan, 30), (0, 30)))],
        [expect(MINUTE * 60, {name: _OK})],
    )


def step_tests(failures: StepFailures, context: Context) -> Iterator[RuleTest]:
    """The tests of the ticket on a step that fails three times in a quarter of an hour."""
    name = _name(failures.step, Severity.TICKET, context)
    thrice = runs((math.nan, 20), (1, 1), (math.nan, 13), (2, 1), (0, 25), (3, 1), (math.nan, 59))
    yield rule_test(
        f"{failures.step}: three failures in a quarter of an hour",
        [metric_input(failures.metric, "Sum", thrice)],
        [
            expect(MINUTE * 34, {name: _OK}),
            expect(MINUTE * 35, {name: _ALARM}),
            expect(MINUTE * 36, {name: _OK}),
            # And when all three lie a quarter of an hour back.
            expect(MINUTE * 60, {name: _OK}),
            expect(MINUTE * 61, {name: _ALARM}),
            # Silence is no failure.
            expect(MINUTE * 120, {name: _OK}),
        ],
    )
    twice = [piece for _ in range(4) for piece in ((2.0, 1), (math.nan, 14))]
    yield rule_test(
        f"{failures.step}: two failures in every quarter of an hour, for ever",
        [metric_input(failures.metric, "Sum", runs(*twice))],
        [expect(MINUTE * 60, {name: _OK})],
    )


def _name(subject: str, severity: Severity, context: Context) -> str:
    return context.scope.alarm(subject, severity.value, "failed").removeprefix(f"{context.prefix}-")
