"""The generated tests of a limit of charges hold for any limit, and every month has its pace."""

from decimal import Decimal

import pytest

from alarms.objective_proofs import objective_rule_tests
from alarms.rule_test_file import MetricInput
from foundation.slo.model import CostObjective
from tests.alarms.factories import CONTEXT, stage_of
from tests.alarms.proved import not_shown


@pytest.mark.parametrize("limit_usd", ["0.3", "7.77", "500", "123456.78"])
def test_the_alarms_of_any_limit_are_proved(limit_usd: str) -> None:
    objective = CostObjective(name="cost", title="Cost", description="", limit_usd=Decimal(limit_usd))
    plan, not_in_alarm, not_quiet = not_shown(stage_of(objective))
    assert len(plan.alarms) == 3
    assert not_in_alarm | not_quiet == set()


def test_every_month_is_tried_ahead_of_its_pace_and_not() -> None:
    objective = CostObjective(name="cost", title="Cost", description="", limit_usd=Decimal(31))
    tests = [each for each in objective_rule_tests(stage_of(objective), CONTEXT) if "on the fifth of" in each.name]
    assert len(tests) == 24
    assert {each.start_at.month for each in tests} == set(range(1, 13))
    march = [each for each in tests if each.start_at.month == 3]
    # A dollar a day: four by the fifth, and a tenth, but for a thousandth of what is ahead.
    first = [float(given.values[0]) for each in march for given in each.inputs if isinstance(given, MetricInput)]
    assert first == pytest.approx([4.396, 4.404])
