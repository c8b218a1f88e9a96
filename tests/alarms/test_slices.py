"""Timeslices of a ratio: every slice counts the same, however little its traffic, as OpenSLO says of that method.

The first example is OpenSLO's own of low traffic that is as important as high traffic:
https://github.com/OpenSLO/OpenSLO/tree/main/examples
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.model import Plan
from alarms.plan import plan_of
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import run_rule_test
from alarms.slices import Slices, slices_of
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, Objectives, RatioSliceIndicator
from foundation.slo.reader import read_objectives
from tests.alarms.factories import errors_objective, stage_of

SPEC = "{namespace: AWS/ApplicationELB, metricName: %s, dimensions: {LoadBalancer: a}}"
SOURCE = "{metricSource: {type: CloudWatch, spec: " + SPEC + "}}"
SHOP = f"""apiVersion: openslo/v1
kind: Service
metadata: {{name: shop}}
spec: {{description: A shop}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {{name: checkout}}
spec:
  service: shop
  indicator:
    metadata: {{name: checkout-errors}}
    spec:
      ratioMetric:
        counter: true
        bad: {SOURCE % "HTTPCode_Target_5XX_Count"}
        total: {SOURCE % "RequestCount"}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Timeslices
  objectives: [{{target: 0.9995, timeSliceTarget: 0.95, timeSliceWindow: 1m}}]
"""


def shop(directory: Path, text: str = SHOP) -> tuple[Plan, Objectives]:
    (directory / "objectives.yaml").write_text(text)
    read = read_objectives(directory / "objectives.yaml", stage="production")
    stage = stage_of(*read.items, service="shop")
    return plan_of(stage), stage.objectives


def said(directory: Path, text: str, tests: str) -> list[str]:
    plan, objectives = shop(directory, text)
    (directory / "tests.yaml").write_text(tests)
    found = read_rule_tests(directory / "tests.yaml", plan)
    refuse_vain_tests(found, plan, objectives)
    return [each.lines[0] for test in found for each in run_rule_test(test, plan, objectives).failures]


NIGHT = """tests:
- name: a total outage at night
  input:
  - {objective: checkout, total: 10000x719 1x479, bad: 0x719 1x479}
  expect:
  - {at: 12h, alarms: {checkout-page-fast: OK}}
  - {at: 12h30m, alarms: {checkout-page-fast: ALARM}}
  - {at: 17h, alarms: {checkout-page-fast: ALARM, checkout-page-medium: ALARM}}
"""


def test_an_outage_at_night_pages_by_slices_and_not_by_occurrences(tmp_path: Path) -> None:
    assert said(tmp_path, SHOP, NIGHT) == []
    counted = SHOP.replace("Timeslices", "Occurrences").replace(", timeSliceTarget: 0.95, timeSliceWindow: 1m", "")
    assert said(tmp_path, counted, NIGHT) == [
        "at 12h30m: checkout-page-fast was expected ALARM, and is OK",
        "at 17h: checkout-page-fast was expected ALARM, and is OK",
        "at 17h: checkout-page-medium was expected ALARM, and is OK",
    ]


def test_a_slice_is_bad_beyond_its_target_and_not_at_it_or_without_events(tmp_path: Path) -> None:
    """5 of 100 are what a slice may lose at 95 %; 6 are too many."""
    tests = """tests:
- name: NAME
  input:
  - {objective: checkout, total: 100x59 TOTAL, bad: 5x59 BAD}
  expect:
  - {at: 80m, alarms: {checkout-page-fast-long: STATE, checkout-page-fast-short: OK}}
"""
    for name, total, bad, state in (
        ("at it", "100x59", "5x59", "OK"),
        ("beyond it", "100x59", "6 0x58", "ALARM"),
        ("no events", "_x60", "_x60", "OK"),
        ("one event, bad", "_ 1 _x58", "_ 1 _x58", "ALARM"),
    ):
        text = tests.replace("NAME", name).replace("TOTAL", total).replace("BAD", bad).replace("STATE", state)
        # It has been in ALARM in the short window meanwhile, and is over there.
        text = text if state == "OK" else text.replace(", checkout-page-fast-short: OK", "")
        assert said(tmp_path, SHOP, text) == [], name


def test_a_window_is_so_many_slices_of_which_more_than_a_share_must_be_bad(tmp_path: Path) -> None:
    plan, _ = shop(tmp_path)
    watched = {alarm.name.removeprefix("shop-production-checkout-"): alarm for alarm in plan.metric_alarms}
    assert {name: (alarm.period_seconds, alarm.to_alarm, alarm.evaluation_periods) for name, alarm in watched.items()} == {
        # 14.4 times 0.05 % of 60 is 0.43: one is more.
        "page-fast-long": (60, 1, 60), "page-fast-short": (60, 1, 5),
        # 6 times 0.05 % of 360 is 1.08: two are more.
        "page-medium-long": (60, 2, 360), "page-medium-short": (60, 1, 30),
        # 3 times 0.05 % of 1,440 is 2.16.
        "ticket-slow-long": (60, 3, 1440), "ticket-slow-short": (60, 1, 120),
        "ticket-no-data": (900, 4, 4),
    }  # fmt: skip
    assert {alarm.threshold for name, alarm in watched.items() if name != "ticket-no-data"} == {0.05}
    assert plan.notes == (
        "objective checkout has no pair slowest: an alarm looks back 1 d over slices of 1 min, and its long window is 3 d",
    )
    fast = plan["shop-production-checkout-page-fast"].alarm
    assert (fast.description or "").startswith(
        "More than 0.72 % of slices of 1 min had more than 5 % of events of AWS/ApplicationELB RequestCount that were in "
        "AWS/ApplicationELB HTTPCode_Target_5XX_Count, both over the last 1 h and over the last 5 min."
    )


def test_slices_of_an_hour_have_all_pairs(tmp_path: Path) -> None:
    plan, _ = shop(tmp_path, SHOP.replace("timeSliceWindow: 1m", "timeSliceWindow: 1h"))
    assert plan.notes == ()
    slowest = plan["shop-production-checkout-ticket-slowest-long"].alarm
    assert isinstance(slowest, MetricAlarm)
    assert (slowest.period_seconds, slowest.to_alarm, slowest.evaluation_periods) == (3_600, 1, 72)


@given(
    st.integers(1, 1_440).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(1, 10_080).map(lambda minutes: timedelta(minutes=minutes)),
    st.decimals("0.00001", "0.99999", places=5),
)
def test_so_many_bad_slices_are_the_fewest_that_are_more_than_the_share(
    length: timedelta, window: timedelta, share: Decimal
) -> None:
    slices = Slices(length=length, tolerated_bad_ratio=Decimal("0.05"))
    count, fewest = slices.count(window), slices.bad_count_above(share, window)
    assert 1 <= fewest <= count
    assert fewest > share * count >= fewest - 1
    assert count == 1 or abs(count * length - window) <= length / 2


def test_only_a_ratio_by_slices_has_slices() -> None:
    objective = errors_objective()
    assert slices_of(objective) is None
    indicator = RatioSliceIndicator(
        events=objective.indicator,  # type: ignore[arg-type]
        slice_target_ratio=Decimal("0.9"),
        slice_length=timedelta(minutes=5),
    )
    assert slices_of(replace(objective, indicator=indicator)) == Slices(
        length=timedelta(minutes=5), tolerated_bad_ratio=Decimal("0.1")
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (", timeSliceTarget: 0.95", "", "budgetingMethod Timeslices needs timeSliceWindow and timeSliceTarget here"),
        (", timeSliceWindow: 1m", "", "budgetingMethod Timeslices needs timeSliceWindow and timeSliceTarget here"),
        ("Window: 1m", "Window: 2d", "must be at most 1d, the longest period of a metric"),
        ("Timeslices", "Occurrences", "has no use with a ratioMetric where Occurrences are counted; remove it"),
        ("target: 0.9995,", "target: 0.9995, op: lt,", "has no use with a ratioMetric; remove it"),
        ("target: 0.9995", "target: 1", "a target of 100 % is a promise about every event"),
    ],
)
def test_half_of_a_slice_is_refused_at_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        shop(tmp_path, SHOP.replace(old, new))
    assert any(":20: " in each and problem in each for each in caught.value.problems)


def test_the_slices_of_an_objective_are_read(tmp_path: Path) -> None:
    _, objectives = shop(tmp_path)
    (objective,) = objectives
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, RatioSliceIndicator)
    assert (objective.indicator.tolerated_bad_ratio, objective.indicator.slice_length) == (
        Decimal("0.05"), timedelta(minutes=1),
    )  # fmt: skip
