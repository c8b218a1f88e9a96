"""Which metrics count an indicator's events, and in which math."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.slo.event_metrics import TraceGroup, event_metrics, trace_groups
from foundation.slo.model import (
    AllOfIndicator,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)

SAMPLES = MetricSamples(metric=Metric(namespace="N", name="Latency"))


def threshold(comparison: ThresholdOperator, value: str = "1000") -> ThresholdIndicator:
    return ThresholdIndicator(samples=SAMPLES, comparison=comparison, threshold=Decimal(value))


@pytest.mark.parametrize(
    ("comparison", "statistic"),
    [
        (ThresholdOperator.LESS_THAN, "PR(:999.999)"),
        (ThresholdOperator.AT_MOST, "PR(:1000)"),
        (ThresholdOperator.MORE_THAN, "PR(1000:)"),
        (ThresholdOperator.AT_LEAST, "PR(999.999:)"),
    ],
)
def test_a_threshold_is_a_percentile_rank_whose_upper_bound_is_inclusive(
    comparison: ThresholdOperator, statistic: str
) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"""
    events = event_metrics(threshold(comparison))
    assert events is not None
    assert [(each.id, each.statistic) for each in events.counted] == [("total", "SampleCount"), ("rank", statistic)]


def test_the_bad_share_of_a_threshold_is_what_is_not_within_it() -> None:
    events = event_metrics(threshold(ThresholdOperator.LESS_THAN))
    assert events is not None
    queries = [Query(id=each.id, source=each.per(60)) for each in events.counted]
    program = compile_queries([*queries, Query(id="e", source=MathExpression(expression=events.bad_share))])
    grid = Grid(times=np.array([0]), period_seconds=60, values={"total": np.array([200.0]), "rank": np.array([97.5])})
    assert program.run(grid, "e").series[0].tolist() == [0.025]


def test_events_of_several_parts_are_as_many_as_the_fewest_and_as_bad_as_all_parts_together() -> None:
    parts = (threshold(ThresholdOperator.LESS_THAN), threshold(ThresholdOperator.AT_MOST, "60000"))
    events = event_metrics(AllOfIndicator(parts=parts))
    assert events is not None
    assert events.total == "MIN([FILL(total1, 0), FILL(total2, 0)])"
    assert events.bad_share == "(100 - rank1) / 100 + (100 - rank2) / 100"
    assert [each.statistic for each in events.counted][1::2] == ["PR(:999.999)", "PR(:60000)"]


def test_counts_are_counted_as_they_are() -> None:
    bad, total = (MetricSamples(metric=Metric(namespace="N", name=name)) for name in ("Bad", "All"))
    events = event_metrics(RatioIndicator(bad=bad, total=total))
    assert events is not None
    assert [str(each.per(300)) for each in events.counted] == ["Sum of N Bad per 300 s", "Sum of N All per 300 s"]
    assert isinstance(events.counted[0].per(60), MetricStat)


def test_traces_are_counted_in_groups_of_their_filters() -> None:
    indicator = RatioIndicator(
        bad=TracesMatching(group_name="prod-api-bad", filter_expression="fault = true"),
        total=TracesMatching(group_name="prod-api-total", filter_expression='service("x")'),
    )
    events = event_metrics(indicator)
    assert events is not None
    assert [str(each.metric) for each in events.counted] == [
        "AWS/X-Ray ApproximateTraceCount{GroupName=prod-api-bad}",
        "AWS/X-Ray ApproximateTraceCount{GroupName=prod-api-total}",
    ]
    assert [(group.name, group.filter_expression) for group in trace_groups(indicator)] == [
        ("prod-api-bad", "fault = true"),
        ("prod-api-total", 'service("x")'),
    ]
    mixed = replace(indicator, total=SAMPLES)
    assert [group.name for group in trace_groups(mixed)] == ["prod-api-bad"]


def test_what_cloudwatch_has_no_counts_of_has_no_event_metrics() -> None:
    slices = SliceIndicator(
        samples=SAMPLES,
        comparison=ThresholdOperator.AT_LEAST,
        threshold=Decimal(100),
        slice_length=timedelta(minutes=5),
    )
    operations = StackOperations(stack_name_prefix="x", failed_only=False)
    assert event_metrics(slices) is None
    for bad, total in ((operations, operations), (SAMPLES, operations), (operations, SAMPLES)):
        assert event_metrics(RatioIndicator(bad=bad, total=total)) is None
    assert trace_groups(slices) == ()


@pytest.mark.parametrize("length", [0, 33])
def test_a_group_whose_name_is_empty_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(LimitError, match="an X-Ray group's name has 1 to 32 characters"):
        TraceGroup(name="g" * length, filter_expression="fault = true")


@pytest.mark.parametrize("length", [1, 32])
def test_a_group_may_have_the_shortest_and_the_longest_name(length: int) -> None:
    assert len(TraceGroup(name="g" * length, filter_expression="fault = true").name) == length
