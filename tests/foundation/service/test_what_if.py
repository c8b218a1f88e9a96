"""What would be: another stage, with what was asked about changed, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.plan import plan_of
from foundation.errors import InputError
from foundation.service.stage import Stage
from foundation.service.what_if import what_if
from foundation.slo.model import BudgetedObjective, EveryEventObjective, RatioIndicator
from infra.stage import make_stage
from tests.alarms.factories import errors_objective, stage_of

STAGE = make_stage("production")


def target(stage: Stage, name: str) -> Decimal:
    objective = stage.objectives[name]
    assert isinstance(objective, BudgetedObjective)
    return objective.target_ratio


def test_another_target_is_given_to_the_objective_of_that_name_alone() -> None:
    first, second = errors_objective(), replace(errors_objective(), name="other")
    assert isinstance(first.indicator, RatioIndicator)
    every = EveryEventObjective(name="every", title="", description="", indicator=first.indicator, window=timedelta(28))
    asked = what_if(stage_of(first, second, every), targets=[("other", Decimal("0.9"))])
    assert asked.objectives == stage_of(first, replace(second, target_ratio=Decimal("0.9")), every).objectives


def test_several_targets_and_a_policy_are_changed_at_once_and_all_of_it_is_said() -> None:
    assert STAGE.alarm_rules is not None
    policy = replace(STAGE.alarm_rules.policy, name="slow", pairs=STAGE.alarm_rules.policy.pairs[1:])
    targets = [("api-errors", Decimal("0.995")), ("api-latency", Decimal("0.95"))]
    asked = what_if(STAGE, targets=targets, policy=policy)
    assert (target(asked, "api-errors"), target(asked, "api-latency")) == (Decimal("0.995"), Decimal("0.95"))
    assert asked.alarm_rules == replace(STAGE.alarm_rules, policy=policy)
    assert (asked.own, asked.scope, asked.name) == (STAGE.own, STAGE.scope, "production")
    assert plan_of(asked).what_ifs == asked.what_ifs == (
        "api-errors at 99.5 % instead of 99.9 %",
        "api-latency at 95 % instead of 99 %",
        "another burn-rate policy, slow instead of workbook",
    )  # fmt: skip


def test_a_stage_as_its_files_have_it_says_nothing() -> None:
    assert what_if(STAGE) is STAGE
    assert STAGE.what_ifs == plan_of(STAGE).what_ifs == ()


@pytest.mark.parametrize("name", ["uptime", "monthly-cost", "deployments", "api-eror"])
def test_a_target_of_what_has_no_budget_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"no objective with an error budget is named '{name}'"):
        what_if(STAGE, targets=[(name, Decimal("0.99"))])


def test_two_targets_of_one_objective_are_refused() -> None:
    with pytest.raises(InputError, match="api-errors: two other targets are given for it; give one"):
        what_if(STAGE, targets=[("api-errors", Decimal("0.99")), ("api-errors", Decimal("0.98"))])


def test_where_no_alarms_are_made_a_policy_is_refused_and_there_is_no_plan() -> None:
    judged = replace(STAGE, alarm_rules=None)
    assert STAGE.alarm_rules is not None
    with pytest.raises(InputError, match="no alarms that a burn-rate policy could change"):
        what_if(judged, policy=STAGE.alarm_rules.policy)
    with pytest.raises(InputError, match="the stage production has no alarms: only its objectives are known"):
        plan_of(judged)
