"""What proves the alarms that follow from objectives: they all hold, and a step in anything that decides makes one fail."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from alarms.model import Plan, PlannedAlarm, Quantity
from alarms.objective_proofs import objective_rule_tests
from alarms.plan import plan_of
from alarms.resource_proofs import resource_rule_tests
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_test_file import RuleTest
from alarms.rule_tests import Outcome, run_rule_test
from foundation.cloudwatch.alarms import Alarm, ComparisonOperator, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.explain import describe_watched
from foundation.cloudwatch.metrics import MathExpression, MetricStat
from foundation.errors import SreError
from foundation.service.stage import Stage
from sre.cli.stage import stage_from

ORDERS = Path("examples/orders")
COMPARED = (
    ComparisonOperator.AT_LEAST,
    ComparisonOperator.MORE_THAN,
    ComparisonOperator.LESS_THAN,
    ComparisonOperator.AT_MOST,
)
STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
Step = tuple[str, MetricAlarm | CompositeAlarm]


# One objective of every kind, and of every indicator, that has alarms, and the service that it is of.
OBJECTIVES = {
    "api-latency": None,
    "agent-turn": None,
    "availability": None,
    "deployments": None,
    "monthly-cost": None,
    "create-order-errors": ORDERS,
    "orders-api-availability": ORDERS,
    "shipping-queue-age": ORDERS,
}


def stage_with(name: str) -> Stage:
    """The stage with this objective only, and three pairs: of the slow one is shown what is shown of the others."""
    stage = stage_from(stage="production", service=OBJECTIVES[name])
    rules = stage.alarm_rules
    assert rules is not None
    policy = replace(rules.policy, pairs=tuple(each for each in rules.policy.pairs if each.name != "slow"))
    return replace(
        stage,
        objectives=replace(stage.objectives, items=(stage.objectives[name],)),
        alarm_rules=replace(rules, resources=(), policy=policy),
        own=stage.own if name == "deployments" else None,
    )


def run(tests: tuple[RuleTest, ...], plan: Plan, stage: Stage) -> list[Outcome]:
    return [run_rule_test(test, plan, stage.objectives) for test in tests]


@pytest.mark.parametrize("service", [None, ORDERS])
def test_every_alarm_that_follows_from_an_objective_fires_in_a_test_and_is_quiet_in_another(
    service: Path | None,
) -> None:
    stage = stage_from(stage="production", service=service)
    plan = plan_of(stage)
    tests = objective_rule_tests(stage, plan.context)
    refuse_vain_tests(tests, plan, stage.objectives)
    outcomes = run(tests, plan, stage)
    assert [failure.lines for outcome in outcomes for failure in outcome.failures] == []
    from_objectives = {planned.name for planned in plan if not planned.source}
    assert {name for outcome in outcomes for name in outcome.fired} == from_objectives
    assert {name for outcome in outcomes for name in outcome.quiet} == from_objectives


def steps(alarm: MetricAlarm, quantity: Quantity) -> Iterator[Step]:
    """The alarm with one thing that decides a step away from what it is."""
    at = alarm.threshold
    assert at is not None
    for sign in (-1, 1):
        step = 1 if quantity is Quantity.COUNT or not at else abs(at) / 100
        yield "threshold", replace(alarm, threshold=at + sign * step)
    for comparison in COMPARED:
        if comparison is not alarm.comparison:
            yield "comparison", replace(alarm, comparison=comparison)
    for missing in set(MissingData) - {alarm.missing_data}:
        yield "missing data", replace(alarm, missing_data=missing)
    for what, make in _that_may_not_be(alarm):
        try:
            yield what, make()
        except SreError:
            continue


def _that_may_not_be(alarm: MetricAlarm) -> Iterator[tuple[str, Callable[[], MetricAlarm]]]:
    """Others, some of which CloudWatch would not take."""
    m, n, period = alarm.to_alarm, alarm.evaluation_periods, alarm.period_seconds
    for other in (m - 1, m + 1):
        yield "M", partial(replace, alarm, datapoints_to_alarm=other)
    for other in (n - 1, n + 1):
        yield "N", partial(replace, alarm, evaluation_periods=other, datapoints_to_alarm=m)
    for other in {period - 60, period + 60, 2 * period, 10, 30} - {0}:
        yield "period", partial(_with, alarm, period_seconds=other)
    for number, stat in enumerate(alarm.stats):
        for what, changed in _other_stats(stat):
            yield what, partial(_with, alarm, only=number, **changed)
    if isinstance(alarm.watches, tuple):
        *stats, math = alarm.watches
        assert isinstance(math.source, MathExpression)
        for expression in _other_expressions(math.source.expression):
            source = replace(math.source, expression=expression)
            yield "math", partial(replace, alarm, watches=(*stats, replace(math, source=source)))


def _other_stats(stat: MetricStat) -> Iterator[tuple[str, dict[str, Any]]]:
    others = [*STATISTICS, "PR(:1)"]
    for statistic in others:
        if statistic != stat.statistic:
            yield "statistic", {"statistic": statistic}
    metric = stat.metric
    yield "metric", {"metric": replace(metric, name=f"{metric.name}2")}
    yield "metric", {"metric": replace(metric, namespace=f"{metric.namespace}2")}
    for number, (name, value) in enumerate(metric.dimensions):
        rest = (*metric.dimensions[:number], *metric.dimensions[number + 1 :])
        yield "dimension", {"metric": replace(metric, dimensions=rest)}
        yield "dimension", {"metric": replace(metric, dimensions=(*rest, (name, f"{value}2")))}


def _other_expressions(expression: str) -> Iterator[str]:
    """The numbers of it a step up and down, but for those that metric math needs; and each of its parts left out."""
    for found in re.finditer(r"(?<=>= )[0-9]+|(?<= < )[0-9]+|(?<=AND )[0-9]+", expression):
        for other in (int(found[0]) - 1, int(found[0]) + 1):
            yield f"{expression[: found.start()]}{other}{expression[found.end() :]}"
    parts = expression.split(" + IF(FILL")
    if len(parts) == 2:
        yield parts[0]
        yield f"IF(FILL{parts[1]}"


def _with(alarm: MetricAlarm, *, only: int | None = None, **changed: Any) -> MetricAlarm:
    """The alarm with something changed of all statistics that it reads, or of one of them."""
    if isinstance(alarm.watches, MetricStat):
        return replace(alarm, watches=replace(alarm.watches, **changed))
    watches = tuple(
        replace(query, source=replace(query.source, **changed))
        if isinstance(query.source, MetricStat) and only in (None, number)
        else query
        for number, query in enumerate(alarm.watches)
    )
    return replace(alarm, watches=watches)


def other_composites(alarm: CompositeAlarm, faster: str | None) -> Iterator[tuple[str, CompositeAlarm]]:
    """The composite with a step in its rule, or in what suppresses it."""
    first, second = alarm.rule.split(" AND ")
    for rule in (first, second, f"{first} OR {second}", f"{first} AND NOT {second}", f"NOT {first} AND {second}"):
        yield "rule", replace(alarm, rule=rule)
    suppressor = alarm.suppressor
    if suppressor is None:
        return
    yield "suppressor", replace(alarm, suppressor=None)
    if faster is not None:
        yield "suppressor", replace(alarm, suppressor=replace(suppressor, alarm=faster))
    for sign in (-1, 1):
        yield "wait", replace(alarm, suppressor=replace(suppressor, wait_seconds=suppressor.wait_seconds + sign))
        extension = suppressor.extension_seconds + sign
        yield "extension", replace(alarm, suppressor=replace(suppressor, extension_seconds=extension))


def swapped(plan: Plan, pair: str) -> Plan:
    """The plan with the windows of a pair in each other's place."""
    long, short = plan[f"{pair}-long"].alarm, plan[f"{pair}-short"].alarm
    assert isinstance(long, MetricAlarm)
    assert isinstance(short, MetricAlarm)
    return changed_to(changed_to(plan, replace(long, name=short.name)), replace(short, name=long.name))


def changed_to(plan: Plan, alarm: MetricAlarm | CompositeAlarm) -> Plan:
    alarms = tuple(replace(each, alarm=alarm) if each.name == alarm.name else each for each in plan)
    return replace(plan, alarms=alarms)


def that_speak_of(tests: Sequence[RuleTest], name: str, plan: Plan) -> list[RuleTest]:
    """The tests that speak of an alarm, the shortest first."""
    short = name.removeprefix(f"{plan.context.prefix}-")
    found = [
        test
        for test in tests
        if any(short in {*dict(each.states), *dict(each.notifications)} for each in test.expectations)
    ]
    return sorted(found, key=lambda test: test.expectations[-1].after)


def is_noticed(tests: Sequence[RuleTest], plan: Plan, stage: Stage) -> bool:
    try:
        refuse_vain_tests(tests, plan, stage.objectives)
        return any(run_rule_test(test, plan, stage.objectives).failures for test in tests)
    except SreError:
        return True


def neighbours(planned: PlannedAlarm, plan: Plan) -> Iterator[tuple[str, Plan]]:
    match planned.alarm:
        case MetricAlarm() as alarm:
            for what, changed in steps(alarm, planned.measure.quantity):
                yield what, changed_to(plan, changed)
        case CompositeAlarm() as alarm:
            others = [each.name for each in plan.composite_alarms if each.suppressor is None]
            other = others[0] if alarm.suppressor and alarm.suppressor.alarm != others[0] else None
            for what, changed in other_composites(alarm, other):
                yield what, changed_to(plan, changed)
            yield "windows", swapped(plan, alarm.name)


def is_the_same(what: str, planned: PlannedAlarm, plan: Plan, changed: Plan) -> str:
    """Why a neighbour does what the alarm does, in every case that a test can say; empty where it does not."""
    before, after = planned.alarm, changed[planned.name].alarm
    if isinstance(before, CompositeAlarm) or isinstance(after, CompositeAlarm):
        return _is_the_same_composite(what, planned, plan, after)
    is_math = isinstance(before.watches, tuple)
    if what == "missing data" and is_math:
        return "its math yields a datapoint of every period, so that none is missing"
    if what == "comparison" and {before.comparison, after.comparison} == {COMPARED[0], COMPARED[1]}:
        if any("PR(" in stat.statistic for stat in before.stats) and planned.measure.quantity is Quantity.SHARE:
            return "a share that comes from a percentage is never exactly at a threshold"
        if planned.measure.quantity is Quantity.COUNT and before.threshold != int(before.threshold or 0):
            return "a number of events is never half of one"
        if planned.measure.quantity is Quantity.USD and is_math:
            return "a forecast is never exactly at a limit"
    if what == "math" and isinstance(after.watches, tuple) and "FILL(total, 0) >= 0" in str(after.watches[-1].source):
        return "a slice without events has no share"
    if what == "period" and after.period_seconds < 60 and is_math:
        return "minutes do not tell what was in seconds, and are looked at five together"
    return ""


def _is_the_same_composite(what: str, planned: PlannedAlarm, plan: Plan, after: Alarm) -> str:
    long, short = plan[f"{planned.name}-long"].alarm, plan[f"{planned.name}-short"].alarm
    assert isinstance(long, MetricAlarm)
    assert isinstance(short, MetricAlarm)
    if long.evaluation_periods == 1:
        return ""
    if isinstance(after, CompositeAlarm) and after.rule == f'ALARM("{short.name}")' and long.to_alarm == short.to_alarm:
        return "as many bad slices as the short window must have are too many for the long one"
    if what in ("wait", "extension"):
        return "a slower pair of slices is over before it would be told of"
    return ""


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_one_step_in_anything_that_decides_makes_a_test_fail(objective: str) -> None:
    stage = stage_with(objective)
    plan = plan_of(stage)
    tests = objective_rule_tests(stage, plan.context)
    counts, alive = Counter[str](), list[str]()
    for planned in plan:
        of_alarm = that_speak_of(tests, planned.name, plan)
        assert of_alarm
        for what, changed in neighbours(planned, plan):
            counts[what] += 1
            if not is_the_same(what, planned, plan, changed) and not is_noticed(of_alarm, changed, stage):
                now = changed[planned.name].alarm
                alive.append(f"{planned.name}: {what}: {said(now)}")
    print(dict(counts), len(alive), *alive, sep="\n")
    assert alive == []


def said(alarm: MetricAlarm | CompositeAlarm) -> str:
    if isinstance(alarm, CompositeAlarm):
        return f"{alarm.rule} {alarm.suppressor}"
    return f"{describe_watched(alarm)}, {alarm.treatment.value}"


def test_a_stage_without_rules_for_alarms_has_no_tests_of_any() -> None:
    whole = stage_from(stage="production")
    plan = plan_of(whole)
    stage = replace(whole, alarm_rules=None)
    assert objective_rule_tests(stage, plan.context) == ()
    assert resource_rule_tests(stage, plan) == ()
