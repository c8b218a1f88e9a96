"""Which CloudWatch metrics count an indicator's events, as metric math: the one mapping for alarms, dashboards and reports.

Samples against a threshold are counted with a percentile rank (PR), whose lower bound is exclusive and whose upper one is
inclusive: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html. Traces are counted in
X-Ray groups, one for each filter expression, by their ApproximateTraceCount.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from foundation.cloudwatch.limits import require
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)

# A hair's breadth beside a threshold, for comparisons that exclude or include it where a bound does the opposite.
_HAIR = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """A statistic by the id that the expressions name it with."""

    id: str
    metric: Metric
    statistic: str

    def per(self, period_seconds: int) -> MetricStat:
        """The statistic per period."""
        return MetricStat(metric=self.metric, period_seconds=period_seconds, statistic=self.statistic)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMetrics:
    """How events are counted: `total` always yields a datapoint, `bad_share` does where there are events."""

    counted: tuple[EventCount, ...]
    total: str
    bad_share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceGroup:
    """An X-Ray group that counts traces for an objective."""

    name: str
    filter_expression: str

    def __post_init__(self) -> None:
        source = "https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html"
        require(1 <= len(self.name) <= 32, f"an X-Ray group's name has 1 to 32 characters, not {self.name!r}", source)


def event_metrics(indicator: Indicator) -> EventMetrics | None:
    """The metrics and math of an objective's events; None for what CloudWatch has no counts of (slices, stack operations)."""
    match indicator:
        case ThresholdIndicator():
            return _of_threshold(indicator, "")
        case AllOfIndicator():
            parts = [_of_threshold(part, str(number)) for number, part in enumerate(indicator.parts, start=1)]
            return EventMetrics(
                counted=tuple(counted for part in parts for counted in part.counted),
                total=f"MIN([{', '.join(part.total for part in parts)}])",
                bad_share=" + ".join(part.bad_share for part in parts),
            )
        case RatioIndicator():
            bad = _counted("bad", indicator.bad)
            total = _counted("total", indicator.total)
            if bad is None or total is None:
                return None
            return EventMetrics(counted=(bad, total), total="FILL(total, 0)", bad_share="FILL(bad, 0) / total")
        case SliceIndicator():
            return None
        case _:
            assert_never(indicator)


def trace_groups(indicator: Indicator) -> tuple[TraceGroup, ...]:
    """The X-Ray groups that must exist for an indicator's metrics."""
    if not isinstance(indicator, RatioIndicator):
        return ()
    return tuple(
        TraceGroup(name=source.group_name, filter_expression=source.filter_expression)
        for source in (indicator.bad, indicator.total)
        if isinstance(source, TracesMatching)
    )


def _of_threshold(indicator: ThresholdIndicator, suffix: str) -> EventMetrics:
    threshold, metric = indicator.threshold, indicator.samples.metric
    match indicator.comparison:
        case ThresholdOperator.LESS_THAN:
            good = f"PR(:{_number(threshold - _HAIR)})"
        case ThresholdOperator.AT_MOST:
            good = f"PR(:{_number(threshold)})"
        case ThresholdOperator.MORE_THAN:
            good = f"PR({_number(threshold)}:)"
        case ThresholdOperator.AT_LEAST:
            good = f"PR({_number(threshold - _HAIR)}:)"
    total, rank = f"total{suffix}", f"rank{suffix}"
    return EventMetrics(
        counted=(
            EventCount(id=total, metric=metric, statistic="SampleCount"),
            EventCount(id=rank, metric=metric, statistic=good),
        ),
        total=f"FILL({total}, 0)",
        bad_share=f"(100 - {rank}) / 100",
    )


def _counted(id_: str, source: Source) -> EventCount | None:
    match source:
        case MetricSamples():
            return EventCount(id=id_, metric=source.metric, statistic="Sum")
        case TracesMatching():
            group = Metric(
                namespace="AWS/X-Ray",
                name="ApproximateTraceCount",
                dimensions=(("GroupName", source.group_name),),
            )
            return EventCount(id=id_, metric=group, statistic="Sum")
        case StackOperations():
            return None
        case _:
            assert_never(source)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
