"""Counted events as the statistics of the metrics that count them."""

from decimal import Decimal

import numpy as np
import pytest

from alarms.event_series import event_series
from foundation.cloudwatch.metrics import Metric
from foundation.slo.event_metrics import EventMetrics, event_metrics
from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    ThresholdIndicator,
)
from foundation.slo.model import ThresholdOperator as Operator

TOTAL, BAD = np.array([10.0, 20.0, 0.0]), np.array([1.0, np.nan, 0.0])
FIRST, SECOND = Metric(namespace="N", name="First"), Metric(namespace="N", name="Second")


def within(metric: Metric, threshold: str) -> ThresholdIndicator:
    return ThresholdIndicator(
        samples=MetricSamples(metric=metric), comparison=Operator.AT_MOST, threshold=Decimal(threshold)
    )


def made_of(indicator: Indicator) -> list[tuple[str, str, list[float]]]:
    events = event_metrics(indicator)
    assert isinstance(events, EventMetrics)
    return [
        (metric.name, statistic, values.tolist())
        for metric, statistic, values in event_series(events, total=TOTAL, bad=BAD)
    ]


def test_a_ratio_has_its_bad_and_its_total_events() -> None:
    ratio = RatioIndicator(bad=MetricSamples(metric=FIRST), total=MetricSamples(metric=SECOND))
    total, bad = made_of(ratio)
    assert bad[:2] == ("First", "Sum")
    assert bad[2] == pytest.approx([1.0, np.nan, 0.0], nan_ok=True)
    assert total == ("Second", "Sum", [10.0, 20.0, 0.0])


def test_a_threshold_counts_what_lies_within_it_and_where_nothing_is_said_nothing_was_bad() -> None:
    assert made_of(within(FIRST, "5")) == [
        ("First", "SampleCount", [10.0, 20.0, 0.0]),
        ("First", "TC(:5)", [9.0, 20.0, 0.0]),
    ]


def test_of_several_parts_the_first_has_all_the_bad_events() -> None:
    parts = (
        IndicatorPart(name="one", indicator=within(FIRST, "5")),
        IndicatorPart(name="two", indicator=within(SECOND, "7")),
    )
    assert made_of(AllOfIndicator(parts=parts)) == [
        ("First", "SampleCount", [10.0, 20.0, 0.0]),
        ("First", "TC(:5)", [9.0, 20.0, 0.0]),
        ("Second", "SampleCount", [10.0, 20.0, 0.0]),
        ("Second", "TC(:7)", [10.0, 20.0, 0.0]),
    ]
