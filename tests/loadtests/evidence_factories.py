"""Objectives that a load test may speak for, and sound runs by what happened in each second."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from foundation.cloudwatch.metrics import Metric
from foundation.service.measured import ByLoad, measured_by
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    EveryEventObjective,
    Indicator,
    IndicatorPart,
    MetricSamples,
    Objectives,
    RatioIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from loadtests.evidence import Judged, judge_objective
from loadtests.result import JourneyCounts, JourneySecond, LoadResult
from tests.loadtests.factories import a_result

API = "AWS/ApiGateway"
WARM_UP_SECONDS = 10


OWN_API = (("ApiName", "any-production"), ("Stage", "production"))


def samples(namespace: str, name: str) -> MetricSamples:
    """A metric; those of an API are of the service's own."""
    return MetricSamples(
        metric=Metric(namespace=namespace, name=name, dimensions=OWN_API if namespace == API else ())
    )  # fmt: skip


def within(
    threshold: str, *, of: MetricSamples, comparison: ThresholdOperator = ThresholdOperator.LESS_THAN
) -> ThresholdIndicator:
    return ThresholdIndicator(samples=of, comparison=comparison, threshold=Decimal(threshold))


def objective(indicator: Indicator, *, target: str = "0.99", name: str = "any") -> BudgetedObjective:
    return BudgetedObjective(
        name=name, title=name, description=name, indicator=indicator, target_ratio=Decimal(target), window=timedelta(28)
    )


LATENCY = samples(API, "Latency")
FIRST_TOKEN, TURN = samples("AWS/Bedrock", "TimeToFirstToken"), samples("AWS/Bedrock-AgentCore", "Latency")
FAULTS = RatioIndicator(bad=samples(API, "5XXError"), total=samples(API, "Count"))
TRACES = RatioIndicator(
    bad=TracesMatching(group_name="bad", filter_expression='service("any-production/production") { fault = true }'),
    total=TracesMatching(group_name="total", filter_expression='service("any-production/production")'),
)
SLOW = within("1000", of=LATENCY)


def all_of(*parts: ThresholdIndicator) -> AllOfIndicator:
    """Parts that are called by their numbers."""
    return AllOfIndicator(
        parts=tuple(IndicatorPart(name=f"part-{number}", indicator=each) for number, each in enumerate(parts))
    )


ALL_OF = all_of(within("1000", of=FIRST_TOKEN), within("60000", of=TURN))
EVERY = EveryEventObjective(name="every", title="", description="", indicator=FAULTS, window=timedelta(28))


def objectives(*items: BudgetedObjective | EveryEventObjective) -> Objectives:
    return Objectives(stage="production", title="", description="", service="any", items=items)


def judged_alone(objective: BudgetedObjective, run: LoadResult) -> Judged:
    """The judgement of an objective that is the only one."""
    by_load = measured_by(objective, objectives(objective))
    assert isinstance(by_load, ByLoad)
    return judge_objective(objective, by_load, run)


def second(
    number: int, ended: int, *, faults: int = 0, slow: int = 0, refused: int = 0, closing: int = 0, flow: str = "health"
) -> JourneySecond:
    return JourneySecond(
        flow=flow,
        second=number,
        ended_count=ended,
        fault_count=faults,
        slow_count=slow,
        refused_count=refused,
        closing_count=closing,
    )


def a_run(
    *seconds: JourneySecond, measured_seconds: float = 100, warm_up_seconds: float = WARM_UP_SECONDS
) -> LoadResult:
    """A sound run of these seconds, some of them of the warm-up."""
    base = a_result()
    flows = sorted({each.flow for each in seconds})
    measured = {
        flow: [each for each in seconds if each.flow == flow and each.second >= warm_up_seconds] for flow in flows
    }
    journeys = tuple(
        JourneyCounts(
            flow=flow,
            ended_count=sum(each.ended_count for each in counted),
            fault_count=sum(each.fault_count for each in counted),
            refused_count=sum(each.refused_count for each in counted),
            slow_count=sum(each.slow_count for each in counted),
            censored_count=0,
            closing_count=sum(each.closing_count for each in counted),
        )
        for flow, counted in measured.items()
    )
    return replace(
        base,
        warm_up=replace(base.warm_up, planned_seconds=warm_up_seconds),
        measured=replace(base.measured, actual_seconds=measured_seconds, journeys=journeys),
        journey_seconds=seconds,
    )


def steady(bad_by_second: Sequence[int], *, each_second: int = 1_000) -> tuple[JourneySecond, ...]:
    """Measured seconds with so many journeys each, and these faults."""
    return tuple(second(WARM_UP_SECONDS + number, each_second, faults=bad) for number, bad in enumerate(bad_by_second))
