"""CloudWatch's metric alarms and composite alarms as values, held to the documented limits when they are made.

None is a setting that is not written, where CloudWatch's default applies; the properties say what applies then.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and API_PutCompositeAlarm.html
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from foundation.cloudwatch.alarm_rule import AlarmRule, read_rule
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.limits import API, require
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.errors import about

MAX_METRICS = 10
MAX_EXPRESSIONS = 10
MAX_EVALUATION_SECONDS = 604_800
MAX_EVALUATION_SECONDS_BELOW_AN_HOUR = 86_400
_METRIC_ALARM = f"{API}/API_PutMetricAlarm.html"
_COMPOSITE_ALARM = f"{API}/API_PutCompositeAlarm.html"
# Namespaces whose alarms treat missing data otherwise than as missing, where nothing is said: the table of readings in
# docs/cloudwatch-engine.md has the sources.
_TREATED_BY_DEFAULT: Mapping[str, MissingData] = MappingProxyType({"AWS/DynamoDB": MissingData.IGNORE})


class ComparisonOperator(Enum):
    """How a datapoint is compared with the threshold to be breaching; the last three are for anomaly bands."""

    AT_LEAST = "GreaterThanOrEqualToThreshold"
    MORE_THAN = "GreaterThanThreshold"
    LESS_THAN = "LessThanThreshold"
    AT_MOST = "LessThanOrEqualToThreshold"
    OUTSIDE_BAND = "LessThanLowerOrGreaterThanUpperThreshold"
    BELOW_BAND = "LessThanLowerThreshold"
    ABOVE_BAND = "GreaterThanUpperThreshold"

    @property
    def is_of_a_band(self) -> bool:
        """Whether it compares with an anomaly detection band instead of a threshold."""
        return self in (ComparisonOperator.OUTSIDE_BAND, ComparisonOperator.BELOW_BAND, ComparisonOperator.ABOVE_BAND)


class LowSamples(Enum):
    """What a percentile alarm does while samples are too few to be significant; the values are the API's."""

    EVALUATE = "evaluate"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What an alarm does on entering a state, as ARNs.

    Two are equal when they do the same: DescribeAlarms answers `[]` and `true` where nothing was given.
    Raises LimitError.
    """

    enabled: bool | None = field(default=None, compare=False)
    on_alarm: tuple[str, ...] | None = field(default=None, compare=False)
    on_ok: tuple[str, ...] | None = field(default=None, compare=False)
    on_insufficient_data: tuple[str, ...] | None = field(default=None, compare=False)
    _done: tuple[bool, tuple[tuple[str, ...], ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lists = (self.on_alarm, self.on_ok, self.on_insufficient_data)
        object.__setattr__(self, "_done", (self.enabled is not False, tuple(arns or () for arns in lists)))
        for arns in lists:
            require(arns is None or len(arns) <= 5, "an alarm has at most 5 actions for a state", _METRIC_ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricAlarm:
    """An alarm on one statistic of a metric, or on metric math over several (`watches` are then its queries).

    Raises LimitError.
    """

    name: str
    watches: MetricStat | tuple[Query, ...]
    comparison: ComparisonOperator
    evaluation_periods: int
    threshold: float | None = None
    threshold_metric_id: str | None = None
    datapoints_to_alarm: int | None = None
    missing_data: MissingData | None = None
    low_samples: LowSamples | None = None
    description: str | None = None
    actions: Actions = Actions()
    tags: tuple[tuple[str, str], ...] | None = None

    def __post_init__(self) -> None:
        _check_texts(self.name, self.description, self.tags)

        def limit(holds: bool, problem: str) -> None:
            require(holds, f"alarm {self.name}: {problem}", _METRIC_ALARM)

        if isinstance(self.watches, tuple):
            _check_queries(self.name, self.watches)
            returning = [query.id for query in self.watches if query.returns_data]
            limit(
                len(returning) == 1 or (self.comparison.is_of_a_band and len(returning) == 2),
                f"one query returns data, the one to watch, and not {len(returning)} ({', '.join(returning)}): "
                "set ReturnData to false for the others",
            )
        limit(self.evaluation_periods >= 1, "at least 1 evaluation period")
        limit(
            1 <= self.to_alarm <= self.evaluation_periods,
            f"{self.to_alarm} datapoints to alarm of {self.evaluation_periods} evaluated",
        )
        period = self.period_seconds
        limit(
            period in (10, 20, 30) or period % 60 == 0,
            f"an alarm's period is 10, 20, 30 or a multiple of 60 seconds, not {period}",
        )
        longest = MAX_EVALUATION_SECONDS if period >= 3600 else MAX_EVALUATION_SECONDS_BELOW_AN_HOUR
        limit(
            period * self.evaluation_periods <= longest,
            f"{self.evaluation_periods} periods of {period:,} s are {period * self.evaluation_periods:,} s; "
            f"at most {longest:,} s for a period of {'an hour or more' if period >= 3600 else 'less than an hour'}",
        )
        if self.comparison.is_of_a_band:
            limit(self.threshold_metric_id is not None, "a band is compared with, so ThresholdMetricId names it")
        else:
            limit(
                self.threshold is not None and math.isfinite(self.threshold) and self.threshold_metric_id is None,
                "a threshold is needed, a finite number, and no ThresholdMetricId",
            )

    @property
    def to_alarm(self) -> int:
        """How many breaching datapoints make the alarm: all that are evaluated, unless it is said."""
        return self.evaluation_periods if self.datapoints_to_alarm is None else self.datapoints_to_alarm

    @property
    def treatment(self) -> MissingData:
        """How missing data is treated: as it is said, else as the namespace of any of its metrics has it, else as missing."""
        if self.missing_data is not None:
            return self.missing_data
        namespaces = (stat.metric.namespace for stat in self.stats)
        return next(
            (_TREATED_BY_DEFAULT[each] for each in namespaces if each in _TREATED_BY_DEFAULT), MissingData.MISSING
        )

    @property
    def queries(self) -> tuple[Query, ...]:
        """The alarm's queries; a plain metric is the one query `m1`."""
        if isinstance(self.watches, tuple):
            return self.watches
        return (Query(id="m1", source=self.watches),)

    @property
    def watched_id(self) -> str:
        """The id of the query whose datapoints are compared."""
        return next(query.id for query in self.queries if query.returns_data)

    @property
    def stats(self) -> tuple[MetricStat, ...]:
        """Every metric statistic that the alarm reads."""
        return tuple(query.source for query in self.queries if isinstance(query.source, MetricStat))

    @property
    def period_seconds(self) -> int:
        """The one period of all that it watches."""
        return next(iter(_periods(self.queries)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressor:
    """The alarm, by name or ARN, that keeps a composite alarm from acting, and the two periods that go with it."""

    alarm: str
    wait_seconds: int
    extension_seconds: int

    def __post_init__(self) -> None:
        require(1 <= len(self.alarm) <= 1_600, "a suppressor's name has 1 to 1,600 characters", _COMPOSITE_ALARM)
        require(
            self.wait_seconds >= 0 and self.extension_seconds >= 0, "no suppressor period is negative", _COMPOSITE_ALARM
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeAlarm:
    """An alarm on the states of other alarms; `rule` is kept as it was written, and read when the value is made.

    Raises LimitError.
    """

    name: str
    rule: str
    description: str | None = None
    actions: Actions = Actions()
    suppressor: Suppressor | None = None
    tags: tuple[tuple[str, str], ...] | None = None

    def __post_init__(self) -> None:
        _check_texts(self.name, self.description, self.tags)
        with about(f"alarm {self.name}"):
            read_rule(self.rule)

    @property
    def parsed_rule(self) -> AlarmRule:
        """The rule as a value."""
        return read_rule(self.rule)


Alarm = MetricAlarm | CompositeAlarm


def _check_texts(name: str, description: str | None, tags: Sequence[tuple[str, str]] | None) -> None:
    require(1 <= len(name) <= 255, f"alarm name {name!r}: 1 to 255 characters", _METRIC_ALARM)
    length = len(description or "")
    require(length <= 1_024, f"alarm {name}: a description of {length:,} characters, at most 1,024", _METRIC_ALARM)
    require(len(tags or ()) <= 50, f"alarm {name}: {len(tags or ())} tags, at most 50", _METRIC_ALARM)


def _check_queries(name: str, queries: tuple[Query, ...]) -> None:
    source = f"{API}/API_MetricDataQuery.html"

    def limit(holds: bool, problem: str) -> None:
        require(holds, f"alarm {name}: {problem}", source)

    ids = [query.id for query in queries]
    limit(len(set(ids)) == len(ids), f"query ids are unique, and these are not: {', '.join(ids)}")
    stats = [query.source for query in queries if isinstance(query.source, MetricStat)]
    expression_count = len(queries) - len(stats)
    # A query of Metrics Insights finds its metrics by itself.
    finds = any(isinstance(query.source, MathExpression) and query.source.is_metrics_insights for query in queries)
    limit(finds or stats != [], f"0 metrics in its math, 1 to {MAX_METRICS}")
    limit(len(stats) <= MAX_METRICS, f"{len(stats)} metrics in its math, 1 to {MAX_METRICS}")
    limit(expression_count <= MAX_EXPRESSIONS, f"{expression_count} expressions, at most {MAX_EXPRESSIONS}")
    periods = _periods(queries)
    limit(bool(periods), "a query of Metrics Insights has a Period, that of the alarm, and this one has none")
    limit(len(periods) == 1, f"all metrics of its math have one period, not {', '.join(map(str, sorted(periods)))} s")


def _periods(queries: Sequence[Query]) -> frozenset[int]:
    given = (query.source.period_seconds for query in queries)
    return frozenset(period for period in given if period is not None)
