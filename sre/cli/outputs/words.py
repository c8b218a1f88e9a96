"""Words that mean one thing in every output."""

from enum import StrEnum
from typing import assert_never

from foundation.cloudwatch.suppression import Notification, Notified, NotKnown, Pending, Suppressed
from foundation.errors import Exit
from foundation.readings import NoData
from foundation.slo.verdict import Inconclusive, Miss, Pass, Verdict


class Outcome(StrEnum):
    """What was found of an objective or a request: `docs/json.md` says what each means."""

    PASS = "pass"  # noqa: S105 - a verdict
    MISS = "miss"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


class RunOutcome(StrEnum):
    """What became of something that was run: a rule test, or a canary."""

    PASS = "pass"  # noqa: S105 - an outcome
    FAIL = "fail"
    NO_DATA = "no_data"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


class NotificationState(StrEnum):
    """What became of an alarm's notification."""

    NOTIFIED = "notified"
    SUPPRESSED = "suppressed"
    PENDING = "pending"
    NOT_KNOWN = "not_known"


def notification_state(notification: Notification) -> NotificationState:
    """The state of a notification."""
    match notification:
        case Notified():
            return NotificationState.NOTIFIED
        case Suppressed():
            return NotificationState.SUPPRESSED
        case Pending():
            return NotificationState.PENDING
        case NotKnown():
            return NotificationState.NOT_KNOWN
        case _:
            assert_never(notification)


def outcome_of(verdict: Verdict) -> Outcome:
    """The outcome of a verdict."""
    match verdict:
        case Pass():
            return Outcome.PASS
        case Miss():
            return Outcome.MISS
        case Inconclusive():
            return Outcome.INCONCLUSIVE
        case NoData():
            return Outcome.NO_DATA
        case _:
            assert_never(verdict)


def outcome_of_exit(code: Exit) -> Outcome:
    """The outcome of all verdicts of a command together, by the exit code that they come to."""
    match code:
        case Exit.MET:
            return Outcome.PASS
        case Exit.MISSED:
            return Outcome.MISS
        case _:
            return Outcome.INCONCLUSIVE
