"""What a load test measured is there, however it ended."""

from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.errors import BugError, InputError, PlatformError
from loadtests.result import LoadResult, partial_of, read_result, write_result
from loadtests.run import RESULT_NAME, Measured, measured
from tests.loadtests.factories import a_result

WHOLE, PARTIAL = a_result(good=5_000), a_result(good=2_000, interrupted=True)


def raising(error: BaseException, *kept: tuple[Path, LoadResult]) -> Callable[[], LoadResult]:
    """A load that has written so much before it ends."""

    def load() -> LoadResult:
        for file, result in kept:
            write_result(result, file)
        raise error

    return load


def test_a_run_to_the_end_has_its_result_and_no_error(tmp_path: Path) -> None:
    assert measured(lambda: WHOLE, tmp_path) == Measured(result=WHOLE)


@pytest.mark.parametrize(
    "error", [PlatformError("Locust ended with -9"), KeyboardInterrupt(), BugError("x"), KeyError()]
)
def test_a_run_that_ends_early_has_what_it_kept_and_why(error: BaseException, tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    done = measured(raising(error, (partial_of(file), PARTIAL)), tmp_path)
    assert (done.result, done.error) == (read_result(partial_of(file)), error)
    assert done.result is not None
    assert done.result.measured.sent_count == 2_000


def test_the_result_of_an_orderly_end_is_newer_than_what_was_kept_before(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    done = measured(raising(KeyboardInterrupt(), (partial_of(file), PARTIAL), (file, WHOLE)), tmp_path)
    assert done.result == read_result(file)


def test_a_result_that_is_cut_in_the_middle_is_none_and_what_was_kept_is_taken(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME

    def load() -> LoadResult:
        write_result(PARTIAL, partial_of(file))
        file.write_text('{"schema_version": 2')
        raise PlatformError("gone")

    done = measured(load, tmp_path)
    assert done.result == read_result(partial_of(file))


def test_the_result_of_an_earlier_run_is_never_taken_for_this_one(tmp_path: Path) -> None:
    for file in (tmp_path / RESULT_NAME, partial_of(tmp_path / RESULT_NAME)):
        write_result(WHOLE, file)
    error = InputError("the load test did not begin")
    assert measured(raising(error), tmp_path) == Measured(result=None, error=error)


def test_where_an_earlier_result_cannot_be_removed_no_load_is_sent(tmp_path: Path) -> None:
    (tmp_path / RESULT_NAME).mkdir()
    done = measured(lambda: pytest.fail("a load was sent"), tmp_path)
    assert done.result is None
    assert isinstance(done.error, InputError)


def test_a_run_that_somebody_else_ended_in_order_is_not_whole(tmp_path: Path) -> None:
    done = measured(lambda: PARTIAL, tmp_path)
    assert done.result == PARTIAL
    assert str(done.error) == "Locust was ended from outside, 40 s into the 1 min 40 s that were to be measured"
