"""What states an alarm was in, and when it changed: the result of every evaluation over time."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from foundation.cloudwatch.bulk_evaluation import STATES, Codes
from foundation.cloudwatch.evaluation import AlarmState


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A state that was entered."""

    at: datetime
    state: AlarmState


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHistory:
    """The states of one alarm from `start_at` to `end_at`, the last evaluation; `before` is the state at the start."""

    alarm: str
    start_at: datetime
    end_at: datetime
    before: AlarmState
    changes: tuple[StateChange, ...]

    def at(self, instant: datetime) -> AlarmState:
        """The state at an instant, an evaluation at that very instant included."""
        index = bisect_right(self.changes, instant, key=lambda change: change.at)
        return self.changes[index - 1].state if index else self.before

    def intervals(self, state: AlarmState) -> tuple[tuple[datetime, datetime], ...]:
        """When the alarm was in a state, as [from, to); an interval that is still open ends at `end_at`."""
        edges = [(self.start_at, self.before), *((change.at, change.state) for change in self.changes)]
        ends = [*(at for at, _ in edges[1:]), self.end_at]
        return tuple((at, end) for (at, each), end in zip(edges, ends, strict=True) if each is state and at < end)


def history_of(alarm: str, codes: Codes, *, first_at: int, step_seconds: int, before: AlarmState) -> StateHistory:
    """A history from the state at every evaluation, the first at `first_at` in seconds since 1970 UTC."""
    previous = np.concatenate([[np.uint8(STATES.index(before))], codes[:-1]])
    changes = tuple(
        StateChange(at=_at(first_at + int(index) * step_seconds), state=STATES[int(codes[index])])
        for index in np.flatnonzero(codes != previous)
    )
    return StateHistory(
        alarm=alarm,
        start_at=_at(first_at),
        end_at=_at(first_at + (codes.size - 1) * step_seconds),
        before=before,
        changes=changes,
    )


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
