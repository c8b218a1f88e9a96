"""Whether every metric that dashboards draw exists, as far as that is known."""

from collections.abc import Iterable

from dashboards.model import Dashboard
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metric_check import check_metric
from foundation.cloudwatch.metrics import MetricStat


def unknown_metrics(boards: Iterable[Dashboard], own: tuple[EmittedMetric, ...]) -> tuple[str, ...]:
    """The panels that draw a metric that does not exist, a line each with what to do."""
    problems: dict[str, None] = {}
    for board in boards:
        for graph in board.graphs:
            for query in graph.queries:
                if not isinstance(query.source, MetricStat):
                    continue
                metric = query.source.metric
                found = check_metric(metric.namespace, metric.name, dict(metric.dimensions), own)
                if found is not None and not found.is_warning:
                    problems[f"dashboard {board.name}, panel {graph.title!r}: {found.said}"] = None
    return tuple(problems)
