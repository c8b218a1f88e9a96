"""What an SLO's numbers and halves come to, at their boundaries."""

from decimal import Decimal
from pathlib import Path

import pytest

from foundation.slo.model import BudgetedObjective, ThresholdIndicator
from foundation.slo.reader import read_objectives
from tests.foundation.slo.test_reader import SERVICE, SLO, problems_of, written


def test_a_title_is_the_display_name_else_the_name(tmp_path: Path) -> None:
    plain = read_objectives(written(tmp_path, SERVICE, SLO), stage="production")
    assert (plain.title, plain["fast"].title, plain["fast"].description) == ("shop", "fast", "")
    titled = SLO.replace("  name: fast", "  name: fast\n  displayName: Fast enough")
    shop = SERVICE.replace("shop}", "shop, displayName: The shop}")
    named = read_objectives(written(tmp_path, shop, titled), stage="production")
    assert (named.title, named["fast"].title) == ("The shop", "Fast enough")


@pytest.mark.parametrize("target", ["1.1", "0.5", "1"])
def test_a_target_of_one_percent_or_less_is_a_ratio_that_slipped(tmp_path: Path, target: str) -> None:
    file = written(tmp_path, SERVICE, SLO.replace("targetPercent: 99.5", f"targetPercent: {target}"))
    if target == "1.1":
        assert isinstance(found := read_objectives(file, stage="production")["fast"], BudgetedObjective)
        assert found.target_ratio == Decimal("0.011")
    else:
        assert any("% fail" in problem for problem in problems_of(file))


def test_samples_are_ranked_from_zero(tmp_path: Path) -> None:
    file = written(tmp_path, SERVICE, SLO.replace("op: lt, value: 800", "op: lte, value: 0"))
    objective = read_objectives(file, stage="production")["fast"]
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, ThresholdIndicator)
    assert objective.indicator.threshold == 0
    below = written(tmp_path, SERVICE, SLO.replace("value: 800", "value: -0.5"))
    assert any("value: must be at least 0, not '-0.5'" in problem for problem in problems_of(below))
    none = written(tmp_path, SERVICE, SLO.replace("value: 800", "value: 0"))
    assert any("no sample is less than 0" in problem for problem in problems_of(none))


@pytest.mark.parametrize("half", ["op: lt, ", "value: 800, "])
def test_half_of_a_threshold_is_none(tmp_path: Path, half: str) -> None:
    problems = problems_of(written(tmp_path, SERVICE, SLO.replace(half, "")))
    assert any("a thresholdMetric needs op and value here" in problem for problem in problems)


@pytest.mark.parametrize("half", ["timeSliceWindow: 5m", "timeSliceTarget: 1"])
def test_half_of_a_slice_is_none(tmp_path: Path, half: str) -> None:
    slices = SLO.replace("Occurrences", "Timeslices").replace("99.5}", f"99.5, {half}}}")
    problems = problems_of(written(tmp_path, SERVICE, slices))
    assert any("needs timeSliceWindow and timeSliceTarget here" in problem for problem in problems)
