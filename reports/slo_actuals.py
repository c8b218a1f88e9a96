"""What really happened: an objective's events by the period, read from a metric source a week at a time, or why not.

Metric math is worked out here, and of each period only its counts are kept. What was not known counts nothing: an hour that is
not known in the first periods that can be read is taken from those that know more of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np

from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource, NotKeptError
from foundation.errors import SourceError
from foundation.readings import Interval, Known, NoData, Reading
from foundation.slo.coverage import Coverage, coverage_of, settled_until
from foundation.slo.error_budget import Counts
from foundation.slo.event_metrics import EventMetrics, event_metrics, events_of
from foundation.slo.model import (
    BudgetedObjective,
    EveryEventObjective,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
)
from reports.deployments import Operation
from reports.slo_counting import Counted, count_events, count_ratio_slices, count_slices

HOUR_SECONDS = 3600
# Who counted what no metric has.
OPERATIONS = "CloudFormation events"
# CloudWatch keeps minutes for fifteen days, five minutes for sixty-three, and then hours.
_PERIODS_SECONDS = (300, 60, 3_600)
_SHORT_PERIODS_SECONDS = (60, 300)
_CHUNK_SECONDS = 7 * 86_400
_FEW_HOURS = 6
_MINUTE_SECONDS = 60
# What the clock may run on while it is read: what is kept now is not in a minute.
_KEPT_SLACK = timedelta(minutes=1)
_Read = Callable[[int, int, int], Counted]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Events from `start_at` to `end_at`, by the periods in which there were any; `source` says who counted.

    `begins` and `ends` of these periods are seconds since 1970, in order. `end_at` is the end of the last period that is settled.
    `known` is the time of which everything was counted, and `is_known_stated` whether the source itself says so; `problem` is why
    some of it could not be read. `moments` are when the first short period that had an event began and when each of them ended,
    with the bad events since the moment before, where all of it is in a few hours.
    """

    start_at: datetime
    end_at: datetime
    begins: Times
    ends: Times
    total: Values
    bad: Values
    source: str
    known: Known
    is_known_stated: bool
    problem: str | None
    moments: tuple[tuple[datetime, int], ...] = ()

    def counts(self, start_at: datetime, end_at: datetime) -> Counts:
        """The events of the periods that begin in [start_at, end_at)."""
        within = self._within(start_at, end_at)
        total, bad = round(float(self.total[within].sum())), round(float(self.bad[within].sum()))
        return Counts(total_count=total, bad_count=min(total, bad))

    def coverage(self, start_at: datetime, end_at: datetime) -> Coverage:
        """How much of [start_at, end_at) is known."""
        return coverage_of(
            self.known, Interval(start_at=start_at, end_at=end_at), is_stated=self.is_known_stated
        )  # fmt: skip

    def last_event_at(self, before_at: datetime) -> datetime | None:
        """The end of the last period that had an event and began before; None without any."""
        count = int(np.searchsorted(self.begins, before_at.timestamp()))
        return datetime.fromtimestamp(int(self.ends[count - 1]), UTC) if count else None

    def worst_bad_count(self, start_at: datetime, end_at: datetime, *, seconds: int) -> int:
        """The most bad events of any time of this length within [start_at, end_at)."""
        within = self._within(start_at, end_at)
        begins, bad = self.begins[within], self.bad[within]
        if not begins.size or not seconds:
            return 0
        until = np.concatenate([[0.0], bad.cumsum()])
        return round(float((until[np.searchsorted(begins, begins + seconds)] - until[:-1]).max()))

    def covered_ratio(self, start_at: datetime, end_at: datetime) -> float:
        """The share of the hours that had an event at all."""
        within, width = self._within(start_at, end_at), HOUR_SECONDS
        first, last = self.begins[within] // width * width, -(-self.ends[within] // width) * width
        hours = Known.of(zip(first.tolist(), last.tolist(), strict=True))
        return hours.share(Interval(start_at=start_at, end_at=end_at))

    def _within(self, start_at: datetime, end_at: datetime) -> slice:
        first, last = np.searchsorted(self.begins, [start_at.timestamp(), end_at.timestamp()])
        return slice(int(first), max(int(first), int(last)))


def read_history(
    objective: BudgetedObjective | EveryEventObjective,
    source: MetricSource,
    *,
    start_at: datetime,
    end_at: datetime,
    now: datetime,
    operations: Callable[[str], Reading[tuple[Operation, ...]] | NoData],
) -> History | NoData:
    """The events from the hour of `start_at` on to the last period before `end_at` that is settled `now`.

    What cannot be read is not known, with its problem; NoData says why there are no events at all.
    """
    indicator = objective.indicator
    if isinstance(objective, EveryEventObjective) and isinstance(objective.indicator.total, StackOperations):
        found = operations(objective.indicator.total.stack_name_prefix)
        return found if isinstance(found, NoData) else _of_operations(found, start_at, end_at, now)
    if isinstance(indicator, SliceIndicator):
        grid = int(indicator.slice_length.total_seconds())
        counting = _Counting(read=partial(count_slices, indicator, source), periods=(grid,), now=now)
        name, short = indicator.samples.metric.namespace, (grid,)
    elif isinstance(indicator, RatioSliceIndicator):
        events = events_of(indicator)
        if events is None:
            return NoData(reason=f"nothing in CloudWatch counts the events of {objective.name}")
        grid = int(indicator.slice_length.total_seconds())
        counting = _Counting(read=partial(count_ratio_slices, indicator, events, source), periods=(grid,), now=now)
        name, short = _namespaces(events), (grid,)
    else:
        events, grid, short = event_metrics(indicator), HOUR_SECONDS, _SHORT_PERIODS_SECONDS
        if events is None:
            return NoData(reason=f"nothing in CloudWatch counts the events of {objective.name}")
        counting = _Counting(read=partial(count_events, events, source), periods=_PERIODS_SECONDS, now=now)
        name = _namespaces(events)
    start = _floor(start_at, grid)
    for begin, end in _chunks(start, end_at, grid):
        counting.add(begin, end)
    if not counting.parts:
        return NoData(reason=f"its metrics could not be read: {counting.problem}")
    until = settled_until(end_at, now=now, delay=counting.delay, period_seconds=counting.period_seconds)
    parts = counting.parts
    begins, ends = (np.concatenate(each) for each in ([part.begins for part in parts], [part.ends for part in parts]))
    total, bad = (np.concatenate(each) for each in ([part.total for part in parts], [part.bad for part in parts]))
    order = np.argsort(begins, kind="stable")
    if not order.size:
        asked = Interval(start_at=_at(start), end_at=max(until, _at(start + grid)))
        known = coverage_of(counting.known, asked, is_stated=counting.is_stated).known_of
        why = "" if counting.problem is None else f"; {counting.problem}"
        return NoData(reason=f"its metrics have no datapoint from {asked}, of which {known} are known{why}")
    return History(
        start_at=_at(start),
        end_at=until,
        begins=begins[order],
        ends=ends[order],
        total=total[order],
        bad=np.minimum(bad, total)[order],
        source=name,
        known=counting.known,
        is_known_stated=counting.is_stated,
        problem=counting.problem,
        moments=_moments(counting.read, begins[order], ends[order], short),
    )


@dataclass(slots=True, kw_only=True)
class _Counting:
    """Counts one stretch of time after another, each in the first of the periods that are answered.

    `period_seconds` are those of the newest one, and `problem` is why a stretch was not answered at all.
    """

    read: _Read
    periods: tuple[int, ...]
    now: datetime
    parts: list[Counted] = field(default_factory=list[Counted])
    known: Known = field(default_factory=Known.nothing)
    is_stated: bool = True
    delay: timedelta = timedelta(0)
    period_seconds: int = _MINUTE_SECONDS
    problem: str | None = None

    def add(self, begin: int, end: int) -> None:
        """Count [begin, end); hours of it that are not known are taken from periods that know more of them."""
        counted: Counted | None = None
        refused: SourceError | None = None
        lacking, settled = Known.of([(begin, end)]), Known.of([(begin, end)])
        for period in self._in_order():
            last = end // period * period
            if last <= begin or not lacking.spans:
                continue
            try:
                found = _kept(partial(self.read, period), begin, last, period)
            except SourceError as error:
                refused = refused or error
                continue
            self.delay = max(self.delay, found.delay)
            if counted is None:
                counted, self.period_seconds = found, period
                until = settled_until(_at(end), now=self.now, delay=found.delay, period_seconds=period)
                settled = Known.of([(begin, int(until.timestamp()))])
            else:
                counted = counted.mended(found, lacking)
            lacking = settled - counted.known
        if counted is None:
            self.problem = self.problem or (None if refused is None else str(refused))
            return
        self.parts.append(counted)
        self.known |= counted.known
        self.is_stated &= counted.is_known_stated

    def _in_order(self) -> tuple[int, ...]:
        """What was recorded in minutes goes on so; but the hours of what is old are no reason to read what is new by the hour."""
        first = self.period_seconds if self.parts and self.period_seconds < HOUR_SECONDS else self.periods[0]
        return tuple(sorted(self.periods, key=lambda each: each != first))


def _kept(read: Callable[[int, int], Counted], begin: int, end: int, period: int) -> Counted:
    """All of it, or what of it is still kept."""
    try:
        return read(begin, end)
    except NotKeptError as error:
        kept = -(-int((error.kept_since + _KEPT_SLACK).timestamp()) // period) * period
        if not begin < kept < end:
            raise
        return read(kept, end)


def _chunks(start: int, end_at: datetime, grid: int) -> list[tuple[int, int]]:
    """A week at a time, in whole steps of the grid but for the last."""
    width, end = max(grid, _CHUNK_SECONDS // grid * grid), int(end_at.timestamp())
    return [(begin, min(end, begin + width)) for begin in range(start, end, width)]


def _moments(
    read: _Read, begins: Times, ends: Times, periods: Sequence[int]
) -> tuple[tuple[datetime, int], ...]:  # fmt: skip
    """Each short period of an objective all of whose events are in a few hours; without those a picture has fewer steps."""
    first, last = int(begins[0]) // HOUR_SECONDS, -(-int(ends[-1]) // HOUR_SECONDS)
    if last - first > _FEW_HOURS:
        return ()
    for period in periods:
        start, end = first * HOUR_SECONDS // period * period, -(-last * HOUR_SECONDS // period) * period
        try:
            return read(period, start, end).moments()
        except SourceError:
            continue
    return ()


def _of_operations(
    found: Reading[tuple[Operation, ...]], start_at: datetime, end_at: datetime, now: datetime
) -> History | NoData:
    ended = sorted((int(each.ended_at.timestamp()), not each.has_succeeded) for each in found.answer)
    within = [each for each in ended if start_at.timestamp() <= each[0] < end_at.timestamp()]
    if not within:
        return NoData(reason="no stack operation has ended in the window")
    begins = np.array([at for at, _ in within], np.int64)
    return History(
        start_at=start_at,
        end_at=settled_until(end_at, now=now, delay=found.origin.delay, period_seconds=_MINUTE_SECONDS),
        begins=begins,
        ends=begins + 1,
        total=np.ones(begins.size),
        bad=np.array([float(has_failed) for _, has_failed in within]),
        source=OPERATIONS,
        known=found.known.within(Interval(start_at=start_at, end_at=end_at)),
        is_known_stated=found.origin.is_stated,
        problem=None,
    )


def _floor(at: datetime, grid: int) -> int:
    return int(at.timestamp() // grid) * grid


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _namespaces(counting: EventMetrics) -> str:
    return ", ".join(dict.fromkeys(each.metric.namespace for each in counting.counts))
