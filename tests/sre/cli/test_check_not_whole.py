"""A check of which something failed, as seen: the page, one line that says why, and an exit code that is no verdict."""

import errno
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import sre.cli.check.run as of_check
import sre.cli.check.writing as writing
import sre.jobs.release_check.run as release_check
from foundation.errors import InputError, PlatformError, SourceError
from loadtests.result import LoadResult, partial_of, write_result
from loadtests.run import RESULT_NAME, LoadTest
from reports.release_check.model import AlarmsUnderLoad
from sre.jobs.release_check.targets import Target
from tests.loadtests.factories import a_result, of_run
from tests.sre.cli.command_line import Done, sre
from tests.sre.cli.test_stage import a_target

NO_ALARMS = AlarmsUnderLoad(fired=(), evaluated_count=0, partly_known_count=0, without_data_count=0)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A check whose platform, canaries, load and alarms are made up, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(of_check, "local_target", a_target)
    monkeypatch.setattr(release_check, "check_canaries", lambda *_, **__: ())
    monkeypatch.setattr(release_check, "run_load_test", lambda *_, **__: a_result(good=5_000))
    return monkeypatch


def check(*options: str) -> Done:
    return sre("check", "--out", "out", *options)


def fail(error: BaseException) -> Any:
    def work(*_: object, **__: object) -> None:
        raise error

    return work


def errors_of(done: Done) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("Error: ")]


def test_alarms_that_cannot_be_read_cost_the_alarms_and_no_more(world: pytest.MonkeyPatch) -> None:
    world.setattr(release_check, "alarms_under_load", fail(SourceError("the local platform did not answer")))
    done = check()
    assert done.returncode == 3
    assert errors_of(done) == ["Error: the check is not whole: alarms: the local platform did not answer"]
    assert "release check: inconclusive · alarms failed · api-latency pass (0 of 5,000 bad, ≤ 1 %)" in done.stdout
    written = json.loads(Path("out/release-check.json").read_text())
    assert (written["exit_code"], written["outcome"]) == (3, "inconclusive")
    assert {row["objective"]: row["outcome"] for row in written["objectives"]}["api-errors"] == "pass"
    page = Path("out/index.html").read_text()
    assert "neither a pass nor a miss of the release" in page
    assert "the local platform did not answer" in page


def test_a_step_that_failed_is_no_pass_on_a_page_of_ci(world: pytest.MonkeyPatch) -> None:
    world.setattr(release_check, "alarms_under_load", fail(SourceError("the local platform did not answer")))
    done = check("--format", "junit")
    cases = {each.get("name"): each for each in ElementTree.fromstring(done.stdout).iter("testcase")}  # noqa: S314 - our own
    assert len(cases["api-errors"]) == 0
    (said,) = cases["alarms"]
    assert "the local platform did not answer" in str(said.get("message"))


def test_a_whole_check_ends_with_what_its_steps_took_and_the_line_to_be_pasted(world: pytest.MonkeyPatch) -> None:
    world.setattr(release_check, "alarms_under_load", lambda *_: NO_ALARMS)
    done = check()
    assert (done.returncode, errors_of(done)) == (0, [])
    page, data, took, nothing, headline, summary = done.stdout.splitlines()[-6:]
    assert (page, data, nothing) == ("Page: out/index.html", "JSON: out/release-check.json", "")
    assert took.startswith("Took: ")
    assert headline.startswith("Pass: nothing that this check measures missed.")
    assert summary.startswith("release check: pass · api-latency pass (0 of 5,000 bad, ≤ 1 %)")


def test_a_full_disk_leaves_the_old_page_whole_and_the_answer_on_stdout(world: pytest.MonkeyPatch) -> None:
    Path("out").mkdir()
    for name in ("index.html", "release-check.json"):
        (Path("out") / name).write_text("of an earlier check")
    full = OSError(errno.ENOSPC, "No space left on device")

    @contextmanager
    def replacing(file: Path) -> Generator[Path]:
        raise InputError(f"{file}: cannot be written: {full.strerror}")
        yield file

    world.setattr(writing, "replacing", replacing)
    done = check("--format", "json")
    assert done.returncode == 3
    assert errors_of(done) == [
        "Error: the check is not whole: files: out/index.html: cannot be written: No space left on device"
    ]
    printed = json.loads(done.stdout)
    assert printed["exit_code"] == 3
    assert printed["summary"].startswith("release check: inconclusive · files failed · api-latency pass")
    assert {each.read_text() for each in Path("out").iterdir() if each.suffix != ".parquet"} == {"of an earlier check"}


def test_a_platform_that_does_not_come_up_is_bad_input_with_a_page_that_says_so(world: pytest.MonkeyPatch) -> None:
    @contextmanager
    def gone(*_: object, **__: object) -> Generator[Target]:
        raise PlatformError("MiniStack ended while it started")
        yield

    world.setattr(of_check, "local_target", gone)
    done = check()
    assert done.returncode == 2
    assert errors_of(done) == ["Error: MiniStack ended while it started"]
    written = json.loads(Path("out/release-check.json").read_text())
    assert (written["exit_code"], written["headline"]) == (
        2, "Incomplete: platform failed; this page shows what was measured",
    )  # fmt: skip
    assert "release check: nothing measured · platform failed" in done.stdout


def test_a_bug_keeps_its_own_exit_code_and_what_was_measured_is_written_first(world: pytest.MonkeyPatch) -> None:
    world.setattr(release_check, "alarms_under_load", fail(KeyError("x")))
    done = check()
    assert done.returncode == 70
    (line,) = errors_of(done)
    assert line.startswith("Error: this is a bug in sre: KeyError: 'x' in ")
    written = json.loads(Path("out/release-check.json").read_text())
    assert {row["objective"]: row["sample_count"] for row in written["objectives"]}["api-errors"] == 5_000


def test_a_killed_load_is_judged_as_far_as_it_went(world: pytest.MonkeyPatch) -> None:
    def killed(test: LoadTest, *_: object, directory: Path, **__: object) -> LoadResult:
        write_result(of_run(test, a_result(good=3_500, interrupted=True)), partial_of(directory / RESULT_NAME))
        raise PlatformError("Locust ended with -9")

    world.setattr(release_check, "run_load_test", killed)
    done = check()
    assert done.returncode == 3
    assert errors_of(done) == ["Error: the check is not whole: load: Locust ended with -9"]
    assert "load failed" in done.stdout
    assert "of 3,500" in done.stdout
    assert not json.loads(Path("out/release-check.json").read_text())["is_interrupted"]


@pytest.mark.parametrize("kept", [0, 2_000])
def test_an_interrupted_load_test_is_130_before_its_first_arrival_and_after_it(
    kept: int, world: pytest.MonkeyPatch
) -> None:
    def load(test: LoadTest, *_: object, directory: Path, **__: object) -> LoadResult:
        if kept:
            write_result(of_run(test, a_result(good=kept, interrupted=True)), directory / RESULT_NAME)
        raise KeyboardInterrupt

    world.setattr("sre.cli.loadtest.run.run_load_test", load)
    done = sre("loadtest", "run", "--url", "http://127.0.0.1:9", "--out", "out")
    assert done.returncode == 130
    assert ("of 2,000" in done.stdout) is bool(kept)
    assert len(list(Path("out").glob("history/*"))) == bool(kept)


def test_a_load_test_whose_locust_is_killed_is_judged_as_far_as_it_went(world: pytest.MonkeyPatch) -> None:
    def load(test: LoadTest, *_: object, directory: Path, **__: object) -> LoadResult:
        write_result(
            of_run(test, a_result(good=3_500, faults=200, interrupted=True)), partial_of(directory / RESULT_NAME)
        )
        raise PlatformError("Locust ended with -9")

    world.setattr("sre.cli.loadtest.run.run_load_test", load)
    done = sre("loadtest", "run", "--url", "http://127.0.0.1:9", "--out", "out")
    assert done.returncode == 3
    assert errors_of(done) == [
        "Error: the load test is not whole, and what was measured is judged: Locust ended with -9"
    ]
    assert "miss          api-errors" in done.stdout
    assert Path("out/load-result.json").exists()


def test_a_history_that_cannot_be_written_costs_no_summary(world: pytest.MonkeyPatch) -> None:
    Path("out").mkdir()
    Path("out/history").write_text("no directory")

    def load(test: LoadTest, *_: object, directory: Path, **__: object) -> LoadResult:
        write_result(of_run(test, a_result(good=5_000)), directory / RESULT_NAME)
        return of_run(test, a_result(good=5_000))

    world.setattr("sre.cli.loadtest.run.run_load_test", load)
    done = sre("loadtest", "run", "--url", "http://127.0.0.1:9", "--out", "out")
    assert done.returncode == 3
    assert "pass          api-errors" in done.stdout
    assert len(errors_of(done)) == 1
