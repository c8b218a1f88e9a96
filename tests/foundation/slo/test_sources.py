"""What each indicator counts, by the part that it plays, and by what its sources are told apart."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.sources import counted_sources, filter_of, names_in, source_name

SAMPLES = MetricSamples(metric=Metric(namespace="Shop", name="Wait", dimensions=(("Till", "1"), ("Stage", "prod"))))
OTHERS = MetricSamples(metric=Metric(namespace="Shop", name="Pay"))
BAD = TracesMatching(group_name="bad", filter_expression="fault = true")
ALL = TracesMatching(group_name="all", filter_expression='service("shop")')
STACKS = StackOperations(stack_name_prefix="shop-prod", failed_only=False)
WAIT = ThresholdIndicator(samples=SAMPLES, comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(5))
PAY = ThresholdIndicator(samples=OTHERS, comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(5))
SLICES = SliceIndicator(
    samples=SAMPLES, comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(5), slice_length=timedelta(minutes=5)
)
RATIO = RatioIndicator(bad=BAD, total=ALL)


@pytest.mark.parametrize(
    ("indicator", "counted"),
    [
        (WAIT, {"samples": SAMPLES}),
        (SLICES, {"samples": SAMPLES}),
        (RATIO, {"bad": BAD, "total": ALL}),
        (
            RatioSliceIndicator(events=RATIO, slice_target_ratio=Decimal("0.9"), slice_length=timedelta(minutes=5)),
            {"bad": BAD, "total": ALL},
        ),
        (
            AllOfIndicator(parts=(IndicatorPart(name="a", indicator=WAIT), IndicatorPart(name="b", indicator=PAY))),
            {f"{SAMPLES.metric}": SAMPLES, f"{OTHERS.metric}": OTHERS},
        ),
    ],
)
def test_an_indicator_counts_by_the_parts_that_it_has(indicator: Indicator, counted: dict[str, Source]) -> None:
    assert dict(counted_sources(indicator)) == counted


@pytest.mark.parametrize(
    ("source", "called", "names", "traces"),
    [
        (SAMPLES, "Shop Wait", ("Till 1", "Stage prod"), None),
        (BAD, "X-Ray traces fault = true", ("fault = true",), "fault = true"),
        (STACKS, "operations on shop-prod", ("shop-prod",), None),
    ],
)
def test_a_source_has_a_name_and_names_that_tell_it_from_others(
    source: Source, called: str, names: tuple[str, ...], traces: str | None
) -> None:
    assert (source_name(source), names_in(source), filter_of(source)) == (called, names, traces)
