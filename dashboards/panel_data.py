"""What a graph panel shows: its statistics read from a source, its math worked out here. No data is a state, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from dashboards.model import GraphPanel
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import MetricStat, Query
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Interval, Known, known_together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlottedSeries:
    """One line of a panel: when each period begins, in epoch seconds, and its value; NaN is no datapoint."""

    label: str
    times: Times
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelData:
    """The lines of a panel over the window that was asked, and what of it is known; without a line, `no_data` says why.

    `is_unanswered` where its source could not answer at all, so that nothing is known.
    """

    window: Interval
    lines: tuple[PlottedSeries, ...]
    known: Known
    no_data: str | None
    is_unanswered: bool = False

    @property
    def missing(self) -> Known:
        """What of the window is not known."""
        return self.known.missing(self.window)


def read_panel(panel: GraphPanel, source: MetricSource, *, start_at: datetime, end_at: datetime) -> PanelData:
    """Read and work out one panel over [start_at, end_at), or over the time that it shows up to `end_at`."""
    period = panel.period_seconds
    if panel.over is not None:
        start_at = end_at - panel.over
    window = Interval(start_at=start_at, end_at=end_at)
    begins = start_at - timedelta(seconds=start_at.timestamp() % period)
    ends = end_at + timedelta(seconds=-end_at.timestamp() % period)
    stats = [query for query in panel.queries if isinstance(query.source, MetricStat)]
    if unread := _why_unread(panel, stats):
        return PanelData(window=window, lines=(), known=Known.nothing(), no_data=unread)
    try:
        read = source.read([_at_period(query, period) for query in stats], start_at=begins, end_at=ends)
        grid = Grid(
            times=read[0].answer.times,
            period_seconds=period,
            values={query.id: each.answer.values for query, each in zip(stats, read, strict=True)},
        )
        known = known_together([each.known for each in read], window, along_time=False)
        # Math may fill what is missing, which says nothing of what is not known.
        is_unknown = ~whole_periods(known, int(begins.timestamp()), period, grid.times.size)
        is_unknown &= np.all([np.isnan(each.answer.values) for each in read], axis=0)
        program = compile_queries(panel.queries)
        lines = tuple(
            PlottedSeries(label=_label(query, name), times=grid.times, values=np.where(is_unknown, np.nan, values))
            for query in panel.queries
            if query.returns_data
            for result in (program.run(grid, query.id),)
            for name, values in zip(result.names, result.series, strict=True)
        )
    except (SourceError, MathError) as error:
        return PanelData(window=window, lines=(), known=Known.nothing(), no_data=str(error), is_unanswered=True)
    if all(np.isnan(line.values).all() for line in lines) or all(np.isnan(each.answer.values).all() for each in read):
        who = "its metric has no datapoint" if len(stats) == 1 else f"none of its {len(stats)} metrics has a datapoint"
        unknown = f", and nothing is known of {missing}" if (missing := known.missing(window)).spans else ""
        return PanelData(window=window, lines=(), known=known, no_data=f"{who} in this time{unknown}")
    return PanelData(window=window, lines=lines, known=known, no_data=None)


def _why_unread(panel: GraphPanel, stats: Sequence[Query]) -> str | None:
    """Why a panel cannot be worked out here, whatever the source has; None where it can be."""
    if elsewhere := sorted({query.account_id for query in panel.queries if query.account_id is not None}):
        return f"it reads the account {', '.join(elsewhere)}, and no source here is asked about another account"
    if not stats:
        return "it names no metric: what its expressions find, only CloudWatch knows"
    return None


def _at_period(query: Query, period_seconds: int) -> MetricStat:
    if not isinstance(query.source, MetricStat):
        raise TypeError(f"{query.id} is no statistic")
    return replace(query.source, period_seconds=period_seconds)


def _label(query: Query, name: str) -> str:
    return query.label or name
