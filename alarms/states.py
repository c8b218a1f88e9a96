"""Evaluates planned alarms on a metric source: their states over time, and what became of their actions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.model import Plan
from foundation.cloudwatch.alarm_datapoints import step_seconds
from foundation.cloudwatch.alarm_history import alarm_history, evaluate_at
from foundation.cloudwatch.alarm_rule import alarms_of, plain_name
from foundation.cloudwatch.alarms import Alarm, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.composite_history import composite_histories
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.explain import explain
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.state_history import StateHistory
from foundation.cloudwatch.suppression import ActedOn, Notification, actions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One time that an alarm was in alarm, and what became of its actions; `ended_at` is None while it lasts."""

    began_at: datetime
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

    def in_alarm(self, name: str) -> tuple[Firing, ...]:
        """Every time that an alarm was in alarm, and when somebody was notified."""
        history = self.histories[name]
        acted = {each.change.at: each for each in self.actions(name)}
        found: list[Firing] = []
        for began_at, ended_at in history.intervals(AlarmState.ALARM):
            # It is a change that every time in alarm begins with: before the first evaluation no alarm is in it.
            found.append(
                Firing(
                    began_at=began_at,
                    ended_at=ended_at if ended_at < history.end_at else None,
                    # A change discards what waits, so that this ran for the alarm and not for its end.
                    notification=acted[began_at].notification,
                )
            )
        return tuple(found)

    def explanation(self, name: str, at: datetime) -> tuple[str, ...]:
        """Why an alarm was in its state at an instant: the evaluation, or those of the alarms that a composite names."""
        alarm, history = self.alarms[name], self.histories[name]
        if isinstance(alarm, CompositeAlarm):
            states = [
                f"{below} is {self.histories[below].at(at).value}" for below in sorted(alarms_of(alarm.parsed_rule))
            ]
            return (f"{alarm.rule}: {', '.join(states)}",)
        step = timedelta(seconds=step_seconds(alarm))
        last = history.start_at + (at - history.start_at) // step * step
        return (explain(evaluate_at(alarm, self.source, at=last, before=history.at(last - step))),)


def evaluate_alarms(
    plan: Plan, source: MetricSource, *, start_at: datetime, end_at: datetime, names: Iterable[str]
) -> AlarmHistories:
    """Evaluate the planned alarms with these names, and whatever they name themselves.

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
    histories = {alarm.name: alarm_history(alarm, source, start_at=start_at, end_at=end_at) for alarm in metric}
    composites = [alarm for alarm in wanted.values() if isinstance(alarm, CompositeAlarm)]
    return AlarmHistories(
        alarms=wanted, histories={**histories, **composite_histories(composites, histories)}, source=source
    )


def _named_by(alarm: Alarm) -> list[str]:
    if isinstance(alarm, MetricAlarm):
        return []
    suppressors = [plain_name(alarm.suppressor.alarm)] if alarm.suppressor else []
    return [*alarms_of(alarm.parsed_rule), *suppressors]
