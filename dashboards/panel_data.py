"""What a graph panel shows: its statistics read from a source, its math worked out here. No data is a state, with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from dashboards.model import GraphPanel
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import MetricStat, Query
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlottedSeries:
    """One line of a panel: when each period begins, in epoch seconds, and its value; NaN is no datapoint."""

    label: str
    times: Times
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelData:
    """The lines of a panel; where there is none, `no_data` says why."""

    lines: tuple[PlottedSeries, ...]
    no_data: str | None


def read_panel(panel: GraphPanel, source: MetricSource, *, start_at: datetime, end_at: datetime) -> PanelData:
    """Read and work out one panel over [start_at, end_at), or over the time that it shows up to `end_at`."""
    period = panel.period_seconds
    if panel.over is not None:
        start_at = end_at - panel.over
    begins = start_at - timedelta(seconds=start_at.timestamp() % period)
    ends = end_at + timedelta(seconds=-end_at.timestamp() % period)
    stats = [query for query in panel.queries if isinstance(query.source, MetricStat)]
    try:
        read = source.read([_at_period(query, period) for query in stats], start_at=begins, end_at=ends)
        grid = Grid(
            times=read[0].answer.times,
            period_seconds=period,
            values={query.id: each.answer.values for query, each in zip(stats, read, strict=True)},
        )
        program = compile_queries(panel.queries)
        lines = tuple(
            PlottedSeries(label=_label(query, name), times=grid.times, values=np.broadcast_to(values, grid.times.shape))
            for query in panel.queries
            if query.returns_data
            for result in (program.run(grid, query.id),)
            for name, values in zip(result.names, result.series, strict=True)
        )
    except (SourceError, MathError) as error:
        return PanelData(lines=(), no_data=str(error))
    if all(np.isnan(line.values).all() for line in lines) or all(np.isnan(each.answer.values).all() for each in read):
        who = "its metric has no datapoint" if len(stats) == 1 else f"none of its {len(stats)} metrics has a datapoint"
        return PanelData(lines=(), no_data=f"{who} in this time")
    return PanelData(lines=lines, no_data=None)


def _at_period(query: Query, period_seconds: int) -> MetricStat:
    if not isinstance(query.source, MetricStat):
        raise TypeError(f"{query.id} is no statistic")
    return replace(query.source, period_seconds=period_seconds)


def _label(query: Query, name: str) -> str:
    return query.label or name
