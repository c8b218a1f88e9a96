"""What states an alarm was in, when it changed, and of which time its state is known: the result of every evaluation over time.

CloudWatch has three states. That nobody can say which of them it was is not a fourth: it is the time beside `known`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from foundation.cloudwatch.bulk_evaluation import NOT_KNOWN, STATES, Codes, Flags
from foundation.cloudwatch.evaluation import AlarmState
from foundation.readings import Known

# A state from one second on until another, without it.
Segment = tuple[int, int, AlarmState]


class StateChange(NamedTuple):
    """A state that was entered, or that was seen first after a time that is not known.

    A backtest of a month makes more than a hundred thousand, so it is a tuple, which is made in a third of the time.
    """

    at: datetime
    state: AlarmState


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in one state, seen from `seen_from` until `seen_until`.

    `began_at` is when it was entered, None where that was before it was seen; `ended_at` when it was left, None where it had not
    been when it was seen last.
    """

    began_at: datetime | None
    seen_from: datetime
    seen_until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHistory:
    """The states of one alarm from `start_at` to `end_at`, the last evaluation.

    `before` is the state at the start, None where it is not known. `known` is the time of which the state is known, a state
    lasting until the next evaluation; `coarse` is the part of it that was made out on longer periods than the alarm's own.
    """

    alarm: str
    start_at: datetime
    end_at: datetime
    before: AlarmState | None
    changes: tuple[StateChange, ...]
    known: Known
    coarse: Known

    def at(self, instant: datetime) -> AlarmState | None:
        """The state at an instant, an evaluation at that very instant included; None where it is not known."""
        if instant < self.start_at:
            return self.before
        if not self._is_known(instant):
            return None
        index = bisect_right(self.changes, instant, key=lambda change: change.at)
        return self.changes[index - 1].state if index else self.before

    def was_entered(self, change: StateChange) -> bool:
        """Whether its state was entered then; else it was only seen first then."""
        if change.at == self.start_at:
            return self.before is not None
        return int(change.at.timestamp()) not in {start for start, _ in self.known.spans}

    @property
    def newest(self) -> StateChange | None:
        """The last moment of which the state is known, and that; None where nothing is."""
        at = self.known.newest_at
        if at is None:
            return None
        last = min(at, self.end_at)
        state = self.at(last) or self.at(_at(int(last.timestamp()) - 1))
        return None if state is None else StateChange(at=last, state=state)

    def segments(self) -> tuple[Segment, ...]:
        """The states that are known, in order of time."""
        edges = [int(change.at.timestamp()) for change in self.changes]
        states = [change.state for change in self.changes]
        if self.before is not None:
            edges.insert(0, int(self.start_at.timestamp()))
            states.insert(0, self.before)
        found: list[Segment] = []
        for start, end in self.known.spans:
            index = max(0, bisect_right(edges, start) - 1)
            while index < len(edges) and edges[index] < end:
                until = min(end, edges[index + 1]) if index + 1 < len(edges) else end
                if max(start, edges[index]) < until:
                    found.append((max(start, edges[index]), until, states[index]))
                index += 1
        return tuple(found)

    def spells(self, state: AlarmState) -> tuple[Spell, ...]:
        """Every time before the last evaluation that the alarm was in a state, as far as it is known."""
        segments, last = self.segments(), int(self.end_at.timestamp())
        found: list[Spell] = []
        for number, (start, end, each) in enumerate(segments):
            # What begins with the last evaluation is of the time after it.
            if each is not state or start >= last:
                continue
            is_entered = number > 0 and segments[number - 1][1] == start
            is_first = start == int(self.start_at.timestamp()) and self.before not in (None, state)
            is_left = number + 1 < len(segments) and segments[number + 1][0] == end
            found.append(
                Spell(
                    began_at=_at(start) if is_entered or is_first else None,
                    seen_from=_at(start),
                    seen_until=_at(end if is_left else max(start, min(end, last))),
                    ended_at=_at(end) if is_left else None,
                )
            )
        return tuple(found)

    def _is_known(self, instant: datetime) -> bool:
        spans = self.known.spans
        index = bisect_right(spans, instant.timestamp(), key=lambda span: span[0])
        return index > 0 and instant.timestamp() < spans[index - 1][1]


def history_of(
    alarm: str, codes: Codes, *, first_at: int, step_seconds: int, before: AlarmState | None, coarse: bool = False
) -> StateHistory:
    """A history from the state at every evaluation, or NOT_KNOWN, the first at `first_at` in seconds since 1970 UTC."""
    first = NOT_KNOWN if before is None else np.uint8(STATES.index(before))
    edges = np.flatnonzero(codes != np.concatenate([[first], codes[:-1]]))
    entered = edges[codes[edges] != NOT_KNOWN]
    times = first_at + step_seconds * entered.astype(np.int64)
    changes = tuple(map(StateChange, map(_at, times.tolist()), map(STATES.__getitem__, codes[entered].tolist())))
    known = _spans(codes != NOT_KNOWN, first_at, step_seconds)
    return StateHistory(
        alarm=alarm,
        start_at=_at(first_at),
        end_at=_at(first_at + (codes.size - 1) * step_seconds),
        before=before,
        changes=changes,
        known=known,
        coarse=known if coarse else Known.nothing(),
    )


def of_segments(
    alarm: str,
    segments: Iterable[Segment],
    *,
    start_at: datetime,
    end_at: datetime,
    before: AlarmState | None,
    coarse: Known,
) -> StateHistory:
    """A history from states that are known, in order of time and without overlap."""
    known: list[tuple[int, int]] = []
    changes: list[StateChange] = []
    state, until = before, int(start_at.timestamp())
    for start, end, each in segments:
        if start > until:
            state = None
        if each is not state:
            changes.append(StateChange(at=_at(start), state=each))
        known.append((start, end))
        state, until = each, end
    return StateHistory(
        alarm=alarm,
        start_at=start_at,
        end_at=end_at,
        before=before,
        changes=tuple(changes),
        known=Known.of(known),
        coarse=coarse,
    )


def filled_from(history: StateHistory, coarser: StateHistory, *, every_seconds: int) -> StateHistory:
    """A history with what is not known of it from one on longer periods, which was evaluated so often.

    Each gap is filled from the first evaluation within it on, since one before it knows less than the history itself. What comes
    after the newest that is known is no gap.
    """
    missing = coarser.known - history.known
    if history.known.spans:
        missing &= Known.of([(0, history.known.spans[-1][1])])
    gaps = Known.of((-(-start // every_seconds) * every_seconds, end) for start, end in missing.spans)
    if not gaps.spans:
        return history
    added = _within(coarser.segments(), gaps)
    return of_segments(
        history.alarm,
        sorted([*history.segments(), *added], key=lambda segment: segment[0]),
        start_at=min(history.start_at, coarser.start_at),
        end_at=max(history.end_at, coarser.end_at),
        before=history.before,
        coarse=history.coarse | gaps,
    )


def _within(segments: Sequence[Segment], known: Known) -> list[Segment]:
    """What of some states lies within a time."""
    found: list[Segment] = []
    spans = known.spans
    at = 0
    for start, end, state in segments:
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        number = at
        while number < len(spans) and spans[number][0] < end:
            found.append((max(start, spans[number][0]), min(end, spans[number][1]), state))
            number += 1
    return found


def _spans(flags: Flags, first_at: int, step_seconds: int) -> Known:
    if flags.all():
        return Known.of([(first_at, first_at + flags.size * step_seconds)])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    times = [first_at + int(edge) * step_seconds for edge in edges]
    return Known.of(zip(times[::2], times[1::2], strict=True))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
