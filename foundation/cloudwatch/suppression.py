"""Which actions of a composite alarm run, and when, while another alarm suppresses them.

A change while the suppressor is not in ALARM waits for WaitPeriod, in which the suppressor may still go into ALARM. When
the suppressor leaves ALARM, ExtensionPeriod passes before actions run, for the state that then is. A change during either
discards it and starts a new WaitPeriod. Where nothing changed while actions were suppressed, nothing runs afterwards.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from foundation.cloudwatch.alarms import Suppressor
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory


class SuppressedBy(Enum):
    """What keeps actions from running; the values are those of the API's `ActionsSuppressedBy`."""

    WAIT_PERIOD = "WaitPeriod"
    EXTENSION_PERIOD = "ExtensionPeriod"
    ALARM = "Alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedOn:
    """One change of state: when its actions ran, or what they were held back by until a later change, or the end."""

    change: StateChange
    ran_at: datetime | None
    suppressed_by: SuppressedBy | None


def actions_of(
    history: StateHistory, suppressor: Suppressor | None = None, suppressed_by: StateHistory | None = None
) -> tuple[ActedOn, ...]:
    """What became of the actions of every change; all run at once where there is no suppressor.

    `suppressed_by` is the suppressor's own history over the same time.
    """
    if suppressor is None or suppressed_by is None:
        return tuple(ActedOn(change=change, ran_at=change.at, suppressed_by=None) for change in history.changes)
    replay = _Replay(suppressor, suppressed_by.before is AlarmState.ALARM)
    # At one instant the suppressor's change comes first: it is one of the alarms below.
    events = sorted(
        [(change.at, 0, change) for change in suppressed_by.changes]
        + [(change.at, 1, change) for change in history.changes],
        key=lambda event: event[:2],
    )
    for at, order, change in events:
        replay.pass_time(at)
        if order == 0:
            replay.suppressor_changed(change)
        else:
            replay.changed(change)
    replay.pass_time(history.end_at)
    return tuple(replay.acted_on)


class _Replay:
    def __init__(self, suppressor: Suppressor, suppressing: bool) -> None:
        self._wait = timedelta(seconds=suppressor.wait_seconds)
        self._extension = timedelta(seconds=suppressor.extension_seconds)
        self._suppressing = suppressing
        self._runs_at: datetime | None = None
        self._pending = False
        self.acted_on: list[ActedOn] = []

    def pass_time(self, until: datetime) -> None:
        if self._runs_at is not None and self._runs_at <= until:
            ran_at, self._runs_at = self._runs_at, None
            if self._pending:
                self._pending = False
                self.acted_on[-1] = replace(self.acted_on[-1], ran_at=ran_at, suppressed_by=None)

    def changed(self, change: StateChange) -> None:
        by = SuppressedBy.ALARM if self._suppressing else SuppressedBy.WAIT_PERIOD
        self.acted_on.append(ActedOn(change=change, ran_at=None, suppressed_by=by))
        self._pending = True
        if not self._suppressing:
            self._runs_at = change.at + self._wait
            self.pass_time(change.at)

    def suppressor_changed(self, change: StateChange) -> None:
        was, self._suppressing = self._suppressing, change.state is AlarmState.ALARM
        if self._suppressing:
            self._runs_at = None
            self._hold(SuppressedBy.ALARM)
        elif was:
            self._runs_at = change.at + self._extension
            self._hold(SuppressedBy.EXTENSION_PERIOD)
            self.pass_time(change.at)

    def _hold(self, by: SuppressedBy) -> None:
        if self._pending:
            self.acted_on[-1] = replace(self.acted_on[-1], suppressed_by=by)
