"""Indicators that could only ever have one value are refused at their line, and what differs by a hair is not."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import (
    AllOfIndicator,
    CostObjective,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.one_valued import one_value_of
from foundation.slo.reader import read_objectives
from foundation.slo.trace_filter import covers, read_filter
from infra.service import T_DEVELOPER
from tests.foundation.slo.test_reader import SERVICE, problems_of, written

SPEC = "type: CloudWatch, spec: {namespace: AWS/ApplicationELB, dimensions"
RATIO = f"""\
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
        bad: {{metricSource: {{{SPEC}: {{LoadBalancer: a, TargetGroup: b}}, metricName: BAD}}}}}}
        total: {{metricSource: {{{SPEC}: {{TargetGroup: b, LoadBalancer: a}}, metricName: RequestCount}}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.999}}]
"""


def test_the_same_metric_as_bad_and_total_is_refused_at_its_line(tmp_path: Path) -> None:
    """Whatever the order of their dimensions: https://github.com/OpenSLO/oslo/issues/30"""
    (problem,) = problems_of(written(tmp_path, SERVICE, RATIO.replace("BAD", "RequestCount")))
    assert ":16: checkout: spec.indicator.spec.ratioMetric.bad: bad and total are the same metric, AWS/Appl" in problem
    assert problem.endswith("so that every event is bad; name the metric of the bad ones")
    assert read_objectives(written(tmp_path, SERVICE, RATIO.replace("BAD", "HTTPCode_Target_5XX_Count")), stage="s")


def test_one_metric_by_an_alias_is_the_same_metric(tmp_path: Path) -> None:
    text = RATIO.replace("bad: {metricSource", "bad: &one {metricSource").replace("BAD", "RequestCount")
    lines = ["        total: *one" if line.startswith("        total:") else line for line in text.splitlines()]
    assert any("the same metric" in problem for problem in problems_of(written(tmp_path, SERVICE, "\n".join(lines))))


SHOP = 'service("shop/production")'


@pytest.mark.parametrize(
    ("bad", "total", "is_refused"),
    [
        (SHOP, SHOP, True),
        (f"{SHOP}  ", f" {SHOP}", True),
        ("fault = true OR fault = false OR ok", "fault = true", True),
        (SHOP, f'{SHOP} AND http.method = "GET"', True),
        (SHOP, f"{SHOP} {{ fault = true }}", True),
        ("fault", "fault = true AND error", True),
        ("NOT fault OR fault", SHOP, True),
        ("a ~~ b", "a ~~ b", True),
        (f"{SHOP} {{ fault = true }}", SHOP, False),
        (f"{SHOP} AND fault", SHOP, False),
        ("fault AND error", "fault", False),
        ("fault OR error", SHOP, False),
        ("a ~~ b", "a ~~ c", False),
    ],
)
def test_traces_that_are_all_bad(bad: str, total: str, is_refused: bool) -> None:
    indicator = RatioIndicator(
        bad=TracesMatching(group_name="bad", filter_expression=bad),
        total=TracesMatching(group_name="total", filter_expression=total),
    )
    assert (one_value_of(indicator) is not None) is is_refused


TERMS = st.sampled_from(["fault", "error", "throttle", "ok"])


@given(st.lists(TERMS, min_size=1, max_size=3), st.lists(TERMS, min_size=1, max_size=3), st.booleans(), st.booleans())
def test_a_filter_covers_another_when_whatever_that_has_it_has(
    one: list[str], other: list[str], ors: bool, or_too: bool
) -> None:
    """Held against every trace that there can be of four facts."""

    def text(terms: list[str], by_or: bool) -> str:
        return (" OR " if by_or else " AND ").join(terms)

    def has(terms: list[str], by_or: bool, facts: frozenset[str]) -> bool:
        return (any if by_or else all)(term in facts for term in terms)

    names = ("fault", "error", "throttle", "ok")
    every = [frozenset(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(16)]
    truth = all(has(one, ors, facts) for facts in every if has(other, or_too, facts))
    assert covers(read_filter(text(one, ors)), read_filter(text(other, or_too))) is truth


SUCCESS = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=(("CanaryName", "c"),))
LATENCY = Metric(namespace="AWS/ApiGateway", name="Latency", dimensions=(("ApiName", "a"),))
OP = ThresholdOperator


@pytest.mark.parametrize(
    ("metric", "comparison", "threshold", "is_refused"),
    [
        (LATENCY, OP.AT_LEAST, "0", True), (LATENCY, OP.AT_LEAST, "0.001", False), (LATENCY, OP.MORE_THAN, "0", False),
        (LATENCY, OP.LESS_THAN, "0", True), (LATENCY, OP.LESS_THAN, "0.001", False), (LATENCY, OP.AT_MOST, "0", False),
        (LATENCY, OP.AT_MOST, "100", False), (LATENCY, OP.MORE_THAN, "100", False), (LATENCY, OP.LESS_THAN, "1000", False),
        (SUCCESS, OP.AT_MOST, "100", True), (SUCCESS, OP.AT_MOST, "99.9", False), (SUCCESS, OP.LESS_THAN, "100", False),
        (SUCCESS, OP.LESS_THAN, "100.1", True), (SUCCESS, OP.MORE_THAN, "100", True), (SUCCESS, OP.MORE_THAN, "99.9", False),
        (SUCCESS, OP.AT_LEAST, "100", False), (SUCCESS, OP.AT_LEAST, "100.1", True),
    ],
)  # fmt: skip
def test_a_threshold_that_all_or_no_samples_keep(
    metric: Metric, comparison: OP, threshold: str, is_refused: bool
) -> None:
    samples = MetricSamples(metric=metric)
    of_samples = ThresholdIndicator(samples=samples, comparison=comparison, threshold=Decimal(threshold))
    of_slices = SliceIndicator(
        samples=samples, comparison=comparison, threshold=Decimal(threshold), slice_length=timedelta(minutes=5)
    )
    whole = AllOfIndicator(parts=(IndicatorPart(name="p", indicator=of_samples),))
    indicators: tuple[Indicator, ...] = (of_samples, of_slices, whole)
    assert [one_value_of(each) is not None for each in indicators] == [is_refused] * 3


def test_the_projects_own_indicators_have_several_values() -> None:
    for objective in read_objectives(T_DEVELOPER.objectives, stage="production"):
        assert isinstance(objective, CostObjective) or one_value_of(objective.indicator) is None
