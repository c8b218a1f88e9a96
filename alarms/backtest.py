"""Replays recorded metrics: when each alarm would have notified somebody, how soon, and how much budget was gone by then.

Budget spent at a page: the bad events within the alarm's long window before it, as a share of the budget of the objective's
whole window at the mean traffic of the replayed time. Detection: from an incident's start to the first action of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.model import Plan, PlannedAlarm
from alarms.placeholders import placeholders_in
from alarms.states import AlarmHistories, evaluate_alarms
from foundation.cloudwatch.alarms import CompositeAlarm
from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.metric_math.program import Grid, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.suppression import Notification, Notified, notified_at
from foundation.errors import SourceError
from foundation.slo.burn_rate import Severity
from foundation.slo.event_metrics import event_metrics
from foundation.slo.incidents import Incident
from foundation.slo.model import BudgetedObjective, Objectives

_WEEK = timedelta(weeks=1)
_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedFiring:
    """One time in ALARM: what became of its actions, and what share of the budget was gone when they ran, or it began."""

    began_at: datetime
    ended_at: datetime | None
    notification: Notification
    budget_spent_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmReplay:
    """What one alarm would have done."""

    alarm: str
    severity: Severity
    firings: tuple[ReplayedFiring, ...]
    notifications_a_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What became of an incident: the first page for it, how long after its start, and how long the page outlasted it."""

    incident: Incident
    alarm: str | None
    after: timedelta | None
    reset_after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A replay; `not_replayed` are alarms with the reason.

    Precision is the share of pages that belong to an incident, recall that of incidents with a page; None without any.
    """

    start_at: datetime
    end_at: datetime
    replays: tuple[AlarmReplay, ...]
    detections: tuple[Detection, ...]
    precision_ratio: float | None
    recall_ratio: float | None
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
    recorded = source.metrics
    for planned in plan.notifying:
        watched = plan.metric_alarms_below(planned)
        if unknown := frozenset[str]().union(*map(placeholders_in, watched)):
            not_replayed.append((planned.name, f"their metrics need {', '.join(sorted(unknown))} (--parameter)"))
            continue
        if recorded.isdisjoint(stat.metric for alarm in watched for stat in alarm.stats):
            not_replayed.append((planned.name, "nothing was recorded of their metrics"))
            continue
        try:
            evaluated = evaluate_alarms(plan, source, start_at=start_at, end_at=end_at, names=[planned.name])
        except (SourceError, MathError) as error:
            not_replayed.append((planned.name, str(error)))
            continue
        spent = _BudgetSpent(planned, plan, objectives, source, start_at, end_at)
        replays.append(_replay(planned, evaluated, spent, end_at - start_at))
    detections = tuple(_detection(incident, replays, plan) for incident in incidents)
    pages = _pages(replays)
    right_count = sum(
        any(incident.explains(at, plan[name].objective) for incident in incidents) for at, name, _ in pages
    )
    detected_count = sum(detection.alarm is not None for detection in detections)
    return Backtest(
        start_at=start_at,
        end_at=end_at,
        replays=tuple(replays),
        detections=detections,
        precision_ratio=right_count / len(pages) if incidents and pages else None,
        recall_ratio=detected_count / len(incidents) if incidents else None,
        not_replayed=tuple(not_replayed),
    )


def _replay(planned: PlannedAlarm, evaluated: AlarmHistories, spent: "_BudgetSpent", length: timedelta) -> AlarmReplay:
    firings = tuple(
        ReplayedFiring(
            began_at=each.began_at,
            ended_at=each.ended_at,
            notification=each.notification,
            budget_spent_ratio=spent.by(notified_at(each.notification) or each.began_at),
        )
        for each in evaluated.in_alarm(planned.name)
    )
    told_count = sum(isinstance(firing.notification, Notified) for firing in firings)
    return AlarmReplay(
        alarm=planned.name,
        severity=planned.severity or Severity.TICKET,
        firings=firings,
        notifications_a_week=told_count / (length / _WEEK),
    )


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
        self._times, self._bad, total = counts
        self._budget = float(objective.budget_ratio) * float(total.mean()) * (objective.window / timedelta(minutes=1))

    def by(self, instant: datetime) -> float | None:
        if not self._budget:
            return None
        at = instant.timestamp()
        inside = (self._times >= at - self._window_seconds) & (self._times < at)
        return float(self._bad[inside].sum()) / self._budget


def _events(
    objective: BudgetedObjective, source: MetricSource, start_at: datetime, end_at: datetime
) -> tuple[Times, Values, Values] | None:
    """Bad and total events a minute."""
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
    return grid.times, bad, total


def _pages(replays: Sequence[AlarmReplay]) -> list[tuple[datetime, str, ReplayedFiring]]:
    """The times at which somebody was paged, with the alarm and what it did."""
    return [
        (at, replay.alarm, firing)
        for replay in replays
        if replay.severity is Severity.PAGE
        for firing in replay.firings
        if (at := notified_at(firing.notification)) is not None
    ]


def _detection(incident: Incident, replays: Sequence[AlarmReplay], plan: Plan) -> Detection:
    found = sorted(
        (page for page in _pages(replays) if incident.explains(page[0], plan[page[1]].objective)),
        key=lambda page: page[:2],
    )
    if not found:
        return Detection(incident=incident, alarm=None, after=None, reset_after=None)
    paged_at, name, firing = found[0]
    return Detection(
        incident=incident,
        alarm=name,
        after=paged_at - incident.start_at,
        reset_after=None if firing.ended_at is None or incident.end_at is None else firing.ended_at - incident.end_at,
    )
