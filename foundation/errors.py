"""The one tree of errors, and the exit codes that commands return. Every error that is raised on purpose is in the tree.

SreError
  InputError       a file, an option or the environment, which a person must correct             exit 2
  SourceError      what was asked of a source is not known: it did not answer, or has not that   exit 2
  PlatformError    the platform, local or deployed, did not do what was asked                    exit 2
  RefusedError     what a caller of the platform sent and it refuses; the text is for the caller
  StepFailedError  a step of a canary found what it looks for

Each room names its own kinds below these. Whatever else is raised is a bug: exit 70; BugError brings one from another process.
"""

from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum


class Exit(IntEnum):
    """How a command ends. 1 is an answer, never a failure of the command.

    70 is EX_SOFTWARE (https://man.freebsd.org/cgi/man.cgi?sysexits), 130 and 141 are what a shell makes of SIGINT and SIGPIPE.
    """

    MET = 0
    MISSED = 1
    BAD_INPUT = 2
    NOT_ENOUGH_EVIDENCE = 3
    BUG = 70
    INTERRUPTED = 130
    READER_GONE = 141


class SreError(Exception):
    """Every error that the toolkit raises on purpose: what, where, and what to do.

    `problems` holds one line each, all that were found and not only the first; `places` are the things that it is about, the
    outermost first.
    """

    def __init__(self, summary: str, problems: tuple[str, ...] = ()) -> None:
        self.summary = summary
        self.problems = problems
        self.places: tuple[str, ...] = ()
        super().__init__(summary, problems)

    def __str__(self) -> str:
        return "\n".join((": ".join((*self.places, self.summary)), *(f"  {problem}" for problem in self.problems)))


class InputError(SreError):
    """Bad input: a file, an option or the environment, which a person must correct."""


class SourceError(SreError):
    """What was asked of a source is not known: it did not answer, or has not that. Never the same as an answer without data."""


class PlatformError(SreError):
    """The platform refused, did not start or did not answer in time."""


class RefusedError(SreError):
    """What a caller of the platform sent, and what is wrong with it, in words for the caller."""


class StepFailedError(SreError):
    """A step of a canary that found what it looks for."""


class BugError(Exception):
    """A bug that another process of ours died of, with its type and place.

    Outside of the tree, so that nothing that expects an error of ours takes it for one.
    """


def bug_in(what: str, log: str) -> BugError:
    """What a process of ours died of, from the traceback in its log: the error, and the last place in it."""
    lines = [line for line in log.splitlines() if line.strip()]
    place = next((line.strip() for line in reversed(lines) if line.startswith('  File "')), "no traceback")
    return BugError(f"{what}: {lines[-1].strip() if lines else 'it ended without a word'} ({place})")


@contextmanager
def about(thing: str) -> Generator[None]:
    """Put what it is about before the text of an error that passes, such as its file or its alarm; the error stays what it is."""
    try:
        yield
    except SreError as error:
        error.places = (thing, *error.places)
        raise
