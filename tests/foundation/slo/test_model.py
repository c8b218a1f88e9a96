"""Objectives by themselves: which share may be promised, and how one is found by its name."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, MetricSamples, Objectives
from foundation.slo.model import RatioIndicator as Ratio

SAMPLES = MetricSamples(metric=Metric(namespace="N", name="M"))
RATIO = Ratio(bad=SAMPLES, total=SAMPLES)
COST = CostObjective(name="cost", title="", description="", limit_usd=Decimal(5))


def promised(target: str) -> BudgetedObjective:
    return BudgetedObjective(
        name="fast", title="", description="", indicator=RATIO, target_ratio=Decimal(target), window=timedelta(28)
    )


@pytest.mark.parametrize("target", ["-0.5", "0", "1", "1.5"])
def test_a_share_that_leaves_no_budget_or_is_none_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match=f"fast: target_ratio {target} is not between 0 and 1"):
        promised(target)


@pytest.mark.parametrize(("target", "budget"), [("0.001", "0.999"), ("0.999", "0.001")])
def test_a_share_between_leaves_the_rest_as_its_budget(target: str, budget: str) -> None:
    assert promised(target).budget_ratio == Decimal(budget)


def test_indicators_have_no_names_but_those_of_a_file() -> None:
    every = EveryEventObjective(name="every", title="", description="", indicator=RATIO, window=timedelta(28))
    assert (promised("0.5").indicator_names, every.indicator_names) == ((), ())


def test_an_objective_is_found_by_its_name_in_the_order_of_the_file() -> None:
    found = Objectives(service="any", stage="production", title="", description="", items=(COST, promised("0.5")))
    assert [each.name for each in found] == ["cost", "fast"]
    assert found["fast"] == promised("0.5")
    with pytest.raises(KeyError, match="slow"):
        found["slow"]
