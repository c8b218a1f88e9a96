"""Runs a conversation without sending anything: it yields requests and pauses, and is told what came of them.

talk = converse(steps, values)
action = next(talk)                  # a Request, or a Pause
action = talk.send(judgement)        # of the answer; None where there was none, or one that is not gone on with
...                                  # StopIteration.value is an Ending
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import Enum

from foundation.steps.judging import Judgement
from foundation.steps.model import Step, Value, Values
from foundation.steps.requests import Request, UnsendableError, request_of


class Since(Enum):
    """From when a pause counts."""

    ANSWER = "the answer before it"
    DUE = "when the request before it was due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is sent for so long."""

    seconds: float
    since: Since


class HowEnded(Enum):
    """How a conversation ended."""

    WHOLE = "whole"
    BROKEN_OFF = "broken off"
    UNFINISHED = "unfinished"
    UNSENDABLE = "unsendable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How it ended, at which step, with which values; an unfinished one never saw what it repeated a step for."""

    how: HowEnded
    values: dict[str, Value]
    step: Step | None = None
    problem: str | None = None


Conversation = Generator[Request | Pause, Judgement | None, Ending]


def converse(steps: Sequence[Step], values: Values) -> Conversation:
    """The conversation of these steps."""
    known = dict(values)
    for step in steps:
        if step.pause_seconds:
            yield Pause(seconds=step.pause_seconds, since=Since.ANSWER)
        waited_seconds = 0.0
        while True:
            try:
                request = request_of(step, known)
            except UnsendableError as error:
                return Ending(how=HowEnded.UNSENDABLE, values=known, step=step, problem=str(error))
            judged = yield request
            if judged is not None and judged.problem is None:
                known |= judged.kept
                if judged.is_done or step.repeat is None:
                    break
            if step.repeat is None:
                problem = None if judged is None else judged.problem
                return Ending(how=HowEnded.BROKEN_OFF, values=known, step=step, problem=problem)
            # One wrong answer among many is no end of what is waited for: whoever sends counts it, and asks again.
            waited_seconds += step.repeat.every_seconds
            if waited_seconds >= step.repeat.for_seconds:
                return Ending(how=HowEnded.UNFINISHED, values=known, step=step, problem=_unfinished(step))
            yield Pause(seconds=step.repeat.every_seconds, since=Since.DUE)
    return Ending(how=HowEnded.WHOLE, values=known)


def _unfinished(step: Step) -> str:
    repeat = step.repeat
    return "" if repeat is None else f"{repeat.until.name}: not so within {repeat.for_seconds:g} s"
