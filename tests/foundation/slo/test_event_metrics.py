"""Which metrics count an indicator's events, and in which math."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.slo.event_metrics import BadCount, EventMetrics, GoodRank, TraceGroup, event_metrics, trace_groups
from foundation.slo.model import (
    AllOfIndicator,
    IndicatorPart,
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
    assert [each.statistic for each in events.counts] == ["SampleCount", statistic]
    (part,) = events.parts
    assert isinstance(part.bad, GoodRank)
    assert part.bad.good_statistic == statistic.replace("PR", "TC")


def test_the_bad_share_of_a_threshold_is_what_is_not_within_it() -> None:
    events = event_metrics(threshold(ThresholdOperator.LESS_THAN))
    assert events is not None
    assert worked_out(events, events.bad_share, [200.0], [97.5]) == [0.025]


NONE = float("nan")
# Events of the first part and their rank, those of the second and theirs.
BOTH = ([100.0], [90.0], [40.0], [75.0])
FIRST_ONLY, SECOND_ONLY = ([100.0], [0.0], [NONE], [NONE]), ([NONE], [NONE], [40.0], [0.0])
NEITHER = ([NONE], [NONE], [NONE], [NONE])


def of_two_parts() -> EventMetrics:
    parts = (threshold(ThresholdOperator.LESS_THAN), threshold(ThresholdOperator.AT_MOST, "60000"))
    named = zip(("begins", "ends"), parts, strict=True)
    events = event_metrics(
        AllOfIndicator(parts=tuple(IndicatorPart(name=name, indicator=part) for name, part in named))
    )
    assert events is not None
    return events


def worked_out(events: EventMetrics, expression: str, *values: list[float]) -> list[float]:
    """What an expression says of the counts' values, in the order of `counts`."""
    queries = [Query(id=each.id, source=each.per(60)) for each in events.counts]
    program = compile_queries([*queries, Query(id="e", source=MathExpression(expression=expression))])
    series = {each.id: np.array(of) for each, of in zip(events.counts, values, strict=True)}
    grid = Grid(times=60 * np.arange(len(values[0])), period_seconds=60, values=series)
    return np.broadcast_to(program.run(grid, "e").series[0], grid.times.shape).tolist()


def test_several_parts_are_counted_by_themselves_and_keep_their_names() -> None:
    events = of_two_parts()
    assert [part.name for part in events.parts] == ["begins", "ends"]
    assert [each.statistic for each in events.counts] == [
        "SampleCount", "PR(:999.999)", "SampleCount", "PR(:60000)",
    ]  # fmt: skip
    assert len({each.id for each in events.counts}) == 4


@pytest.mark.parametrize(
    ("values", "total", "bad_share"),
    [(BOTH, 40.0, 0.35), (FIRST_ONLY, 100.0, 1.0), (SECOND_ONLY, 40.0, 1.0), (NEITHER, 0.0, 0.0)],
)
def test_of_several_parts_events_are_the_fewest_counted_and_a_silent_part_hides_no_bad_share(
    values: tuple[list[float], ...], total: float, bad_share: float
) -> None:
    events = of_two_parts()
    assert worked_out(events, events.total, *values) == [total]
    assert worked_out(events, events.bad_share, *values) == pytest.approx([bad_share])


@pytest.mark.parametrize(
    ("values", "least_count", "bad_share"),
    [
        (BOTH, 40, 0.35),
        (BOTH, 41, 0.1),
        (BOTH, 100, 0.1),
        (BOTH, 101, 0.0),
        (FIRST_ONLY, 100, 1.0),
        (SECOND_ONLY, 40, 1.0),
        (SECOND_ONLY, 41, 0.0),
        (NEITHER, 1, 0.0),
    ],
)
def test_a_part_with_too_few_events_says_nothing_and_takes_nothing_from_the_others(
    values: tuple[list[float], ...], least_count: int, bad_share: float
) -> None:
    events = of_two_parts()
    assert worked_out(events, events.bad_share_of_at_least(least_count), *values) == pytest.approx([bad_share])


@pytest.mark.parametrize(
    ("values", "fewer_than", "bad_count"),
    [
        (BOTH, 101, 20.0),
        (BOTH, 100, 10.0),
        (BOTH, 40, 0.0),
        (FIRST_ONLY, 101, 100.0),
        (SECOND_ONLY, 41, 40.0),
        (NEITHER, 41, 0.0),
    ],
)
def test_bad_events_are_counted_in_each_part_that_has_few(
    values: tuple[list[float], ...], fewer_than: int, bad_count: float
) -> None:
    events = of_two_parts()
    assert worked_out(events, events.bad_count_of_fewer_than(fewer_than), *values) == pytest.approx([bad_count])


def test_counts_are_counted_as_they_are() -> None:
    bad, total = (MetricSamples(metric=Metric(namespace="N", name=name)) for name in ("Bad", "All"))
    events = event_metrics(RatioIndicator(bad=bad, total=total))
    assert events is not None
    assert [str(each.per(300)) for each in events.counts] == ["Sum of N All per 300 s", "Sum of N Bad per 300 s"]
    (part,) = events.parts
    assert part.total.per(60) == MetricStat(metric=total.metric, period_seconds=60, statistic="Sum")
    assert isinstance(part.bad, BadCount)
    assert part.bad.count.metric == bad.metric


def test_traces_are_counted_in_groups_of_their_filters() -> None:
    indicator = RatioIndicator(
        bad=TracesMatching(group_name="prod-api-bad", filter_expression="fault = true"),
        total=TracesMatching(group_name="prod-api-total", filter_expression='service("x")'),
    )
    events = event_metrics(indicator)
    assert events is not None
    assert [str(each.metric) for each in events.counts] == [
        "AWS/X-Ray ApproximateTraceCount{GroupName=prod-api-total}",
        "AWS/X-Ray ApproximateTraceCount{GroupName=prod-api-bad}",
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
