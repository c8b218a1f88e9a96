"""The states of composite alarms over time, from those of the alarms below them; and which of their actions run.

A composite alarm is evaluated when an alarm that it names changes. Its first evaluation ends its only time with
insufficient data. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from foundation.cloudwatch.alarm_rule import alarms_of, holds, plain_name
from foundation.cloudwatch.alarms import CompositeAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory
from foundation.errors import InputError


def composite_histories(
    composites: Iterable[CompositeAlarm], histories: Mapping[str, StateHistory]
) -> dict[str, StateHistory]:
    """The history of every composite alarm, in an order in which each comes after those that it names.

    `histories` are those of the metric alarms, over the same time. Raises InputError for a circle, or an alarm that is not there.
    """
    done: dict[str, StateHistory] = dict(histories)
    ordered = in_order(list(composites), known=histories.keys())
    for alarm in ordered:
        done[alarm.name] = _history(alarm, done)
    return {alarm.name: done[alarm.name] for alarm in ordered}


def in_order(composites: Sequence[CompositeAlarm], *, known: Iterable[str]) -> list[CompositeAlarm]:
    """Composite alarms so that each comes after those that it names; a suppressor counts as named.

    Raises InputError for a circle, in which CloudWatch stops evaluating, and for an alarm that is not there.
    """
    by_name = {alarm.name: alarm for alarm in composites}
    there = set(known)
    settled: dict[str, CompositeAlarm] = {}

    def settle(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            raise InputError(f"composite alarms go round in a circle, so none of them is evaluated: {circle}")
        if name in there or name in settled:
            return
        if name not in by_name:
            raise InputError(f"alarm {path[-1]} names {name!r}, and there is no such alarm")
        alarm = by_name[name]
        suppressors = {plain_name(alarm.suppressor.alarm)} if alarm.suppressor else set[str]()
        for below in sorted(alarms_of(alarm.parsed_rule) | suppressors):
            settle(below, (*path, name))
        settled[name] = alarm

    for name in by_name:
        settle(name, ())
    return list(settled.values())


def _history(alarm: CompositeAlarm, histories: Mapping[str, StateHistory]) -> StateHistory:
    rule = alarm.parsed_rule
    below = [histories[name] for name in sorted(alarms_of(rule))]
    every = below or list(histories.values())
    if not every:
        raise InputError(f"alarm {alarm.name} names no alarm, and there is none whose time it could share")
    start_at, end_at = min(history.start_at for history in every), max(history.end_at for history in every)
    instants: list[datetime] = sorted({start_at, *(change.at for history in below for change in history.changes)})
    state = before = AlarmState.INSUFFICIENT_DATA
    changes: list[StateChange] = []
    for instant in instants:
        states = {history.alarm: history.at(instant) for history in below}
        now = AlarmState.ALARM if holds(rule, states) else AlarmState.OK
        if now is not state:
            changes.append(StateChange(at=instant, state=now))
            state = now
    return StateHistory(alarm=alarm.name, start_at=start_at, end_at=end_at, before=before, changes=tuple(changes))
