"""Replays recorded metrics: when each alarm would have notified somebody, how soon, and how much budget was gone by then.

Only time of which an alarm's state is known counts: rates are divided by it, and an incident outside of it is not judged.
Budget spent at a page: the bad events within the alarm's long window before it, as a share of the budget of the objective's
whole window at the mean traffic of the replayed time. Detection: from an incident's start to the first action of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from alarms.model import Plan, PlannedAlarm
from alarms.paging import pager_of
from alarms.placeholders import placeholders_in
from alarms.states import AlarmHistories, Firing, evaluate_alarms
from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.cloudwatch.series import Times, Values, epoch_seconds
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.suppression import notified_at
from foundation.cloudwatch.whole_periods import Flags, whole_periods
from foundation.errors import SourceError
from foundation.readings import Interval, Known
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import Detection, Pager, Recall, detect, recall_of
from foundation.slo.event_metrics import event_metrics
from foundation.slo.incidents import Incident
from foundation.slo.model import BudgetedObjective, Objectives

_WEEK = timedelta(weeks=1)
_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedFiring:
    """One time in ALARM, and what share of the budget was gone when its actions ran, or else when it was seen first."""

    firing: Firing
    budget_spent_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmReplay:
    """What one alarm would have done in the time of which its state is known.

    `coarse` is the part of that which was evaluated on longer periods than the alarm's own. `notifications_a_week` is over the
    known time.
    """

    alarm: str
    severity: Severity
    firings: tuple[ReplayedFiring, ...]
    known: Known
    known_ratio: float
    coarse: Known
    notifications_a_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A replay; `not_replayed` are alarms with the reason.

    Precision is the share of pages that belong to an incident, of `page_count`; None without any, and where no incident is
    judged.
    """

    start_at: datetime
    end_at: datetime
    replays: tuple[AlarmReplay, ...]
    detections: tuple[tuple[Incident, Detection], ...]
    page_count: int
    precision_ratio: float | None
    recall: Recall
    not_replayed: tuple[tuple[str, str], ...]


def backtest(
    plan: Plan,
    objectives: Objectives,
    source: FrameSource,
    *,
    start_at: datetime,
    end_at: datetime,
    incidents: Sequence[Incident] = (),
) -> Backtest:
    """Replay the alarms that notify somebody over [start_at, end_at]; those that cannot be are noted with the reason."""
    replays: list[AlarmReplay] = []
    not_replayed: list[tuple[str, str]] = []
    period = Interval(start_at=start_at, end_at=end_at)
    for planned in plan.notifying:
        watched = plan.metric_alarms_below(planned)
        if unknown := frozenset[str]().union(*map(placeholders_in, watched)):
            not_replayed.append((planned.name, f"their metrics need {', '.join(sorted(unknown))} (--parameter)"))
            continue
        if not any(_is_recorded(alarm, source) for alarm in watched):
            not_replayed.append((planned.name, "nothing was recorded of their metrics"))
            continue
        try:
            evaluated = evaluate_alarms(
                plan,
                source,
                start_at=start_at,
                end_at=end_at,
                names=[planned.name],
                before=None,
                from_earlier=True,
            )
        except (SourceError, MathError) as error:
            not_replayed.append((planned.name, str(error)))
            continue
        if not evaluated.histories[planned.name].known.within(period).spans:
            not_replayed.append((planned.name, "too little was recorded of their metrics to evaluate them once"))
            continue
        spent = _BudgetSpent(planned, plan, objectives, source, start_at, end_at)
        replays.append(_replay(planned, evaluated, spent, period))
    pagers = _pagers(plan, replays, period)
    detections = tuple((incident, detect(incident, pagers, until=end_at)) for incident in incidents)
    recall = recall_of([detection for _, detection in detections])
    pages = [(page, each.objective) for each in pagers for page in each.pages]
    right_count = sum(any(incident.explains(page.at, of) for incident in incidents) for page, of in pages)
    return Backtest(
        start_at=start_at,
        end_at=end_at,
        replays=tuple(replays),
        detections=detections,
        page_count=len(pages),
        precision_ratio=right_count / len(pages) if recall.judged_count and pages else None,
        recall=recall,
        not_replayed=tuple(not_replayed),
    )


def _is_recorded(alarm: MetricAlarm, source: FrameSource) -> bool:
    """Whether a recording has datapoints of any of the alarm's metrics, or states that it asked for them."""
    metrics = {stat.metric for stat in alarm.stats}
    return not source.metrics.isdisjoint(metrics) or any(
        source.held.origin(each).is_stated and source.held.periods(each) for each in metrics
    )


def _replay(planned: PlannedAlarm, evaluated: AlarmHistories, spent: "_BudgetSpent", period: Interval) -> AlarmReplay:
    history = evaluated.histories[planned.name]
    known = history.known.within(period)
    firings = tuple(
        ReplayedFiring(firing=each, budget_spent_ratio=spent.by(notified_at(each.notification) or each.seen_from))
        for each in evaluated.in_alarm(planned.name, period)
    )
    notified_count = sum(_is_within(notified_at(each.firing.notification), period) for each in firings)
    return AlarmReplay(
        alarm=planned.name,
        severity=planned.severity or Severity.TICKET,
        firings=firings,
        known=known,
        known_ratio=known.share(period),
        coarse=history.coarse.within(period),
        notifications_a_week=notified_count / (timedelta(seconds=known.seconds) / _WEEK),
    )


def _is_within(at: datetime | None, period: Interval) -> bool:
    return at is not None and period.start_at <= at <= period.end_at


def _pagers(plan: Plan, replays: Sequence[AlarmReplay], period: Interval) -> list[Pager]:
    """The alarms that page; of one that was not replayed nothing is known."""
    replayed = {each.alarm: each for each in replays}
    pagers: list[Pager] = []
    for planned in plan:
        if planned.severity is Severity.PAGE:
            replay = replayed.get(planned.name)
            firings = () if replay is None else tuple(each.firing for each in replay.firings)
            known = Known.nothing() if replay is None else replay.known
            pagers.append(pager_of(planned, firings, known, period))
    return pagers


class _BudgetSpent:
    """The bad events before an instant as a share of an objective's budget; unknown for alarms that burn none."""

    def __init__(
        self,
        planned: PlannedAlarm,
        plan: Plan,
        objectives: Objectives,
        source: MetricSource,
        start_at: datetime,
        end_at: datetime,
    ) -> None:
        self._budget = 0.0
        objective = next((each for each in objectives if each.name == planned.objective), None)
        if not isinstance(objective, BudgetedObjective) or not isinstance(planned.alarm, CompositeAlarm):
            return
        self._window_seconds = max(below.period_seconds for below in plan.metric_alarms_below(planned))
        begins = start_at - timedelta(seconds=self._window_seconds)
        counts = _events(objective, source, begins, end_at)
        if counts is None:
            return
        self._times, self._bad, total, self._known = counts
        if self._known.any():
            mean = float(total[self._known].mean())
            self._budget = float(objective.budget_ratio) * mean * (objective.window / timedelta(minutes=1))

    def by(self, instant: datetime) -> float | None:
        if not self._budget:
            return None
        at = instant.timestamp()
        inside = (self._times >= at - self._window_seconds) & (self._times < at)
        is_whole = bool(self._times.size) and at - self._window_seconds >= self._times[0]
        if not is_whole or not self._known[inside].all():
            return None
        return float(self._bad[inside].sum()) / self._budget


def _events(
    objective: BudgetedObjective, source: MetricSource, start_at: datetime, end_at: datetime
) -> tuple[Times, Values, Values, Flags] | None:
    """Bad and total events a minute, and of which minutes they are known."""
    events = event_metrics(objective.indicator)
    if events is None:
        return None
    begins, ends = (at - timedelta(seconds=at.timestamp() % _MINUTE_SECONDS) for at in (start_at, end_at))
    try:
        readings = source.read([each.per(_MINUTE_SECONDS) for each in events.counts], start_at=begins, end_at=ends)
    except SourceError:
        return None
    stats = [Query(id=each.id, source=each.per(_MINUTE_SECONDS)) for each in events.counts]
    program = compile_queries(
        [
            *stats,
            Query(id="all_events", source=MathExpression(expression=events.total)),
            Query(
                id="bad_events", source=MathExpression(expression=f"FILL(({events.bad_share}) * ({events.total}), 0)")
            ),
        ]
    )
    first, *_ = readings
    grid = Grid(
        times=first.answer.times,
        period_seconds=_MINUTE_SECONDS,
        values={each.id: read.answer.values for each, read in zip(events.counts, readings, strict=True)},
    )
    bad, total = (each for id_ in ("bad_events", "all_events") for each in program.run(grid, id_).series)
    known = reduce(Known.__and__, (each.known for each in readings))
    return grid.times, bad, total, whole_periods(known, epoch_seconds(begins), _MINUTE_SECONDS, grid.times.size)
