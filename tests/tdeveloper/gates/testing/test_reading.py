"""What a run is taken for: only where its parts agree has it come to its end."""

import pytest

from foundation.sandbox.model import (
    Broke,
    Ending,
    Limits,
    NotStarted,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    Signalled,
    TooMuchOutput,
    Why,
)
from tdeveloper.gates.testing.claims import Outcome
from tdeveloper.gates.testing.endings import Completed, Ended, LimitReached, NoTests, SandboxBroke, Unclear
from tdeveloper.gates.testing.events import Limit
from tdeveloper.gates.testing.reading import given, read_run
from tests.tdeveloper.gates.testing.making import a_case, a_coverage, a_junit, a_run, events

LIMITS = Limits(
    wall_seconds=30, cpu_seconds=20, memory_bytes=96 << 20, process_count=24, output_bytes=2 << 20, disk_bytes=16 << 20,
    open_file_count=99,
)  # fmt: skip
OK = {"test": "test_a.py::test_a", "file": "test_a.py", "line": 0, "outcome": "passed"}
BAD = {"test": "test_a.py::test_b", "file": "test_a.py", "line": 4, "outcome": "failed", "message": "m"}
PASSING = a_junit(a_case("test_a"))
FAILING = a_junit(a_case("test_a"), a_case("test_b", '<failure message="j">x</failure>'), failures=1)
SKIPPED_MODULE = a_junit(a_case("test_a", '<skipped type="pytest.skip" message="no"/>', classname=""), skipped=1)


def test_a_run_whose_parts_agree_has_come_to_its_end() -> None:
    told = read_run(a_run(junit=PASSING, coverage=a_coverage(), told=events(OK)), LIMITS)
    assert told.ended == Completed()
    assert [each.outcome for each in told.claims.tests] == [Outcome.PASSED]
    assert told.claims.coverage is not None
    assert told.coverage_trouble is None


def test_a_run_with_failures_has_come_to_its_end_with_what_junit_says() -> None:
    told = read_run(a_run(status=1, junit=FAILING, coverage=a_coverage(), told=events(OK, BAD)), LIMITS)
    assert told.ended == Completed()
    assert [each.message for each in told.claims.tests] == ["", "j"]


@pytest.mark.parametrize(
    ("status", "junit", "told", "reason"),
    [
        (1, PASSING, events(OK), "exit status 1, and its JUnit has 0 failures and errors"),
        (0, FAILING, events(OK, BAD), "exit status 0, and its JUnit has 1 failures and errors"),
        (0, PASSING, events(OK, BAD), "1 tests failed while they ran, and JUnit has 0"),
        (1, FAILING, events(OK), "0 tests failed while they ran, and JUnit has 1"),
        (0, PASSING, events(OK, count=2), "of 2 tests that were collected, 1 ended"),
        (0, PASSING, b"forged\n" + events(OK), "1 lines that our plugin did not write"),
        (0, PASSING, b"", "never said how many tests"),
        (0, a_junit(), events(count=0), "exit status 0, and its JUnit has 0 tests"),
        (5, PASSING, events(OK), "exit status 5, and its JUnit has 1 tests"),
        (0, SKIPPED_MODULE, events(count=0), "exit status 0, and its JUnit has 1 tests"),
        (0, b"<", events(OK), "JUnit: does not begin"),
        (0, Why.MISSING, events(OK), "JUnit's file is missing"),
        (0, Why.TOO_LARGE, events(OK), "JUnit's file is too large"),
        (2, Why.MISSING, b"", "pytest was interrupted"),
        (3, PASSING, events(OK), "pytest broke"),
        (4, Why.MISSING, b"", "takes its configuration or a conftest.py for wrong"),
        (77, PASSING, events(OK), "exit status 77, which it does not have"),
    ],
)
def test_a_run_whose_parts_contradict_one_another_is_unclear(
    status: int, junit: bytes | Why, told: bytes, reason: str
) -> None:
    read = read_run(a_run(status=status, junit=junit, coverage=a_coverage(), told=told), LIMITS)
    assert isinstance(read.ended, Unclear)
    assert reason in read.ended.reason
    assert read.claims.coverage is None


def test_an_unclear_run_keeps_the_tests_that_ended_and_the_last_word() -> None:
    read = read_run(a_run(status=4, told=events(BAD), printed="one\nERROR: x\x1b[31m\n\n"), LIMITS)
    assert [each.name for each in read.claims.tests] == ["test_a::test_b"]
    assert read.ended.sentence.endswith("for wrong; its last line: ERROR: x\\x1b[31m")


@pytest.mark.parametrize("junit", [a_junit(), SKIPPED_MODULE])
def test_a_run_without_a_test_has_no_tests(junit: bytes) -> None:
    told = read_run(a_run(status=5, junit=junit, told=events(count=0)), LIMITS)
    assert (told.ended, told.claims.coverage) == (NoTests(), None)


@pytest.mark.parametrize(
    ("coverage", "trouble"), [(Why.MISSING, "coverage's file is missing"), (b"{}", "coverage: files: Field required")]
)
def test_coverage_that_cannot_be_read_takes_no_test_with_it(coverage: bytes | Why, trouble: str) -> None:
    told = read_run(a_run(junit=PASSING, coverage=coverage, told=events(OK)), LIMITS)
    assert (told.ended, told.coverage_trouble) == (Completed(), trouble)
    assert len(told.claims.tests) == 1


@pytest.mark.parametrize(
    ("ending", "ended"),
    [
        (OutOfTime(), LimitReached(limit=Limit.TIME, given="30 s")),
        (OutOfProcessorTime(), LimitReached(limit=Limit.PROCESSOR_TIME, given="20 s")),
        (OutOfMemory(killed_count=1), LimitReached(limit=Limit.MEMORY, given="96 MiB; 1 process killed")),
        (TooMuchOutput(), LimitReached(limit=Limit.OUTPUT, given="2 MiB")),
        (Signalled(number=9), Unclear(reason="pytest was killed by SIGKILL, from within")),
        (Signalled(number=63), Unclear(reason="pytest was killed by signal 63, from within")),
        (NotStarted(reason="no room"), SandboxBroke(reason="no room")),
        (Broke(reason="a\nb"), SandboxBroke(reason="a b")),
    ],
)
def test_a_run_that_was_ended_keeps_the_tests_that_had(ending: Ending, ended: Ended) -> None:
    told = read_run(a_run(ending=ending, junit=Why.NOT_BROUGHT, told=events(OK, BAD, count=9) + b'{"ev'), LIMITS)
    assert told.ended == ended
    assert [each.outcome for each in told.claims.tests] == [Outcome.PASSED, Outcome.FAILED]


def test_what_was_given_is_said_of_every_limit() -> None:
    assert {limit.value: given(limit, LIMITS) for limit in Limit} == {
        "time": "30 s", "processor time": "20 s", "memory": "96 MiB", "output": "2 MiB", "processes": "24", "disk": "16 MiB",
        "open files": "99",
    }  # fmt: skip


def test_more_tests_than_are_read_are_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdeveloper.gates.testing.claims.MOST_TESTS", 1)
    told = read_run(a_run(status=1, junit=FAILING, told=events(OK, BAD)), LIMITS)
    assert told.ended == Unclear(reason="more than 1 tests")
    assert told.claims.tests == ()


def test_the_last_word_is_looked_for_in_the_end_of_what_was_printed() -> None:
    said = read_run(a_run(status=4, printed="first\n" + " " * 8_190 + "\n"), LIMITS).ended.sentence
    assert said.endswith("for wrong")
    said = read_run(a_run(status=4, printed="first\n" + " " * 8_185 + "\n"), LIMITS).ended.sentence
    assert said.endswith("; its last line: first")


def test_as_many_tests_may_end_as_were_collected_and_more() -> None:
    """A test that a plugin runs again ends twice, and one that is made while tests run was never collected."""
    told = events(OK, {**OK, "test": "test_a.py::test_c"}, count=1)
    junit = a_junit(a_case("test_a"), a_case("test_c"))
    assert read_run(a_run(junit=junit, coverage=a_coverage(), told=told), LIMITS).ended == Completed()
