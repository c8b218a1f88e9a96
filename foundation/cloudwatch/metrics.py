"""CloudWatch metrics as values: a metric, a statistic of it, a math expression, and the queries made of both.

Each checks CloudWatch's limits when it is made.
"""

import re
from dataclasses import dataclass, field

from foundation.cloudwatch.limits import API, require
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.errors import about

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
UNITS = frozenset(
    {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
    | {
        f"{prefix}{unit}{per}"
        for prefix in ("", "Kilo", "Mega", "Giga", "Tera")
        for unit in ("bytes" if prefix else "Bytes", "bits" if prefix else "Bits")
        for per in ("", "/Second")
    }
)
MAX_EXPRESSION_CHARACTERS = 2_048
_SELECT = re.compile(r"\s*SELECT\s", re.IGNORECASE | re.ASCII)
_ID = re.compile(r"[a-z][A-Za-z0-9_]{0,254}", re.ASCII)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
_NAMESPACE = re.compile(r"(?=.*\S)(?!:)[0-9A-Za-z.\-_/#: ]{1,255}", re.ASCII)
_NAME = re.compile(r"(?=.*\S)[\x20-\x7e]{1,255}", re.ASCII)
_DIMENSION = re.compile(r"(?=.*\S)(?!:)[\x20-\x7e]{1,255}", re.ASCII)
_VALUE = re.compile(r"(?=.*\S)[\x20-\x7e]{1,1024}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One CloudWatch time series; `dimensions` are (name, value) pairs, whose order is kept and has no meaning.

    Raises LimitError.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    _dimensions: tuple[tuple[str, str], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_dimensions", tuple(sorted(self.dimensions)))
        source = f"{API}/API_Metric.html"
        _require(
            self.namespace,
            _NAMESPACE,
            "namespace",
            "1 to 255 letters, digits, blanks, ./-_#:, the first no colon",
            source,
        )
        _require(
            self.name,
            _NAME,
            "metric name",
            "1 to 255 characters of ASCII, not all blank, no control characters",
            source,
        )
        require(len(self.dimensions) <= 30, f"{self.name}: {len(self.dimensions)} dimensions, at most 30", source)
        names = [name for name, _ in self.dimensions]
        require(len(set(names)) == len(names), f"{self.name}: a dimension stands twice: {', '.join(names)}", source)
        source = f"{API}/API_Dimension.html"
        for name, value in self.dimensions:
            how = "characters of ASCII, not all blank, no control characters"
            _require(name, _DIMENSION, f"{self.name}: dimension", f"1 to 255 {how}, the first no colon", source)
            _require(value, _VALUE, f"{self.name}: {name}", f"1 to 1,024 {how}", source)

    def __str__(self) -> str:
        dimensions = ",".join(f"{name}={value}" for name, value in self._dimensions)
        return f"{self.namespace} {self.name}" + (f"{{{dimensions}}}" if dimensions else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricStat:
    """A statistic of a metric per period; `unit` restricts it to samples that were sent in that unit.

    Raises LimitError.
    """

    metric: Metric
    period_seconds: int
    statistic: str
    unit: str | None = None

    def __post_init__(self) -> None:
        source = f"{API}/API_MetricStat.html"
        check_period(self.period_seconds)
        require(self.unit is None or self.unit in UNITS, f"{self.metric}: no unit is called {self.unit!r}", source)
        with about(str(self.metric)):
            read_statistic(self.statistic)

    def __str__(self) -> str:
        return f"{self.statistic} of {self.metric} per {self.period_seconds} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class MathExpression:
    """Metric math on the ids of other queries, as text; `foundation.cloudwatch.metric_math` reads and evaluates it.

    Raises LimitError.
    """

    expression: str
    period_seconds: int | None = None

    @property
    def is_metrics_insights(self) -> bool:
        """Whether it is no math but a query of Metrics Insights, whose metrics only CloudWatch knows.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
        """
        return _SELECT.match(self.expression) is not None

    def __post_init__(self) -> None:
        require(
            1 <= len(self.expression) <= MAX_EXPRESSION_CHARACTERS,
            f"a math expression has 1 to {MAX_EXPRESSION_CHARACTERS:,} characters, not {len(self.expression):,}",
            f"{API}/API_MetricDataQuery.html",
        )
        if self.period_seconds is not None:
            check_period(self.period_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One entry of a `MetricDataQuery` list; None is a field that is not written, where CloudWatch's default applies.

    Two are equal when they ask for the same: to return data is the default. Raises LimitError.
    """

    id: str
    source: MetricStat | MathExpression
    label: str | None = None
    return_data: bool | None = field(default=None, compare=False)
    account_id: str | None = None
    _returns: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_returns", self.returns_data)
        require(
            bool(_ID.fullmatch(self.id)),
            f"query id {self.id!r}: a lower-case letter, then letters, digits and underscores, at most 255 in all",
            f"{API}/API_MetricDataQuery.html",
        )

    @property
    def returns_data(self) -> bool:
        """Whether the result is wanted; it is unless `return_data` says otherwise."""
        return self.return_data is not False


def check_period(period_seconds: int) -> None:
    """Raise LimitError unless metrics can have this period: 1, 5, 10, 20, 30 or a multiple of 60 seconds."""
    require(
        period_seconds in (1, 5, 10, 20, 30) or (period_seconds > 0 and period_seconds % 60 == 0),
        f"a period is 1, 5, 10, 20, 30 or a multiple of 60 seconds, not {period_seconds}",
        f"{API}/API_MetricStat.html",
    )


def _require(text: str, pattern: re.Pattern[str], what: str, how: str, source: str) -> None:
    said = repr(text if len(text) <= 60 else f"{text[:60]}…")
    require(pattern.fullmatch(text) is not None, f"{what} {said}: {how}", source)
