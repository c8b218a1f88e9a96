"""What a load test measured is there, however it ended, and never what an earlier one did."""

from pathlib import Path

import pytest

from foundation.errors import InputError, PlatformError
from loadtests.result import partial_of, read_result, write_result
from loadtests.run import RESULT_NAME, forget_results, last_result, refuse_cut_short
from tests.loadtests.factories import a_result

WHOLE, PARTIAL = a_result(good=5_000), a_result(good=2_000, interrupted=True)


def test_of_a_killed_run_there_is_what_it_kept(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    assert last_result(tmp_path) is None
    write_result(PARTIAL, partial_of(file))
    assert last_result(tmp_path) == read_result(partial_of(file))


def test_the_result_of_an_orderly_end_is_newer_than_what_was_kept_before(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    write_result(PARTIAL, partial_of(file))
    write_result(WHOLE, file)
    assert last_result(tmp_path) == read_result(file)


def test_a_result_that_is_cut_in_the_middle_is_none_and_what_was_kept_is_taken(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    write_result(PARTIAL, partial_of(file))
    file.write_text('{"schema_version": 2')
    assert last_result(tmp_path) == read_result(partial_of(file))


def test_what_an_earlier_run_has_left_is_forgotten_or_refused(tmp_path: Path) -> None:
    for file in (tmp_path / RESULT_NAME, partial_of(tmp_path / RESULT_NAME)):
        write_result(WHOLE, file)
    forget_results(tmp_path)
    assert last_result(tmp_path) is None
    (tmp_path / RESULT_NAME).mkdir()
    with pytest.raises(InputError, match="cannot be removed"):
        forget_results(tmp_path)


def test_a_run_that_somebody_else_ended_in_order_is_not_whole() -> None:
    refuse_cut_short(WHOLE)
    with pytest.raises(PlatformError) as refused:
        refuse_cut_short(PARTIAL)
    assert str(refused.value) == "Locust was ended from outside, 40 s into the 1 min 40 s that were to be measured"
