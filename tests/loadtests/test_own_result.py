"""What a run reads back is its own: the last good result stays until then, and is never taken for it."""

import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import loadtests.run as run
from foundation.errors import InputError, PlatformError
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import read_result, write_result
from loadtests.run import RESULT_NAME, LoadTest, own_result, run_load_test
from tests.loadtests.factories import a_result
from tests.loadtests.flows_of_ours import FLOWS

TEST = LoadTest(
    url="http://127.0.0.1:9", region="us-east-1", profile=choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS),
    duration_seconds=1, given={"archive_key": "archives/x.zip"}, seed=7, stage=make_stage("local"),
    profiles_file=T_DEVELOPER.load_profiles, run_id="this run",
)  # fmt: skip


def test_no_two_runs_have_one_id() -> None:
    assert replace(TEST, run_id=run.new_run_id()).run_id != replace(TEST, run_id=run.new_run_id()).run_id


@pytest.mark.parametrize("run_id", [None, "another run"])
def test_the_result_of_another_run_is_none(tmp_path: Path, run_id: str | None) -> None:
    """Results of earlier versions say nothing of whose they are."""
    write_result(replace(a_result(good=5), run_id=run_id), tmp_path / RESULT_NAME)
    assert own_result(TEST, tmp_path) is None


def test_a_runs_own_result_is_read_and_neither_one_that_is_missing_nor_one_that_is_damaged(tmp_path: Path) -> None:
    assert own_result(TEST, tmp_path) is None
    (tmp_path / RESULT_NAME).write_text("{")
    assert own_result(TEST, tmp_path) is None
    write_result(ours := replace(a_result(good=5), run_id="this run"), tmp_path / RESULT_NAME)
    assert own_result(TEST, tmp_path) == read_result(tmp_path / RESULT_NAME) == ours


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("raise SystemExit(3)", PlatformError, "Locust ended with 3"),
        ("raise SystemExit(2)", InputError, "did not begin"),
    ],
)
def test_a_run_that_gives_no_result_leaves_the_last_good_one_and_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, error: type[Exception], said: str
) -> None:
    monkeypatch.setattr(run, "_command", lambda *_arguments: [sys.executable, "-I", "-S", "-c", code])
    write_result(last := replace(a_result(good=5), run_id="the last run"), tmp_path / RESULT_NAME)
    with pytest.raises(error, match=said):
        run_load_test(TEST, directory=tmp_path, credentials={})
    assert read_result(tmp_path / RESULT_NAME) == last


def test_locust_is_told_whose_run_it_is(tmp_path: Path) -> None:
    command = run._command(TEST, tmp_path / "stage.json", tmp_path / RESULT_NAME, 3, None)
    assert "--run-id=this run" in command


def test_locust_that_is_killed_is_said_and_gives_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"import os; os.kill(os.getpid(), {signal.SIGKILL.value})"
    monkeypatch.setattr(run, "_command", lambda *_arguments: [sys.executable, "-I", "-S", "-c", code])
    with pytest.raises(PlatformError, match="Locust ended with -9"):
        run_load_test(TEST, directory=tmp_path, credentials={})
