"""Which actions of a composite alarm run, and when, while another alarm suppresses them.

A change while the suppressor is not in ALARM waits for WaitPeriod, in which the suppressor may still go into ALARM. When
the suppressor leaves ALARM, ExtensionPeriod passes before actions run, for the state that then is. A change during either
discards it and starts a new WaitPeriod. Where nothing changed while actions were suppressed, nothing runs afterwards.
Where it is not known whether the suppressor was in ALARM, or what the alarm did, it is not known whether actions ran; what is
told of the newest time is what holds at the last moment that is known.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import assert_never

from foundation.cloudwatch.alarms import Suppressor
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateChange, StateHistory

_MOMENT = timedelta(microseconds=1)
# A state lasts until the next evaluation, which is an hour later at the most.
_LONGEST_HOLD = timedelta(hours=1)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """Whether the actions ran, or when, nobody can say: of a time that decides it nothing is known."""


Notification = Notified | Suppressed | Pending | NotKnown


class NotificationOutcome(Enum):
    """What became of a notification, in the one word that every output has for it."""

    NOTIFIED = "notified"
    SUPPRESSED = "suppressed"
    PENDING = "pending"
    NOT_KNOWN = "not_known"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


def outcome_of(notification: Notification, *, at: datetime | None = None) -> NotificationOutcome:
    """The word for a notification, as of a moment where one is given: what is sent later is pending then."""
    match notification:
        case Notified(at=sent_at):
            is_sent = at is None or sent_at <= at
            return NotificationOutcome.NOTIFIED if is_sent else NotificationOutcome.PENDING
        case Suppressed():
            return NotificationOutcome.SUPPRESSED
        case Pending():
            return NotificationOutcome.PENDING
        case NotKnown():
            return NotificationOutcome.NOT_KNOWN
        case _:
            assert_never(notification)


def notified_at(notification: Notification) -> datetime | None:
    """When somebody was notified; None when nobody was, not yet, or when it is not known."""
    match notification:
        case Notified(at=at):
            return at
        case Suppressed() | Pending() | NotKnown():
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

    `suppressed_by` is the suppressor's own history over the same time. Of a state that was only seen first, it is not known.
    """
    if suppressor is None or suppressed_by is None:
        return tuple(
            ActedOn(change=change, notification=Notified(at=change.at) if history.was_entered(change) else NotKnown())
            for change in history.changes
        )
    replay = _Replay(suppressor, suppressed_by.at(suppressed_by.start_at - _MOMENT))
    # At one instant the suppressor's change comes first: it is one of the alarms below. What is lost then is lost before it.
    events: list[tuple[datetime, int, Callable[[], None]]] = [
        (change.at, 1, partial(replay.suppressor_changed, change)) for change in suppressed_by.changes
    ]
    events += [
        (change.at, 2, partial(replay.changed, change, was_entered=history.was_entered(change)))
        for change in history.changes
    ]
    seen_until = history.end_at if history.newest is None else history.newest.at
    events += [
        (at, 0, partial(replay.suppressor_lost, is_for_good=is_last and at >= seen_until - _LONGEST_HOLD))
        for at, is_last in _lost(suppressed_by)
    ]
    events += [(at, 0, partial(replay.lost, is_for_good=is_last)) for at, is_last in _lost(history)]
    for at, _, happen in sorted(events, key=lambda event: event[:2]):
        replay.pass_time(at)
        happen()
    replay.pass_time(history.end_at)
    return tuple(replay.acted_on)


def _lost(history: StateHistory) -> list[tuple[datetime, bool]]:
    """When the state ceases to be known before the history's end, and whether that is for good."""
    ends = [each.end_at for each in history.known.intervals]
    return [(at, at == ends[-1]) for at in ends if at <= history.end_at]


class _Replay:
    def __init__(self, suppressor: Suppressor, state: AlarmState | None) -> None:
        self._wait = timedelta(seconds=suppressor.wait_seconds)
        self._extension = timedelta(seconds=suppressor.extension_seconds)
        # None while nobody can say what state the suppressor is in.
        self._suppressing = None if state is None else state is AlarmState.ALARM
        self._runs_at: datetime | None = None
        self._pending = False
        self.acted_on: list[ActedOn] = []

    def pass_time(self, until: datetime) -> None:
        if self._runs_at is not None and self._runs_at <= until:
            ran_at, self._runs_at = self._runs_at, None
            if self._pending:
                self._pending = False
                self._become(Notified(at=ran_at))

    def changed(self, change: StateChange, *, was_entered: bool) -> None:
        if self.acted_on and isinstance(before := self.acted_on[-1].notification, Pending):
            self._become(Suppressed(by=before.by))
        if not was_entered:
            # It may have been entered long ago, and acted on.
            self.acted_on.append(ActedOn(change=change, notification=NotKnown()))
            self._pending, self._runs_at = False, None
            return
        self.acted_on.append(ActedOn(change=change, notification=self._waiting(SuppressedBy.WAIT_PERIOD)))
        self._pending, self._runs_at = self._suppressing is not None, None
        if self._suppressing is False:
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

    def suppressor_lost(self, *, is_for_good: bool) -> None:
        """Nobody can say from now on whether it is in ALARM."""
        self._suppressing = None
        self._give_up(is_for_good=is_for_good)

    def lost(self, *, is_for_good: bool) -> None:
        """Nobody can say from now on in what state the alarm is, so whether what waits is discarded."""
        self._give_up(is_for_good=is_for_good)

    def _give_up(self, *, is_for_good: bool) -> None:
        self._runs_at = None
        if self._pending and not is_for_good:
            self._become(NotKnown())
        self._pending = False

    def _hold(self) -> None:
        if self._pending:
            self._become(self._waiting(SuppressedBy.EXTENSION_PERIOD))

    def _waiting(self, period: SuppressedBy) -> Suppressed | Pending | NotKnown:
        match self._suppressing:
            case None:
                return NotKnown()
            case True:
                return Suppressed(by=SuppressedBy.ALARM)
            case False:
                return Pending(by=period)

    def _become(self, notification: Notification) -> None:
        self.acted_on[-1] = replace(self.acted_on[-1], notification=notification)
