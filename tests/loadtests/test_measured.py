"""What a load test measured is there, however it ended."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import BugError, InputError, PlatformError
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, partial_of, read_result, write_result
from loadtests.run import RESULT_NAME, LoadTest, Measured, measured
from tests.loadtests.factories import a_result

TEST = LoadTest(
    url="http://127.0.0.1:9", region="us-east-1", profile=choose_profile("smoke", T_DEVELOPER.load_profiles),
    duration_seconds=5, archive_key="a.zip", seed=1, stage=make_stage("local"), profiles_file=T_DEVELOPER.load_profiles,
)  # fmt: skip
WHOLE = replace(a_result(good=5_000), run_id=TEST.run_id)
PARTIAL = replace(a_result(good=2_000, interrupted=True), run_id=TEST.run_id)


def raising(error: BaseException, *kept: tuple[Path, LoadResult]) -> Callable[[], LoadResult]:
    """A load that has written so much before it ends."""

    def load() -> LoadResult:
        for file, result in kept:
            write_result(result, file)
        raise error

    return load


def test_a_run_to_the_end_has_its_result_and_no_error(tmp_path: Path) -> None:
    assert measured(lambda: WHOLE, TEST, tmp_path) == Measured(result=WHOLE)


@pytest.mark.parametrize(
    "error", [PlatformError("Locust ended with -9"), KeyboardInterrupt(), BugError("x"), KeyError()]
)
def test_a_run_that_ends_early_has_what_it_kept_and_why(error: BaseException, tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    done = measured(raising(error, (partial_of(file), PARTIAL)), TEST, tmp_path)
    assert (done.result, done.error) == (read_result(partial_of(file)), error)
    assert done.result is not None
    assert done.result.measured.sent_count == 2_000


def test_the_result_of_an_orderly_end_is_newer_than_what_was_kept_before(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    done = measured(raising(KeyboardInterrupt(), (partial_of(file), PARTIAL), (file, WHOLE)), TEST, tmp_path)
    assert done.result == read_result(file)


def test_a_result_that_is_cut_in_the_middle_is_none_and_what_was_kept_is_taken(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME

    def load() -> LoadResult:
        write_result(PARTIAL, partial_of(file))
        file.write_text('{"schema_version": 2')
        raise PlatformError("gone")

    done = measured(load, TEST, tmp_path)
    assert done.result == read_result(partial_of(file))


def test_the_result_of_an_earlier_run_is_never_taken_for_this_one(tmp_path: Path) -> None:
    files = (tmp_path / RESULT_NAME, partial_of(tmp_path / RESULT_NAME))
    for file in files:
        write_result(replace(WHOLE, run_id="another"), file)
    error = InputError("the load test did not begin")
    assert measured(raising(error), TEST, tmp_path) == Measured(result=None, error=error)
    # It is the last good one until a new one takes its place.
    assert all(read_result(file).run_id == "another" for file in files)


def test_a_run_that_somebody_else_ended_in_order_is_not_whole(tmp_path: Path) -> None:
    done = measured(lambda: PARTIAL, TEST, tmp_path)
    assert done.result == PARTIAL
    assert str(done.error) == "Locust was ended from outside, 40 s into the 1 min 40 s that were to be measured"
