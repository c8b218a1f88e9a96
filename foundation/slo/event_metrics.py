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
    RatioSliceIndicator,
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
    """A statistic by the id that the expressions name it with; the id means nothing else."""

    id: str
    metric: Metric
    statistic: str

    def per(self, period_seconds: int) -> MetricStat:
        """The statistic per period."""
        return MetricStat(metric=self.metric, period_seconds=period_seconds, statistic=self.statistic)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCount:
    """The number of bad events."""

    count: EventCount


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRank:
    """The percentage of events that are good; `good_statistic` counts these, and the percentage follows from it."""

    count: EventCount
    good_statistic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """One metric's events; `name` is what an objective of several parts calls this one.

    A part without events has a total of 0 and a bad share of 0: both expressions always yield a datapoint, but for a bad
    share of counts, which has none where nothing was counted.
    """

    name: str | None
    total: EventCount
    bad: BadCount | GoodRank

    @property
    def total_count(self) -> str:
        """The expression for the number of all events."""
        return f"FILL({self.total.id}, 0)"

    @property
    def bad_share(self) -> str:
        """The expression for the share of events that are bad."""
        match self.bad:
            case BadCount(count=count):
                return f"FILL({count.id}, 0) / {self.total.id}"
            case GoodRank(count=count):
                # Without samples there is no rank, and nothing that was not good.
                return f"(100 - FILL({count.id}, 100)) / 100"
            case _:
                assert_never(self.bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMetrics:
    """How an objective's events are counted, in one part or in several that must all be good.

    From the parts' own counts alone, the bad share is at most the sum of the parts' bad shares. A part that counts nothing
    neither hides nor dilutes what the others count: each share is of its own part's events, and guarded by their number.
    """

    parts: tuple[EventPart, ...]

    @property
    def counts(self) -> tuple[EventCount, ...]:
        """Every statistic that the expressions name."""
        return tuple(count for part in self.parts for count in (part.total, part.bad.count))

    @property
    def total(self) -> str:
        """The expression for the number of events: as many as the fewest of the parts that count any; 0 where none does."""
        totals = [part.total_count for part in self.parts]
        if len(totals) == 1:
            return totals[0]
        most = f"MAX([{', '.join(totals)}])"
        return f"MIN([{', '.join(f'IF({total} > 0, {total}, {most})' for total in totals)}])"

    @property
    def bad_share(self) -> str:
        """The expression for the share of events that are bad; of several parts it may be more than 1."""
        return " + ".join(part.bad_share for part in self.parts)

    def bad_share_of_at_least(self, event_count: int) -> str:
        """The share that is bad, where a part with fewer events than this counts as good: it shows too little."""
        return " + ".join(f"IF({part.total_count} >= {event_count}, {part.bad_share}, 0)" for part in self.parts)

    def bad_count_of_fewer_than(self, event_count: int) -> str:
        """How many events were bad in parts with fewer events than this, but some."""
        return " + ".join(
            f"IF({part.total_count} > 0 AND {part.total_count} < {event_count}, "
            f"({part.bad_share}) * {part.total_count}, 0)"
            for part in self.parts
        )


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
            return EventMetrics(parts=(_of_threshold(indicator, name=None, suffix=""),))
        case AllOfIndicator():
            return EventMetrics(
                parts=tuple(
                    _of_threshold(part.indicator, name=part.name, suffix=str(number))
                    for number, part in enumerate(indicator.parts, start=1)
                )
            )
        case RatioIndicator():
            bad = _counted("bad", indicator.bad)
            total = _counted("total", indicator.total)
            if bad is None or total is None:
                return None
            return EventMetrics(parts=(EventPart(name=None, total=total, bad=BadCount(count=bad)),))
        case SliceIndicator() | RatioSliceIndicator():
            return None
        case _:
            assert_never(indicator)


def events_of(indicator: Indicator) -> EventMetrics | None:
    """The same, and of slices that are judged by their events these events: what there is to count, not how it is judged."""
    return event_metrics(indicator.events if isinstance(indicator, RatioSliceIndicator) else indicator)


def trace_groups(indicator: Indicator) -> tuple[TraceGroup, ...]:
    """The X-Ray groups that must exist for an indicator's metrics."""
    if isinstance(indicator, RatioSliceIndicator):
        return trace_groups(indicator.events)
    if not isinstance(indicator, RatioIndicator):
        return ()
    return tuple(
        TraceGroup(name=source.group_name, filter_expression=source.filter_expression)
        for source in (indicator.bad, indicator.total)
        if isinstance(source, TracesMatching)
    )


def _of_threshold(indicator: ThresholdIndicator, *, name: str | None, suffix: str) -> EventPart:
    threshold, metric = indicator.threshold, indicator.samples.metric
    match indicator.comparison:
        case ThresholdOperator.LESS_THAN:
            bounds = f":{_number(threshold - _HAIR)}"
        case ThresholdOperator.AT_MOST:
            bounds = f":{_number(threshold)}"
        case ThresholdOperator.MORE_THAN:
            bounds = f"{_number(threshold)}:"
        case ThresholdOperator.AT_LEAST:
            bounds = f"{_number(threshold - _HAIR)}:"
        case _:
            assert_never(indicator.comparison)
    return EventPart(
        name=name,
        total=EventCount(id=f"total{suffix}", metric=metric, statistic="SampleCount"),
        bad=GoodRank(
            count=EventCount(id=f"rank{suffix}", metric=metric, statistic=f"PR({bounds})"),
            good_statistic=f"TC({bounds})",
        ),
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
