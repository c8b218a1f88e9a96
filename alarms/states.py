"""Evaluates planned alarms on a metric source: their states over time, and what became of their actions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.model import Plan
from foundation.cloudwatch.alarm_datapoints import looks_back, step_seconds
from foundation.cloudwatch.alarm_history import alarm_history, evaluate_at
from foundation.cloudwatch.alarm_rule import alarms_of, plain_name
from foundation.cloudwatch.alarms import Alarm, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.composite_history import composite_histories
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.explain import UTC_CLOCK, Clock, sentences
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.state_history import StateHistory
from foundation.cloudwatch.suppression import ActedOn, Notification, NotKnown, actions_of
from foundation.readings import Interval

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One time that an alarm was in alarm, and what became of its actions.

    It was seen from `seen_from` until `seen_until`. `began_at` is None where it began before it was seen, `ended_at` where it had
    not ended when it was seen last.
    """

    began_at: datetime | None
    seen_from: datetime
    seen_until: datetime
    ended_at: datetime | None
    notification: Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmHistories:
    """What alarms did over a time; `source` is what they were evaluated on."""

    alarms: Mapping[str, Alarm]
    histories: Mapping[str, StateHistory]
    source: MetricSource

    def actions(self, name: str) -> tuple[ActedOn, ...]:
        """What became of the actions of every change of an alarm."""
        alarm, history = self.alarms[name], self.histories[name]
        if isinstance(alarm, MetricAlarm) or alarm.suppressor is None:
            return actions_of(history)
        return actions_of(history, alarm.suppressor, self.histories[plain_name(alarm.suppressor.alarm)])

    def in_alarm(self, name: str, within: Interval | None = None) -> tuple[Firing, ...]:
        """Every time that an alarm was in alarm, and when somebody was notified; with an interval, those that reach into it."""
        acted = {each.change.at: each.notification for each in self.actions(name)}
        return tuple(
            Firing(
                began_at=each.began_at,
                seen_from=each.seen_from,
                seen_until=each.seen_until,
                ended_at=each.ended_at,
                # A change discards what waits, so that this ran for the alarm and not for its end.
                notification=acted.get(each.seen_from, NotKnown()),
            )
            for each in self.histories[name].spells(AlarmState.ALARM)
            if within is None or (each.seen_from < within.end_at and each.seen_until > within.start_at)
        )

    def explanation(self, name: str, at: datetime, clock: Clock = UTC_CLOCK) -> tuple[str, ...]:
        """Why an alarm is in its state at an instant: the evaluation, or of a composite that of every alarm that it names."""
        alarm, history = self.alarms[name], self.histories[name]
        if isinstance(alarm, CompositeAlarm):
            below = sorted(alarms_of(alarm.parsed_rule))
            states = ", ".join(f"{each} is {_said(self.histories[each].at(at))}" for each in below)
            reasons = (line for each in below for line in self.explanation(each, at, clock))
            return (f"{alarm.rule}: {states}.", *(f"  {line}" for line in reasons))
        step = timedelta(seconds=step_seconds(alarm))
        last = history.start_at + (at - history.start_at) // step * step
        before = history.at(last - step)
        if before is None:
            return (f"The state of {name} before {clock.moment(last)} is not known.",)
        return sentences(evaluate_at(alarm, self.source, at=last, before=before), clock)


def evaluate_alarms(
    plan: Plan,
    source: MetricSource,
    *,
    start_at: datetime,
    end_at: datetime,
    names: Iterable[str],
    before: AlarmState | None,
    from_earlier: bool = False,
) -> AlarmHistories:
    """Evaluate the planned alarms with these names, and whatever they name themselves.

    `before` is the state of metric alarms at the start: insufficient data of new ones, None where it is not known. With
    `from_earlier` the histories begin before `start_at`: as far as the alarms look back, and a day.
    Raises SourceError for an alarm that cannot be evaluated on this source, MathError for one that cannot be on any.
    """
    by_name = {planned.name: planned.alarm for planned in plan}
    wanted: dict[str, Alarm] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted[name] = by_name[name]
            todo += _named_by(by_name[name])
    metric = [alarm for alarm in wanted.values() if isinstance(alarm, MetricAlarm)]
    begins_at = start_at - _earlier(metric) if from_earlier else start_at
    histories = {
        alarm.name: alarm_history(alarm, source, start_at=begins_at, end_at=end_at, before=before) for alarm in metric
    }
    composites = [alarm for alarm in wanted.values() if isinstance(alarm, CompositeAlarm)]
    return AlarmHistories(
        alarms=wanted, histories={**histories, **composite_histories(composites, histories)}, source=source
    )


def _earlier(alarms: Iterable[MetricAlarm]) -> timedelta:
    """As far as any of them looks back, so that a state that began before has its beginning, and suppresses what it did."""
    return max([looks_back(alarm) for alarm in alarms] or [timedelta()]) + _A_DAY


def _said(state: AlarmState | None) -> str:
    return "not known" if state is None else state.value


def _named_by(alarm: Alarm) -> list[str]:
    if isinstance(alarm, MetricAlarm):
        return []
    suppressors = [plain_name(alarm.suppressor.alarm)] if alarm.suppressor else []
    return [*alarms_of(alarm.parsed_rule), *suppressors]
