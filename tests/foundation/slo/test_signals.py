"""Which signal each indicator speaks of, and what of."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.signals import (
    ApiStage,
    Canary,
    Line,
    Queue,
    SignalKind,
    Stacks,
    Subject,
    Unnamed,
    WholeAccount,
    signals_of,
)

API = {"ApiName": "shop-prod", "Stage": "prod"}
SHOP, ALL_STAGES = ApiStage(api_name="shop-prod", stage="prod"), ApiStage(api_name="shop-prod", stage=None)


def samples(namespace: str, name: str, **dimensions: str) -> MetricSamples:
    return MetricSamples(metric=Metric(namespace=namespace, name=name, dimensions=tuple(dimensions.items())))


def below(of: MetricSamples) -> ThresholdIndicator:
    return ThresholdIndicator(samples=of, comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(5))


def slices(of: MetricSamples) -> SliceIndicator:
    return SliceIndicator(
        samples=of, comparison=ThresholdOperator.AT_LEAST, threshold=Decimal(100), slice_length=timedelta(minutes=5)
    )


def ratio(bad: MetricSamples, total: MetricSamples) -> RatioIndicator:
    return RatioIndicator(bad=bad, total=total)


def traces(bad: str, total: str) -> RatioIndicator:
    return RatioIndicator(
        bad=TracesMatching(group_name="bad", filter_expression=bad),
        total=TracesMatching(group_name="total", filter_expression=total),
    )


def objective(indicator: Indicator) -> BudgetedObjective:
    return BudgetedObjective(
        name="any",
        title="",
        description="",
        indicator=indicator,
        target_ratio=Decimal("0.9"),
        window=timedelta(days=28),
    )


GATEWAY, SYNTHETICS = "AWS/ApiGateway", "CloudWatchSynthetics"
AGE = "ApproximateAgeOfOldestMessage"
FAULT, COUNT = samples(GATEWAY, "5XXError", **API), samples(GATEWAY, "Count", **API)
OPERATIONS = RatioIndicator(
    bad=StackOperations(stack_name_prefix="shop", failed_only=True),
    total=StackOperations(stack_name_prefix="shop", failed_only=False),
)


@pytest.mark.parametrize(
    ("indicator", "kind", "of"),
    [
        (below(samples(GATEWAY, "Latency", **API)), SignalKind.API_LATENCY, SHOP),
        (below(samples(GATEWAY, "Latency", ApiName="shop-prod")), SignalKind.API_LATENCY, ALL_STAGES),
        (below(samples(GATEWAY, "Latency", ApiId="x")), SignalKind.API_LATENCY, Unnamed()),
        (below(samples(GATEWAY, "Latency", **API, Method="GET", Resource="/")), SignalKind.API_LATENCY, Unnamed()),
        (below(samples(GATEWAY, "IntegrationLatency", **API)), SignalKind.OTHER, Unnamed()),
        (ratio(FAULT, COUNT), SignalKind.API_FAULTS, SHOP),
        (ratio(samples(GATEWAY, "4XXError", **API), COUNT), SignalKind.OTHER, Unnamed()),
        (ratio(FAULT, samples(GATEWAY, "Count", ApiName="other", Stage="prod")), SignalKind.OTHER, Unnamed()),
        (ratio(FAULT, FAULT), SignalKind.OTHER, Unnamed()),
        (traces('service("shop-prod/prod") { fault }', 'service("shop-prod/prod")'), SignalKind.API_FAULTS, SHOP),
        (traces('service("worker") { fault }', 'service("worker")'), SignalKind.OTHER, Unnamed()),
        (traces('service("/prod") { fault }', 'service("/prod")'), SignalKind.OTHER, Unnamed()),
        (traces("not a filter at all", 'service("shop-prod/prod")'), SignalKind.OTHER, Unnamed()),
        (RatioIndicator(bad=FAULT, total=TracesMatching(group_name="g", filter_expression="ok")), SignalKind.OTHER, Unnamed()),
        (slices(samples(SYNTHETICS, "SuccessPercent", CanaryName="shop")), SignalKind.CANARY_SUCCESS, Canary(name="shop")),
        (slices(samples(SYNTHETICS, "SuccessPercent")), SignalKind.CANARY_SUCCESS, Unnamed()),
        (slices(samples(GATEWAY, "Latency", **API)), SignalKind.OTHER, Unnamed()),
        (below(samples("AWS/Bedrock", "TimeToFirstToken")), SignalKind.AGENT_FIRST_TOKEN, WholeAccount()),
        (below(samples("AWS/Bedrock", "TimeToFirstToken", ModelId="m")), SignalKind.AGENT_FIRST_TOKEN, Unnamed()),
        (below(samples("AWS/Bedrock-AgentCore", "Latency")), SignalKind.AGENT_TURN, WholeAccount()),
        (below(samples("AWS/SQS", AGE, QueueName="jobs")), SignalKind.QUEUE_AGE, Queue(name="jobs")),
        (below(samples("AWS/SQS", AGE)), SignalKind.QUEUE_AGE, Unnamed()),
        (OPERATIONS, SignalKind.STACK_OPERATIONS, Stacks(name_prefix="shop")),
    ],
)  # fmt: skip
def test_an_indicator_speaks_of_one_signal_of_one_thing(indicator: Indicator, kind: SignalKind, of: Subject) -> None:
    (signal,) = signals_of(objective(indicator))
    assert (signal.kind, signal.of) == (kind, of)
    assert signal.counted_in


def test_an_objective_of_several_parts_speaks_of_the_signal_of_each() -> None:
    parts = (
        IndicatorPart(name="begins", indicator=below(samples("AWS/Bedrock", "TimeToFirstToken"))),
        IndicatorPart(name="latency", indicator=below(samples(GATEWAY, "Latency", **API))),
    )
    found = signals_of(objective(AllOfIndicator(parts=parts)))
    assert [signal.kind for signal in found] == [SignalKind.AGENT_FIRST_TOKEN, SignalKind.API_LATENCY]


def test_money_speaks_of_the_whole_account() -> None:
    (signal,) = signals_of(CostObjective(name="money", title="", description="", limit_usd=Decimal(1)))
    assert (signal.kind, signal.of, signal.samples) == (SignalKind.COST, WholeAccount(), None)


def test_samples_keep_their_metric_and_their_line() -> None:
    of = samples(GATEWAY, "Latency", **API)
    (signal,) = signals_of(objective(below(of)))
    assert signal.samples is not None
    assert (signal.samples.metric, signal.samples.line.threshold) == (of.metric, Decimal(5))
    assert signal.counted_in == "AWS/ApiGateway Latency{ApiName=shop-prod,Stage=prod}"
    (counted,) = signals_of(objective(ratio(FAULT, COUNT)))
    assert counted.samples is None


@pytest.mark.parametrize(
    ("comparison", "bad_from"),
    [
        (ThresholdOperator.LESS_THAN, 1000.0),
        # The next number after 1,000 that a float can hold.
        (ThresholdOperator.AT_MOST, 1000.0000000000001),
        (ThresholdOperator.MORE_THAN, None),
        (ThresholdOperator.AT_LEAST, None),
    ],
)
def test_a_line_says_from_which_value_on_samples_are_bad(comparison: ThresholdOperator, bad_from: float | None) -> None:
    assert Line(comparison=comparison, threshold=Decimal(1000)).bad_from == bad_from
