"""What a load test measured is there, however it ended, and never what an earlier one did."""

from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, partial_of, read_result, write_result
from loadtests.run import RESULT_NAME, LoadTest, last_result, refuse_cut_short
from tests.loadtests.factories import a_result
from tests.loadtests.flows_of_ours import FLOWS

TEST = LoadTest(
    url="http://127.0.0.1:9", region="us-east-1", profile=choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS),
    duration_seconds=5, seed=1, stage=make_stage("local"), profiles_file=T_DEVELOPER.load_profiles,
)  # fmt: skip
WHOLE = replace(a_result(good=5_000), run_id=TEST.run_id)
PARTIAL = replace(a_result(good=2_000, interrupted=True), run_id=TEST.run_id)


def kept(directory: Path) -> LoadResult:
    return read_result(partial_of(directory / RESULT_NAME))


def test_of_a_killed_run_there_is_what_it_kept(tmp_path: Path) -> None:
    assert last_result(TEST, tmp_path) is None
    write_result(PARTIAL, partial_of(tmp_path / RESULT_NAME))
    assert last_result(TEST, tmp_path) == kept(tmp_path)


def test_the_result_of_an_orderly_end_is_newer_than_what_was_kept_before(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    write_result(PARTIAL, partial_of(file))
    write_result(WHOLE, file)
    assert last_result(TEST, tmp_path) == read_result(file)


def test_a_result_that_is_cut_in_the_middle_is_none_and_what_was_kept_is_taken(tmp_path: Path) -> None:
    file = tmp_path / RESULT_NAME
    write_result(PARTIAL, partial_of(file))
    file.write_text('{"schema_version": 2')
    assert last_result(TEST, tmp_path) == kept(tmp_path)


def test_what_an_earlier_run_has_left_stays_and_is_not_taken(tmp_path: Path) -> None:
    files = (tmp_path / RESULT_NAME, partial_of(tmp_path / RESULT_NAME))
    for file in files:
        write_result(replace(WHOLE, run_id="an earlier one"), file)
    assert last_result(TEST, tmp_path) is None
    assert all(read_result(file).run_id == "an earlier one" for file in files)
    write_result(PARTIAL, files[1])
    assert last_result(TEST, tmp_path) == kept(tmp_path)


def test_a_run_that_somebody_else_ended_in_order_is_not_whole() -> None:
    refuse_cut_short(WHOLE)
    with pytest.raises(PlatformError) as refused:
        refuse_cut_short(PARTIAL)
    assert str(refused.value) == "Locust was ended from outside, 40 s into the 1 min 40 s that were to be measured"
