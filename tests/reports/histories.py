"""An objective on the counts of one metric, its truth by the minute, and what a source holds of it in periods of any length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import HeldTime
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.readings import Known, NoData, Origin
from foundation.slo.model import BudgetedObjective, MetricSamples, RatioIndicator
from reports.slo_actuals import History, read_history
from reports.weekly.week import Week
from tests.foundation.readings_factories import MADE_UP

WEEK = Week(first_on=date(2026, 11, 9))
TOTAL, BAD = Metric(namespace="N", name="Requests"), Metric(namespace="N", name="Faults")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def errors(window: timedelta = 2 * DAY, target: str = "0.99") -> BudgetedObjective:
    return BudgetedObjective(
        name="errors",
        title="Errors",
        description="Errors.",
        indicator=RatioIndicator(bad=MetricSamples(metric=BAD), total=MetricSamples(metric=TOTAL)),
        target_ratio=Decimal(target),
        window=window,
    )


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What happened in each minute from `start_at` on."""

    start_at: datetime
    total: Values
    bad: Values

    @property
    def end_at(self) -> datetime:
        return self.start_at + self.total.size * MINUTE

    @property
    def start(self) -> int:
        return int(self.start_at.timestamp())

    def tier(self, period: int, known: Known) -> dict[tuple[Metric, str, int], Points]:
        """Its periods of which anything is known, as CloudWatch has them: none where there is nothing to count."""
        width = period // 60
        cells = self.total.size // width
        begins = self.start + period * np.arange(cells, dtype=np.int64)
        whole = Known.of([(self.start, self.start + cells * period)])
        seen = ~whole_periods(whole - known, self.start, period, cells)
        held: dict[tuple[Metric, str, int], Points] = {}
        for metric, minutes in ((TOTAL, self.total), (BAD, self.bad)):
            values = minutes[: cells * width].reshape(cells, width).sum(axis=1)
            there = seen & (values > 0)
            held[metric, "Sum", period] = Points(times=begins[there], values=values[there])
        return held


@dataclass(frozen=True, kw_only=True)
class ByPeriod:
    """What is held in periods of each length."""

    spans: Mapping[int, Known]
    by: Origin = MADE_UP

    def origin(self, metric: Metric) -> Origin:
        return self.by

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:
        return self.spans.get(period_seconds, Known.nothing())

    def periods(self, metric: Metric) -> frozenset[int]:
        return frozenset(self.spans)


def with_unknown(truth: Truth, known: Known, count: float) -> Truth:
    """The same, with so many bad requests in each minute of the five minutes of which nothing is known."""
    cells = truth.total.size // 5
    whole = Known.of([(truth.start, truth.start + cells * 300)])
    unknown = np.repeat(whole_periods(whole - known, truth.start, 300, cells), 5)
    return replace(truth, total=np.where(unknown, count, truth.total), bad=np.where(unknown, count, truth.bad))


def source_of(statistics: Mapping[tuple[Metric, str, int], Points], held: HeldTime) -> FrameSource:
    return FrameSource(statistics=MappingProxyType(dict(statistics)), samples=MappingProxyType({}), held=held)


def in_minutes(truth: Truth, known: Known, by: Origin = MADE_UP) -> FrameSource:
    """All of the truth's minutes of which anything is known."""
    return source_of(truth.tier(60, known), ByPeriod(spans={60: known}, by=by))


def even(*, days: float = 9, total: int = 1) -> Truth:
    """So many requests in each minute up to the end of the week, none of them bad."""
    minutes = int(days * 1_440)
    return Truth(
        start_at=WEEK.end_at - minutes * MINUTE, total=np.full(minutes, float(total)), bad=np.zeros(minutes)
    )  # fmt: skip


def history(
    source: MetricSource, objective: BudgetedObjective | None = None, *, until: datetime = WEEK.end_at,
    now: datetime | None = None, since: datetime | None = None,
) -> History | NoData:  # fmt: skip
    chosen = errors() if objective is None else objective
    return read_history(
        chosen, source, start_at=since or WEEK.start_at - chosen.window, end_at=until, now=now or until,
        operations=lambda _: NoData(reason="none"),
    )  # fmt: skip


def spans(first: int, last: int, *, most: int = 4) -> st.SearchStrategy[Known]:
    """A few spans of time in seconds, of which half begin and end off every grid."""
    edge = st.one_of(
        st.integers(first, last), st.integers(first // 3_600, last // 3_600).map(lambda hour: hour * 3_600)
    )
    pair = st.tuples(edge, edge).map(lambda ends: (min(ends), max(ends)))
    return st.lists(pair, max_size=most).map(Known.of)


def truths(days: float = 9) -> st.SearchStrategy[Truth]:
    """Requests that are seldom or often there, and seldom or often bad."""
    minutes = int(days * 1_440)

    def make(seed: int, seldom: float, share: float) -> Truth:
        draw = np.random.default_rng(seed)
        total = np.where(draw.random(minutes) < seldom, draw.integers(1, 6, minutes), 0).astype(float)
        bad = draw.binomial(total.astype(int), share).astype(float)
        return Truth(start_at=WEEK.end_at - minutes * MINUTE, total=total, bad=bad)

    return st.builds(make, st.integers(0, 2**16), st.sampled_from([0.02, 0.5, 0.98]), st.sampled_from([0.0, 0.02, 0.5]))


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
