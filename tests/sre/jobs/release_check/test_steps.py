"""A step is recorded with what it took, and with why it failed; it costs no other step anything."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from foundation.errors import BugError, InputError, PlatformError
from reports.release_check.model import StepRow
from sre.jobs.release_check.steps import Step, Steps, is_bug, reason_of


def ticking(*seconds: float) -> Callable[[], float]:
    times = iter(seconds)
    return lambda: next(times)


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_a_step_that_is_done_has_its_answer_and_its_time() -> None:
    steps = Steps(clock=ticking(1.0, 3.5))
    assert steps.attempt(Step.LOAD, lambda: 7) == 7
    assert steps.rows == [StepRow(name="load", took_seconds=2.5)]


def test_the_parts_of_a_step_report_themselves_and_all_times_add_up() -> None:
    steps = Steps(clock=ticking(0.0, 10.0))
    steps.attempt(Step.PLATFORM, lambda: steps.took("deployment", 7.5))
    assert [(row.name, row.took_seconds) for row in steps.rows] == [("deployment", 7.5), ("platform", 2.5)]


@pytest.mark.parametrize(
    ("error", "reason", "bug"),
    [
        (PlatformError("gone", ("a: x", "b: y")), "gone; a: x; b: y", False),
        (FileNotFoundError(2, "No such file or directory", "f"), "f: No such file or directory", False),
        (ConnectionResetError(), "ConnectionResetError:", False),
        (
            ConnectionClosedError(endpoint_url="http://e"),
            "the platform did not answer at http://e: ConnectionClosedError", False,
        ),
        (
            ClientError({"Error": {"Code": "InternalError", "Message": "no"}}, "GetMetricData"),
            "the platform answered GetMetricData with InternalError: no", False,
        ),
        (KeyError("x"), "KeyError: 'x'", True),
        (BugError("broken"), "BugError: broken", True),
    ],
)  # fmt: skip
def test_a_step_that_fails_says_why_in_one_line(error: Exception, reason: str, bug: bool) -> None:
    assert (reason_of(error), is_bug(error)) == (reason, bug)
    steps = Steps()
    assert steps.attempt(Step.ALARMS, raising(error)) is None
    assert [row.failure for row in steps.failures] == [reason]
    assert (steps.error, steps.bug, steps.was_interrupted) == (error, error if bug else None, False)


def test_an_interrupt_is_no_failure_and_is_remembered() -> None:
    steps = Steps()
    assert steps.attempt(Step.LOAD, raising(KeyboardInterrupt())) is None
    assert (steps.was_interrupted, steps.failures, steps.rows[0].failure) == (True, (), "interrupted")


def test_what_refuses_the_whole_goes_on() -> None:
    with pytest.raises(InputError):
        Steps().attempt(Step.PLATFORM, raising(InputError("no")), refusals=(InputError,))


def test_the_first_reason_of_a_step_stays() -> None:
    steps = Steps()
    steps.attempt(Step.LOAD, lambda: None)
    steps.failed(Step.LOAD, PlatformError("first"))
    steps.failed(Step.LOAD, PlatformError("second"))
    steps.failed(Step.ALARMS, PlatformError("third"))
    assert [(row.name, row.failure) for row in steps.rows] == [("load", "first"), ("alarms", "third")]
    assert str(steps.error) == "first"


def test_what_is_quick_is_done_again_after_an_interrupt() -> None:
    done: list[int] = []

    def work() -> int:
        done.append(1)
        if len(done) == 1:
            raise KeyboardInterrupt
        return len(done)

    steps = Steps()
    assert (steps.finish(work), steps.was_interrupted) == (2, True)
