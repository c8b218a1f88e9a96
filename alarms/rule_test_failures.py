"""An expectation of a rule test that is not met, in words: what the alarm did, and why, down to the numbers that decided it.

Moments are times since the test's start, written as its file writes them; alarms have their short names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from alarms.rule_test_file import Expectation, RuleTest
from alarms.states import AlarmHistories
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import StateHistory
from foundation.cloudwatch.suppression import ActedOn, NotificationOutcome, Notified, NotKnown, Pending, Suppressed
from foundation.cloudwatch.suppression import notification_outcome as word_of

# How many marks of the line of states are drawn on either side of the expectation.
_MARKS_COUNT = 30
_MINUTE = timedelta(minutes=1)
_DRAWN: Mapping[AlarmState, str] = MappingProxyType(
    {AlarmState.OK: "·", AlarmState.ALARM: "█", AlarmState.INSUFFICIENT_DATA: "?"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that is not met, in lines that a person reads; `drawn` are those of them that are a picture."""

    line: int
    lines: tuple[str, ...]
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _SinceStart:
    """Moments as times since the start of a test."""

    test: RuleTest

    def moment(self, at: datetime) -> str:
        """72h10m."""
        return (
            self.test.since_start(at) if at >= self.test.start_at else f"-{self.test.since_start(self._mirrored(at))}"
        )

    def time(self, at: datetime) -> str:
        """The same."""
        return self.moment(at)

    def _mirrored(self, at: datetime) -> datetime:
        return self.test.start_at + (self.test.start_at - at)


def state_at(history: StateHistory, at: datetime) -> AlarmState:
    """The state at a moment of a rule test."""
    state = history.at(at)
    if state is None:
        raise RuntimeError(f"{history.alarm} at {at}: a rule test leaves nothing unknown")
    return state


def explained(
    test: RuleTest, expectation: Expectation, name: str, said: str, evaluated: AlarmHistories, *, prefix: str
) -> Failure:
    """What is wrong with an expectation, with the alarm's states around it, all its changes, and its evaluation.

    `prefix` is what the names of all alarms begin with.
    """
    history, at = evaluated.histories[name], test.start_at + expectation.after
    changes = (f"{test.since_start(change.at)} {change.state.value}" for change in history.changes)
    reasons = (_short(line, evaluated, prefix) for line in evaluated.explanation(name, at, _SinceStart(test=test)))
    drawn = tuple(f"  {line}" for line in _drawn(test, expectation, history))
    return Failure(
        line=expectation.line,
        drawn=drawn,
        lines=(
            f"at {expectation.at}: {said}",
            *drawn,
            f"  changes: {', '.join(changes) or 'none'}",
            *(f"  {line}" for line in reasons),
        ),
    )


def of_notification(
    test: RuleTest, expectation: Expectation, short: str, actions: Sequence[ActedOn], wanted: NotificationOutcome
) -> Failure | None:
    """Whether the actions of the latest change became what was expected; None where they did."""
    at = test.start_at + expectation.after
    latest = [acted for acted in actions if acted.change.at <= at]
    if not latest:
        said = "its state has not changed by then"
    elif wanted is NotificationOutcome.NOTIFIED and all(each.change.state is not AlarmState.ALARM for each in latest):
        # The actions of its first state, OK, run too, and prove nothing.
        said = "it has not been in ALARM by then"
    else:
        last = latest[-1].notification
        outcome = word_of(last, at=at)
        if outcome is wanted:
            return None
        match last:
            case Notified(at=sent_at):
                said = f"it is {outcome.value}: the notification is sent at {test.since_start(sent_at)}"
            case Suppressed(by=by) | Pending(by=by):
                said = f"it is {outcome.value}, by {by.value}"
            case NotKnown():
                said = "it is not known"
            case _:
                assert_never(last)
    return Failure(
        line=expectation.line,
        lines=(f"at {expectation.at}: the notification of {short} was expected {wanted.value}, and {said}",),
    )


def _drawn(test: RuleTest, expectation: Expectation, history: StateHistory) -> tuple[str, str]:
    """The states around an expectation, a mark for each interval of the test or minute, and where the expectation is."""
    step, at = max(test.interval, _MINUTE), test.start_at + expectation.after
    before_count = min(_MARKS_COUNT, expectation.after // step)
    # What is looked at every hour has no state of its own after its last look.
    after_count = max(0, min(_MARKS_COUNT, (history.end_at - at) // step))
    moments = [at + step * number for number in range(-before_count, after_count + 1)]
    marks = "".join(_DRAWN[state_at(history, each)] for each in moments)
    shown = [name for name in AlarmState if _DRAWN[name] in marks]
    legend = "  ".join(f"{_DRAWN[state]} {state.value}" for state in shown)
    span = f"{test.since_start(moments[0])} to {test.since_start(moments[-1])}"
    return f"{marks}   {legend}, {span}", f"{' ' * before_count}^ {expectation.at}"


def _short(line: str, evaluated: AlarmHistories, prefix: str) -> str:
    """A line with the alarms by the names that a test has for them."""
    names = "|".join(re.escape(each) for each in sorted(evaluated.alarms, key=len, reverse=True))
    return re.sub(names, lambda found: found[0].removeprefix(f"{prefix}-"), line)
