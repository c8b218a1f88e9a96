"""What an indicator counts: its sources by the part that each plays, what each is called, and what tells it from others."""

from collections.abc import Mapping
from typing import assert_never

from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    TracesMatching,
)


def counted_sources(indicator: Indicator) -> Mapping[str, Source]:
    """What is counted, by its part in the indicator: samples, bad or total, and of several parts the metric of each."""
    match indicator:
        case ThresholdIndicator() | SliceIndicator():
            return {"samples": indicator.samples}
        case RatioIndicator():
            return {"bad": indicator.bad, "total": indicator.total}
        case RatioSliceIndicator(events=events):
            return counted_sources(events)
        case AllOfIndicator(parts=parts):
            # By what each measures: it may be called something else and stand elsewhere.
            return {f"{each.indicator.samples.metric}": each.indicator.samples for each in parts}
        case _:
            assert_never(indicator)


def filter_of(source: Source) -> str | None:
    """The filter of the traces that a source counts; None where it counts no traces."""
    return source.filter_expression if isinstance(source, TracesMatching) else None


def names_in(source: Source) -> tuple[str, ...]:
    """Every name by which a source is told from those of others."""
    match source:
        case MetricSamples(metric=metric):
            return tuple(f"{name} {value}" for name, value in metric.dimensions)
        case TracesMatching(filter_expression=text):
            return (text,)
        case StackOperations(stack_name_prefix=prefix):
            return (prefix,)
        case _:
            assert_never(source)


def source_name(source: Source) -> str:
    """What a source is called for people."""
    match source:
        case MetricSamples(metric=metric):
            return f"{metric.namespace} {metric.name}"
        case TracesMatching(filter_expression=text):
            return f"X-Ray traces {text}"
        case StackOperations(stack_name_prefix=prefix):
            return f"operations on {prefix}"
        case _:
            assert_never(source)
