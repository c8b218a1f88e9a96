"""Objectives in words: every number of a text is the objective's own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import (
    BudgetedObjective,
    Indicator,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.reader import read_objectives
from foundation.slo.wording import amount, bad_events, counted_events, good_share, more_bad_than, promise, target
from infra.service import T_DEVELOPER

OWN = read_objectives(T_DEVELOPER.objectives, stage="production")
LATENCY = Metric(namespace="AWS/ApiGateway", name="Latency", dimensions=(("ApiName", "shop"),))
QUEUE = Metric(namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage", dimensions=(("QueueName", "q"),))
OTHER = Metric(namespace="Shop", name="Basket")


def threshold(metric: Metric, comparison: ThresholdOperator, value: str) -> ThresholdIndicator:
    return ThresholdIndicator(
        samples=MetricSamples(metric=metric), comparison=comparison, threshold=Decimal(value)
    )  # fmt: skip


def events(bad: str, total: str) -> RatioIndicator:
    named = (MetricSamples(metric=Metric(namespace="Shop", name=name)) for name in (bad, total))
    return RatioIndicator(bad=next(named), total=next(named))


def objective(indicator: Indicator, **changed: object) -> BudgetedObjective:
    given = BudgetedObjective(
        name="o", title="", description="", indicator=indicator, target_ratio=Decimal("0.99"), window=timedelta(days=28)
    )
    return replace(given, **changed)


@pytest.mark.parametrize(
    ("name", "promised", "aimed"),
    [
        ("api-latency", "99 % of API requests under 1,000 ms over 28 d", "99 % under 1,000 ms over 28 d"),
        (
            "api-errors",
            "99.9 % of API requests without a server fault over 28 d",
            "99.9 % without a server fault over 28 d",
        ),
        (
            "availability",
            "99.9 % of slices of 5 min without a failed canary run over 28 d",
            "99.9 % without a failed canary run over 28 d",
        ),
        (
            "deployments",
            "100 % of stack operations without failure or rollback over 28 d",
            "100 % without failure or rollback over 28 d",
        ),
        ("monthly-cost", "under $500 in a calendar month", "under $500 a month"),
        (
            "agent-turn",
            "95 % of first tokens of agents under 1,000 ms and agent turns under 60 s over 28 d",
            "95 % under 1,000 ms and under 60 s over 28 d",
        ),
    ],
)
def test_the_projects_own_objectives_in_words(name: str, promised: str, aimed: str) -> None:
    assert (promise(OWN[name]), target(OWN[name])) == (promised, aimed)
    assert good_share(OWN[name]) == aimed.removesuffix(" over 28 d")


@pytest.mark.parametrize(
    ("comparison", "good", "bad"),
    [
        (ThresholdOperator.LESS_THAN, "under 800 ms", "took 800 ms or longer"),
        (ThresholdOperator.AT_MOST, "of 800 ms at most", "took longer than 800 ms"),
        (ThresholdOperator.MORE_THAN, "over 800 ms", "took 800 ms or less"),
        (ThresholdOperator.AT_LEAST, "of 800 ms at least", "took less than 800 ms"),
    ],
)
def test_a_latency_is_compared_in_words_as_its_operator_says(
    comparison: ThresholdOperator, good: str, bad: str
) -> None:
    indicator = threshold(LATENCY, comparison, "800")
    assert promise(objective(indicator)) == f"99 % of API requests {good} over 28 d"
    assert bad_events(indicator) == f"API requests {bad}"
    assert target(objective(indicator)) == f"99 % {good} over 28 d"


@pytest.mark.parametrize(
    ("comparison", "good", "bad"),
    [
        (ThresholdOperator.LESS_THAN, "below 60", "were 60 or more"),
        (ThresholdOperator.AT_MOST, "of 60 at most", "were above 60"),
        (ThresholdOperator.MORE_THAN, "above 60", "were 60 or less"),
        (ThresholdOperator.AT_LEAST, "of 60 at least", "were below 60"),
    ],
)
def test_samples_of_any_other_metric_are_named_by_it(comparison: ThresholdOperator, good: str, bad: str) -> None:
    indicator = threshold(OTHER, comparison, "60")
    assert promise(objective(indicator)) == f"99 % of samples of Shop Basket {good} over 28 d"
    assert bad_events(indicator) == f"samples of Shop Basket {bad}"


@pytest.mark.parametrize(
    ("value", "metric", "said"),
    [
        ("1000", LATENCY, "1,000 ms"), ("9999", LATENCY, "9,999 ms"), ("10000", LATENCY, "10 s"), ("10001", LATENCY, "10,001 ms"),
        ("60000", LATENCY, "60 s"), ("0.5", LATENCY, "0.5 ms"), ("60", QUEUE, "60 s"), ("1234.5", OTHER, "1,234.5"),
    ],
)  # fmt: skip
def test_a_value_has_its_metrics_unit(value: str, metric: Metric, said: str) -> None:
    assert amount(Decimal(value), metric) == said


def test_a_share_that_is_too_much_names_what_is_bad() -> None:
    latency = OWN["api-latency"]
    assert isinstance(latency, BudgetedObjective)
    assert more_bad_than(latency.indicator, Decimal("0.144")) == (
        "More than 14.4 % of API requests took 1,000 ms or longer"
    )
    # A factor that is no round number is shown to four digits.
    assert more_bad_than(latency.indicator, Decimal(2) / Decimal(15)).startswith("More than 13.33 % of API")


def test_shares_of_several_parts_are_added_up() -> None:
    turn = OWN["agent-turn"]
    assert isinstance(turn, BudgetedObjective)
    assert more_bad_than(turn.indicator, Decimal("0.72")) == (
        "The shares of first tokens of agents that took 1,000 ms or longer and of agent turns that took 60 s or longer add up to "
        "more than 72 %"
    )
    assert counted_events(turn.indicator) == ("first tokens of agents", "agent turns")


def test_a_ratio_of_metrics_names_both() -> None:
    ratio = events("Failed", "Orders")
    assert promise(objective(ratio)) == "99 % of events of Shop Orders that are not in Shop Failed over 28 d"
    assert bad_events(ratio) == "events of Shop Orders were in Shop Failed"
    assert target(objective(ratio)) == "99 % that are not in Shop Failed over 28 d"


def test_a_ratio_of_other_sources_names_what_counts_them() -> None:
    traces = RatioIndicator(
        bad=TracesMatching(group_name="shop-bad", filter_expression="service() { error = true }"),
        total=TracesMatching(group_name="shop-total", filter_expression="service()"),
    )
    assert bad_events(traces) == "events of the X-Ray group shop-total were in the X-Ray group shop-bad"
    mixed = RatioIndicator(
        bad=StackOperations(stack_name_prefix="s", failed_only=True), total=MetricSamples(metric=OTHER)
    )
    assert bad_events(mixed) == "events of Shop Basket were in failed stack operations"
    mixed = replace(mixed, bad=StackOperations(stack_name_prefix="s", failed_only=False))
    assert bad_events(mixed).endswith("were in stack operations")


def test_slices_are_good_by_their_average_or_by_their_events() -> None:
    by_average = SliceIndicator(
        samples=MetricSamples(metric=QUEUE),
        comparison=ThresholdOperator.LESS_THAN,
        threshold=Decimal(60),
        slice_length=timedelta(minutes=5),
    )
    assert promise(objective(by_average)) == (
        "99 % of slices of 5 min with AWS/SQS ApproximateAgeOfOldestMessage on average below 60 s over 28 d"
    )
    assert bad_events(by_average) == (
        "slices of 5 min had AWS/SQS ApproximateAgeOfOldestMessage on average 60 s or more"
    )
    assert target(objective(by_average)) == (
        "99 % with AWS/SQS ApproximateAgeOfOldestMessage on average below 60 s over 28 d"
    )
    by_events = RatioSliceIndicator(
        events=events("Failed", "Orders"), slice_target_ratio=Decimal("0.95"), slice_length=timedelta(minutes=1)
    )
    assert bad_events(by_events) == (
        "slices of 1 min had more than 5 % of events of Shop Orders that were in Shop Failed"
    )
    assert target(objective(by_events)) == (
        "99 % in which at most 5 % of events of Shop Orders were in Shop Failed over 28 d"
    )
    assert counted_events(by_events) == ("events of Shop Orders",)


def test_a_name_that_is_too_long_for_a_sentence_ends_with_an_ellipsis() -> None:
    long = Metric(namespace="N" * 200, name="M" * 200)
    said = bad_events(threshold(long, ThresholdOperator.LESS_THAN, "1"))
    assert len(said) < 120
    assert "N…" in said


@given(st.decimals("0.001", "1000000", places=3), st.integers(1, 365), st.decimals("0.5", "0.99999", places=5))
def test_another_threshold_target_or_window_changes_the_text(value: Decimal, days: int, ratio: Decimal) -> None:
    one = objective(threshold(LATENCY, ThresholdOperator.LESS_THAN, str(value)), target_ratio=ratio)
    one = replace(one, window=timedelta(days=days))
    others = (
        replace(one, indicator=threshold(LATENCY, ThresholdOperator.LESS_THAN, str(value + 1))),
        replace(one, window=timedelta(days=days + 1)),
        replace(one, target_ratio=ratio - Decimal("0.00001")),
    )
    for say in (promise, target):
        assert len({say(each) for each in (one, *others)}) == 4
