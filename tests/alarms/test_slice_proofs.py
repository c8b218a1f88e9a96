"""The generated tests of slices hold for every comparison, threshold and length, and show what the slices' alarms do."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.model import Plan
from alarms.objective_proofs import objective_rule_tests
from alarms.rule_test_file import RuleTest
from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import (
    BudgetedObjective,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    ThresholdOperator,
)
from tests.alarms.factories import CONTEXT, stage_of
from tests.alarms.proved import not_shown

MINUTE = timedelta(minutes=1)


def samples(name: str) -> MetricSamples:
    return MetricSamples(metric=Metric(namespace="N", name=name))


def objective_on(indicator: SliceIndicator | RatioSliceIndicator, target: str = "0.995") -> BudgetedObjective:
    return BudgetedObjective(
        name="it",
        title="It",
        description="",
        indicator=indicator,
        target_ratio=Decimal(target),
        window=timedelta(days=28),
        indicator_names=("it",),
    )


@pytest.mark.parametrize("comparison", ThresholdOperator)
@pytest.mark.parametrize("threshold", ["90", "0.1", "0", "-3.7", "1000000.3"])
@pytest.mark.parametrize("minutes", [1, 5, 60, 720])
def test_slices_by_an_average_are_proved_whatever_is_good(
    comparison: ThresholdOperator, threshold: str, minutes: int
) -> None:
    indicator = SliceIndicator(
        samples=samples("Average"),
        comparison=comparison,
        threshold=Decimal(threshold),
        slice_length=minutes * MINUTE,
    )
    plan, not_in_alarm, not_quiet = not_shown(stage_of(objective_on(indicator)))
    assert len(plan.alarms) == 2
    assert not_in_alarm | not_quiet == set()


def by_slices(target: str) -> tuple[Plan, tuple[RuleTest, ...]]:
    slices = RatioSliceIndicator(
        events=RatioIndicator(bad=samples("Bad"), total=samples("All")),
        slice_target_ratio=Decimal("0.95"),
        slice_length=5 * MINUTE,
    )
    stage = stage_of(objective_on(slices, target))
    plan, not_in_alarm, not_quiet = not_shown(stage)
    assert not_in_alarm | not_quiet == set()
    return plan, objective_rule_tests(stage, CONTEXT)


def test_a_pair_of_which_an_alarm_cannot_see_all_slices_has_no_test() -> None:
    plan, tests = by_slices("0.995")
    assert any("no pair slowest" in note for note in plan.notes)
    assert {test.name.partition(":")[0] for test in tests} == {"it, fast", "it, medium", "it, slow", "it, silence"}


def test_a_pair_is_told_in_bad_slices_of_the_budget() -> None:
    """28 days have 8,064 slices; 0.5 % of them, 40.32, may be bad: 2 % is less than one, 5 % two, and 10 % four of them."""
    _, tests = by_slices("0.995")
    names = [test.name for test in tests if "more than" in test.name]
    assert names == [
        "it, fast: 1 bad slice, more than 2 % of the budget for 28 d has in 56 min",
        "it, medium: 3 bad slices, more than 5 % of the budget for 28 d has in 5 h 36 min",
        "it, slow: 5 bad slices, more than 10 % of the budget for 28 d has in 22 h 24 min",
    ]
