"""A dashboard as a value: panels on a grid of 24 columns. What a panel shows is said once, and every writer follows it.

Panel = GraphPanel | AlarmsPanel | TextPanel | LogsPanel
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from foundation.cloudwatch.containers import MAX_ALARMS_A_WIDGET
from foundation.cloudwatch.expressions import check_expressions
from foundation.cloudwatch.limits import API, GUIDE, require
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.service.panels import COLUMNS_COUNT, Unit

_BODY = f"{API}/CloudWatch-Dashboard-Body-Structure.html"
MAX_ROWS_A_WIDGET = 1_000
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html"
MAX_LOG_GROUPS, MAX_LOGS_QUERY_CHARACTERS = 50, 10_000
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
MAX_WIDGETS, MAX_METRICS_A_WIDGET, MAX_METRICS_A_DASHBOARD = 500, 500, 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A horizontal line: an objective's promise, in the panel's unit; the label says its value, too."""

    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphPanel:
    """Metrics and math over time, in one unit. `over` is a time range of its own, where it is not the dashboard's.

    `region` is set where the metrics are in that Region only. Raises LimitError.
    """

    title: str
    queries: tuple[Query, ...]
    unit: Unit
    thresholds: tuple[Threshold, ...] = ()
    is_stacked: bool = False
    over: timedelta | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        source = f"{GUIDE}/cloudwatch_limits.html"
        count = len(self.queries)
        require(
            1 <= count <= MAX_METRICS_A_WIDGET,
            f"panel {self.title!r}: {count} metrics and expressions, 1 to {MAX_METRICS_A_WIDGET}",
            source,
        )
        ids = [query.id for query in self.queries]
        require(len(set(ids)) == len(ids), f"panel {self.title!r}: ids are unique, and these are not: {ids}", source)
        require(any(query.returns_data for query in self.queries), f"panel {self.title!r}: nothing is shown", source)
        for query in self.queries:
            require(
                not isinstance(query.source, MetricStat) or query.source.unit is None,
                f"panel {self.title!r}: {query.id}: a graph shows samples of every unit, and cannot choose one",
                _BODY,
            )
        check_expressions(self.queries, of=f"panel {self.title!r}")

    @property
    def metrics_in_order(self) -> tuple[Metric, ...]:
        """The metrics that it reads, as its queries come."""
        return tuple(query.source.metric for query in self.queries if isinstance(query.source, MetricStat))

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that it reads."""
        return frozenset(self.metrics_in_order)

    @property
    def period_seconds(self) -> int:
        """The period of its metrics, the longest where they differ."""
        return max(
            (query.source.period_seconds for query in self.queries if isinstance(query.source, MetricStat)), default=60
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsPanel:
    """The states of alarms, by name; `composites` are those of them that are composite alarms. Raises LimitError."""

    title: str
    alarms: tuple[str, ...]
    composites: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        require(
            1 <= len(self.alarms) <= MAX_ALARMS_A_WIDGET,
            f"panel {self.title!r}: {len(self.alarms)} alarms, 1 to {MAX_ALARMS_A_WIDGET}",
            _BODY,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPanel:
    """Markdown."""

    title: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsPanel:
    """A Logs Insights query on log groups, as a table. Raises LimitError."""

    title: str
    log_groups: tuple[str, ...]
    query: str

    def __post_init__(self) -> None:
        require(
            1 <= len(self.log_groups) <= MAX_LOG_GROUPS,
            f"panel {self.title!r}: {len(self.log_groups)} log groups, 1 to {MAX_LOG_GROUPS}",
            _LOGS,
        )
        require(
            1 <= len(self.query) <= MAX_LOGS_QUERY_CHARACTERS,
            f"panel {self.title!r}: a query of {len(self.query):,} characters, 1 to {MAX_LOGS_QUERY_CHARACTERS:,}",
            _LOGS,
        )


Panel = GraphPanel | AlarmsPanel | TextPanel | LogsPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPanel:
    """A panel and its place on the grid, in columns and rows from the upper left. Raises LimitError."""

    panel: Panel
    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        require(
            self.width >= 1 and self.x >= 0 and self.x + self.width <= COLUMNS_COUNT,
            f"panel {self.panel.title!r}: {self.width} columns from column {self.x} on, of {COLUMNS_COUNT}",
            _BODY,
        )
        require(
            1 <= self.height <= MAX_ROWS_A_WIDGET and self.y >= 0,
            f"panel {self.panel.title!r}: {self.height} rows from row {self.y} on, 1 to {MAX_ROWS_A_WIDGET:,}",
            _BODY,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard; `name` is its last part, after the service and the stage. Raises LimitError."""

    name: str
    title: str
    panels: tuple[PlacedPanel, ...]

    def __post_init__(self) -> None:
        source = f"{GUIDE}/cloudwatch_limits.html"
        require(
            len(self.panels) <= MAX_WIDGETS,
            f"dashboard {self.name}: {len(self.panels)} widgets, at most {MAX_WIDGETS}",
            source,
        )
        count = sum(len(placed.panel.queries) for placed in self.panels if isinstance(placed.panel, GraphPanel))
        require(
            count <= MAX_METRICS_A_DASHBOARD,
            f"dashboard {self.name}: {count:,} metrics, at most {MAX_METRICS_A_DASHBOARD:,}",
            source,
        )

    @property
    def graphs(self) -> tuple[GraphPanel, ...]:
        """The panels that draw metrics."""
        return tuple(placed.panel for placed in self.panels if isinstance(placed.panel, GraphPanel))


def in_rows(*rows: tuple[int, Sequence[Panel]]) -> tuple[PlacedPanel, ...]:
    """Panels row by row, each row (height, panels) shared out evenly over the 24 columns."""
    placed: list[PlacedPanel] = []
    y = 0
    for height, panels in rows:
        width = COLUMNS_COUNT // len(panels)
        placed += [
            PlacedPanel(panel=panel, x=number * width, y=y, width=width, height=height)
            for number, panel in enumerate(panels)
        ]
        y += height
    return tuple(placed)


def stat(
    id_: str, metric: Metric, statistic: str, label: str, *, period_seconds: int = 60, shown: bool = True
) -> Query:
    """A metric's statistic as a query."""
    source = MetricStat(metric=metric, period_seconds=period_seconds, statistic=statistic)
    return Query(id=id_, source=source, label=label, return_data=shown)


def math(id_: str, expression: str, label: str) -> Query:
    """A math expression as a query."""
    return Query(id=id_, source=MathExpression(expression=expression), label=label, return_data=True)
