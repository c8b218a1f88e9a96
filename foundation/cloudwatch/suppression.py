"""Which actions of a composite alarm run, and when, while another alarm suppresses them.

A change while the suppressor is not in ALARM waits for WaitPeriod, in which the suppressor may still go into ALARM. When
the suppressor leaves ALARM, ExtensionPeriod passes before actions run, for the state that then is. A change during either
discards it and starts a new WaitPeriod. Where nothing changed while actions were suppressed, nothing runs afterwards.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from foundation.cloudwatch.alarms import Suppressor
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory


class SuppressedBy(Enum):
    """What keeps actions from running; the values are those of the API's `ActionsSuppressedBy`."""

    WAIT_PERIOD = "WaitPeriod"
    EXTENSION_PERIOD = "ExtensionPeriod"
    ALARM = "Alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """The actions ran at this instant."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """The actions never ran: another alarm was in ALARM, or the state changed before a period was over."""

    by: SuppressedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A period still runs, after which the actions may."""

    by: SuppressedBy


Notification = Notified | Suppressed | Pending


def notified_at(notification: Notification) -> datetime | None:
    """When somebody was notified; None when nobody was, or not yet."""
    match notification:
        case Notified(at=at):
            return at
        case Suppressed() | Pending():
            return None
        case _:
            assert_never(notification)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedOn:
    """One change of state, and what became of its actions until a later change, or the end."""

    change: StateChange
    notification: Notification


def actions_of(
    history: StateHistory, suppressor: Suppressor | None = None, suppressed_by: StateHistory | None = None
) -> tuple[ActedOn, ...]:
    """What became of the actions of every change; all run at once where there is no suppressor.

    `suppressed_by` is the suppressor's own history over the same time.
    """
    if suppressor is None or suppressed_by is None:
        return tuple(ActedOn(change=change, notification=Notified(at=change.at)) for change in history.changes)
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
                self._become(Notified(at=ran_at))

    def changed(self, change: StateChange) -> None:
        if self.acted_on and isinstance(before := self.acted_on[-1].notification, Pending):
            self._become(Suppressed(by=before.by))
        self.acted_on.append(ActedOn(change=change, notification=self._waiting(SuppressedBy.WAIT_PERIOD)))
        self._pending = True
        if not self._suppressing:
            self._runs_at = change.at + self._wait
            self.pass_time(change.at)

    def suppressor_changed(self, change: StateChange) -> None:
        was, self._suppressing = self._suppressing, change.state is AlarmState.ALARM
        if self._suppressing:
            self._runs_at = None
            self._hold()
        elif was:
            self._runs_at = change.at + self._extension
            self._hold()
            self.pass_time(change.at)

    def _hold(self) -> None:
        if self._pending:
            self._become(self._waiting(SuppressedBy.EXTENSION_PERIOD))

    def _waiting(self, period: SuppressedBy) -> Suppressed | Pending:
        return Suppressed(by=SuppressedBy.ALARM) if self._suppressing else Pending(by=period)

    def _become(self, notification: Notification) -> None:
        self.acted_on[-1] = replace(self.acted_on[-1], notification=notification)
