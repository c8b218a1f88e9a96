"""From what a sandbox tells of a run to how it ended and what it claims: what contradicts itself, or is missing, is unclear."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from foundation.errors import InputError
from foundation.pages.numbers import counted
from foundation.sandbox.model import (
    Absent,
    Broke,
    Exited,
    Limits,
    NotStarted,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    Ran,
    Signalled,
    TooMuchOutput,
)
from tdeveloper.gates.testing.claims import ClaimedTest, ClaimError, Claims, Outcome, shown_message
from tdeveloper.gates.testing.coverage_json import read_coverage
from tdeveloper.gates.testing.endings import Completed, Ended, LimitReached, NoTests, SandboxBroke, Unclear
from tdeveloper.gates.testing.events import Happened, Limit, read_events
from tdeveloper.gates.testing.job import COVERAGE, JUNIT
from tdeveloper.gates.testing.junit import read_junit

# https://docs.pytest.org/en/stable/reference/exit-codes.html
_PASSED, _FAILED, _NOTHING = 0, 1, 5
_STATUSES = {
    2: "pytest was interrupted", 3: "pytest broke", 4: "pytest takes its configuration or a conftest.py for wrong",
}  # fmt: skip
_NOTHING_HAPPENED = Happened(tests=(), missing={}, limits={}, ended_count=0, collected_count=None, wrong_line_count=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a run ended, what is claimed of it, and which tests met a missing module or a limit.

    `coverage_trouble` says why a run that came to its end has no coverage that can be read.
    """

    ended: Ended
    claims: Claims
    missing: Mapping[str, str]
    limits: Mapping[str, Limit]
    coverage_trouble: str | None = None


def read_run(ran: Ran, limits: Limits) -> Told:
    """What is known of a run. Of one that did not come to its end, the tests that had ended by then."""
    trouble = ""
    try:
        happened = read_events(ran.stderr.tail)
    except ClaimError as error:
        happened, trouble = _NOTHING_HAPPENED, str(error)
    match ran.ending:
        case Exited(status=status) if not trouble:
            return _completed(ran, status, happened)
        case Exited():
            ended: Ended = Unclear(reason=trouble)
        case Signalled(number=number):
            ended = Unclear(reason=f"pytest was killed by {_signal_name(number)}, from within")
        case OutOfTime():
            ended = LimitReached(limit=Limit.TIME, given=given(Limit.TIME, limits))
        case OutOfProcessorTime():
            ended = LimitReached(limit=Limit.PROCESSOR_TIME, given=given(Limit.PROCESSOR_TIME, limits))
        case OutOfMemory(killed_count=count):
            ended = LimitReached(
                limit=Limit.MEMORY, given=f"{given(Limit.MEMORY, limits)}; {counted(count, 'process')} killed"
            )
        case TooMuchOutput():
            ended = LimitReached(limit=Limit.OUTPUT, given=given(Limit.OUTPUT, limits))
        case NotStarted(reason=reason) | Broke(reason=reason):
            ended = SandboxBroke(reason=shown_message(reason))
        case _:
            assert_never(ran.ending)
    return _told(ended, happened)


def given(limit: Limit, limits: Limits) -> str:
    """How much of something a run was given."""
    match limit:
        case Limit.TIME:
            return f"{limits.wall_seconds:g} s"
        case Limit.PROCESSOR_TIME:
            return f"{limits.cpu_seconds:g} s"
        case Limit.MEMORY:
            return f"{limits.memory_bytes >> 20} MiB"
        case Limit.OUTPUT:
            return f"{limits.output_bytes >> 20} MiB"
        case Limit.PROCESSES:
            return f"{limits.process_count:,}"
        case Limit.DISK:
            return f"{limits.disk_bytes >> 20} MiB"
        case Limit.OPEN_FILES:
            return f"{limits.open_file_count:,}"
        case _:
            assert_never(limit)


def _told(ended: Ended, happened: Happened) -> Told:
    """What is known of a run by what happened in it alone."""
    return Told(
        ended=ended,
        claims=Claims(tests=happened.tests, coverage=None),
        missing=happened.missing,
        limits=happened.limits,
    )


def _completed(ran: Ran, status: int, happened: Happened) -> Told:
    """What is claimed by a run that ended by itself, where its parts agree."""
    try:
        tests = read_junit(_artifact(ran, JUNIT, "JUnit"))
        _check(status, tests, happened)
    except ClaimError as error:
        reason = _STATUSES.get(status, str(error))
        return _told(Unclear(reason=f"{reason}{_last_word(ran)}"), happened)
    if status == _NOTHING:
        return _told(NoTests(), happened)
    trouble: str | None = None
    try:
        coverage = read_coverage(_artifact(ran, COVERAGE, "coverage"))
    except InputError as error:
        coverage, trouble = None, shown_message(str(error))
    return replace(
        _told(Completed(), happened), claims=Claims(tests=tests, coverage=coverage), coverage_trouble=trouble
    )


def _check(status: int, tests: tuple[ClaimedTest, ...], happened: Happened) -> None:
    """Hold exit status, JUnit and events against one another. Raises ClaimError where they contradict."""
    bad_count = sum(each.outcome.is_bad for each in tests)
    told_bad_count = sum(each.outcome.is_bad for each in happened.tests)
    if status not in (_PASSED, _FAILED, _NOTHING):
        raise ClaimError(f"pytest ended with exit status {status}, which it does not have")
    if happened.wrong_line_count:
        raise ClaimError(f"{happened.wrong_line_count} lines that our plugin did not write stand among what it wrote")
    if happened.collected_count is None:
        raise ClaimError("pytest never said how many tests it has collected")
    if (status == _FAILED) != bool(bad_count):
        raise ClaimError(f"pytest ended with exit status {status}, and its JUnit has {bad_count} failures and errors")
    if bool(told_bad_count) != bool(bad_count):
        raise ClaimError(f"{told_bad_count} tests failed while they ran, and JUnit has {bad_count} failures and errors")
    if happened.ended_count < happened.collected_count:
        raise ClaimError(f"of {happened.collected_count} tests that were collected, {happened.ended_count} ended")
    # A module that skips itself stands in JUnit, and is no test.
    if (status == _NOTHING) != all(each.outcome is Outcome.SKIPPED and each.is_module for each in tests):
        raise ClaimError(f"pytest ended with exit status {status}, and its JUnit has {len(tests)} tests")


def _artifact(ran: Ran, name: str, what: str) -> bytes:
    match ran.artifacts[name]:
        case Absent(why=why):
            raise ClaimError(f"{what}'s file is {why.value}")
        case content:
            return content


def _last_word(ran: Ran) -> str:
    """The last line that was printed: of pytest's own trouble, what it is."""
    lines = [line for line in ran.stdout.text[-8_192:].splitlines() if line.strip()]
    return f"; its last line: {shown_message(lines[-1])}" if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
