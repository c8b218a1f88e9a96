"""The one tree of errors, and the exit codes that commands return.

SreError
  InputError      a file, an option or an environment that a person must correct   exit 2
  PlatformError   the platform, local or deployed, did not do what was asked      exit 2
"""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ends. 1 is an answer, never a failure of the command: that is 2."""

    MET = 0
    MISSED = 1
    BAD_INPUT = 2
    NOT_ENOUGH_EVIDENCE = 3
    INTERRUPTED = 130


class SreError(Exception):
    """Base of every error that the toolkit raises on purpose; its text says what, where and what to do."""


class InputError(SreError):
    """Bad input: `problems` holds one line each, all that were found and not only the first."""

    def __init__(self, summary: str, problems: tuple[str, ...] = ()) -> None:
        self.summary = summary
        self.problems = problems
        super().__init__("\n".join((summary, *(f"  {problem}" for problem in problems))))


class PlatformError(SreError):
    """The platform refused, did not start or did not answer in time."""
