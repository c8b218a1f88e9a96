"""The metrics that a stage's alarms and panels look at, each once, with what a deployment knows filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alarms.model import Plan
from dashboards.model import Dashboard
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.metric_regions import only_region
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import filled, parameters_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A metric, and what looks at it. `written` is the metric as the files have it.

    `open_names` are those of the parameters that nobody filled in: such a metric cannot be asked for.
    """

    metric: Metric
    written: Metric
    alarms: tuple[str, ...]
    panels: tuple[str, ...]

    @property
    def open_names(self) -> tuple[str, ...]:
        """The names of what is left open."""
        return open_names_of(self.metric)

    def region(self, home: str | None) -> str | None:
        """The Region that it is in, of a stage whose Region is `home`."""
        return only_region(self.metric) or home


@dataclass(slots=True, kw_only=True)
class _Users:
    """Who looks at a metric, in order, each once."""

    written: Metric
    alarms: dict[str, None] = field(default_factory=dict[str, None])
    panels: dict[str, None] = field(default_factory=dict[str, None])


def watched_metrics(plan: Plan, boards: Sequence[Dashboard], known: Mapping[str, str]) -> tuple[Watched, ...]:
    """Every metric of a plan's alarms and of dashboards, in order of their names; `known` are parameters by name."""
    users: dict[Metric, _Users] = {}

    def of(metric: Metric) -> _Users:
        return users.setdefault(_with(metric, known), _Users(written=metric))

    for planned in plan:
        if isinstance(planned.alarm, MetricAlarm):
            for stat in planned.alarm.stats:
                of(stat.metric).alarms[planned.name] = None
    for board in boards:
        for graph in board.graphs:
            for metric in graph.metrics_in_order:
                of(metric).panels[f"{board.name}: {graph.title}"] = None
    return tuple(
        Watched(metric=metric, written=each.written, alarms=tuple(each.alarms), panels=tuple(each.panels))
        for metric, each in sorted(users.items(), key=_by_name)
    )


def _by_name(pair: tuple[Metric, _Users]) -> str:
    metric, _ = pair
    return str(metric)


def open_names_of(metric: Metric) -> tuple[str, ...]:
    """The names of the parameters of a metric."""
    return tuple(sorted(each.name for each in parameters_in(tuple(value for _, value in metric.dimensions))))


def _with(metric: Metric, known: Mapping[str, str]) -> Metric:
    if not open_names_of(metric):
        return metric
    dimensions = tuple((name, filled(value, known)) for name, value in metric.dimensions)
    return Metric(namespace=metric.namespace, name=metric.name, dimensions=dimensions)
