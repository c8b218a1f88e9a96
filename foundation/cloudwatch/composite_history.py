"""The states of composite alarms over time, from those of the alarms below them; and which of their actions run.

A composite alarm is evaluated when an alarm that it names changes. Its first evaluation ends its only time with
insufficient data. Where the state of an alarm below is not known, its own is what the rule says by three-valued logic. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise

from foundation.cloudwatch.alarm_rule import alarms_of, holds, plain_name
from foundation.cloudwatch.alarms import CompositeAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import Segment, StateHistory, of_segments
from foundation.errors import InputError
from foundation.readings import Known


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
    lasts = max(
        [int(end_at.timestamp()) + 1, *(history.known.spans[-1][1] for history in below if history.known.spans)]
    )
    first = int(start_at.timestamp())
    edges = {first, *(int(change.at.timestamp()) for history in below for change in history.changes)}
    edges |= {edge for history in below for span in history.known.spans for edge in span}
    instants = [*sorted(edge for edge in edges if first <= edge < lasts), lasts]
    segments: list[Segment] = []
    for instant, until in pairwise(instants):
        at = datetime.fromtimestamp(instant, UTC)
        is_true = holds(rule, {history.alarm: history.at(at) for history in below})
        if is_true is not None:
            segments.append((instant, until, AlarmState.ALARM if is_true else AlarmState.OK))
    is_new = all(history.before is not None for history in every)
    history = of_segments(
        alarm.name,
        segments,
        start_at=start_at,
        end_at=end_at,
        before=AlarmState.INSUFFICIENT_DATA if is_new else None,
        coarse=Known.nothing(),
    )
    coarse = reduce(Known.__or__, (each.coarse for each in below), Known.nothing())
    return replace(history, coarse=coarse & history.known)
