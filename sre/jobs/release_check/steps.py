"""A run as a sequence of named steps: what each took, and which failed and why. None takes with it what others have found."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPException
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.errors import SreError
from reports.release_check.model import StepRow

_T = TypeVar("_T")
_INTERRUPTED = "interrupted"


class Step(StrEnum):
    """The steps of a run on a platform, as they are shown; those of bringing it up are its own (sre/local/set_up.py)."""

    PLATFORM = "platform"
    CANARIES_BEFORE = "canaries before the load"
    RATE = "what the machine carries"
    LOAD = "load"
    CANARIES_AFTER = "canaries after the load"
    ALARMS = "alarms"
    METRICS = "metrics"
    MESSAGES = "messages"
    STACK_OPERATIONS = "stack operations"
    REPORT = "report"
    END = "taking down"
    PAGE = "page"
    FILES = "files"


@dataclass(slots=True)
class Steps:
    """What was done so far. A step that fails is recorded with its reason; an interrupt too, and no further one is expected.

    `error` is the first that a step failed with, `bug` the first that is outside of what can go wrong with a platform, a network
    or a disk.
    """

    clock: Callable[[], float] = time.monotonic
    rows: list[StepRow] = field(default_factory=list[StepRow])
    was_interrupted: bool = False
    error: Exception | None = None
    bug: Exception | None = None

    def attempt(
        self, name: str, work: Callable[[], _T], *, refusals: tuple[type[Exception], ...] = ()
    ) -> _T | None:  # fmt: skip
        """Do a step; what it found, or None where it failed. Raises what says that the step was not to be done at all."""
        began, first = self.clock(), len(self.rows)

        def ended() -> None:
            # Without its parts, which have reported themselves: the times of all steps add up.
            self.took(name, self.clock() - began - sum(row.took_seconds for row in self.rows[first:]))

        try:
            found = work()
        except refusals:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a bug, too, must not take with it what was measured
            ended()
            self.failed(name, error)
            return None
        ended()
        return found

    def finish(self, work: Callable[[], _T]) -> _T:
        """Do what is pure and quick to its end: once more where an interrupt came in the middle of it."""
        try:
            return work()
        except KeyboardInterrupt:
            self.was_interrupted = True
            return work()

    def took(self, name: str, seconds: float, failure: str | None = None) -> None:
        """Record a step that was done."""
        self.rows.append(StepRow(name=name, took_seconds=max(0.0, round(seconds, 2)), failure=failure))

    def failed(self, name: str, error: Exception | KeyboardInterrupt) -> None:
        """Record that a step has failed, one that is recorded already as well."""
        if isinstance(error, KeyboardInterrupt):
            self.was_interrupted, reason = True, _INTERRUPTED
        else:
            reason = reason_of(error)
            self.error = self.error or error
            if self.bug is None and is_bug(error):
                self.bug = error
        place = next((place for place, row in enumerate(self.rows) if row.name == name), None)
        if place is None:
            self.took(name, 0.0, reason)
        elif self.rows[place].failure is None:
            self.rows[place] = StepRow(name=name, took_seconds=self.rows[place].took_seconds, failure=reason)

    @property
    def failures(self) -> tuple[StepRow, ...]:
        """The steps that failed by themselves; those that a person ended are none."""
        return tuple(row for row in self.rows if row.failure not in (None, _INTERRUPTED))


def is_bug(error: Exception) -> bool:
    """Whether it is nothing that a platform, a network or a disk can bring about."""
    return not isinstance(error, (SreError, BotoCoreError, ClientError, OSError, HTTPException))


def reason_of(error: Exception) -> str:
    """Why a step failed, in one line."""
    match error:
        case SreError():
            text = str(error)
        case BotoCoreError() | ClientError():
            text = str(aws_error("the platform", error))
        case OSError() if error.strerror:
            text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        case _:
            text = f"{type(error).__name__}: {error}"
    return "; ".join(line.strip() for line in text.splitlines() if line.strip())[:500] or type(error).__name__
