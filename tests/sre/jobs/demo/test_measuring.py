"""A demonstration loses nothing that it has measured: a step that fails costs what it had not measured yet."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

import sre.jobs.demo.measuring as measuring
import sre.jobs.demo.weekly_report as demo
from canaries.runs import CanaryRun, NotRun
from foundation.cloudwatch.putting import Put
from foundation.errors import InputError, PlatformError
from foundation.readings import NoData
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.result import LoadResult, partial_of, write_result
from loadtests.run import RESULT_NAME, LoadTest, Progress
from sre.jobs.demo.weekly_report import Demonstration, Ran, demonstrate, missing
from sre.jobs.release_check.steps import Steps
from sre.jobs.release_check.targets import Target
from tests.loadtests.factories import a_result, of_run

STEPS = ("opening", "canaries", "load", "canaries again", "report", "closing")
ERRORS: dict[str, BaseException] = {
    "an error of ours": PlatformError("gone"),
    "a read time-out": ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"),
    "a bug": KeyError("x"),
    "an interrupt": KeyboardInterrupt(),
}


@dataclass
class World:
    """Everything outside of a demonstration, made up; it fails once."""

    fails_at: str | None = None
    error: BaseException | None = None
    ended: Callable[[], str | None] = lambda: None
    has_loaded: bool = False
    reported_count: int | None = None

    def at(self, step: str) -> None:
        """Fail, if that is the step, once."""
        if step == self.fails_at and self.error is not None:
            error, self.error = self.error, None
            raise error

    @contextmanager
    def target(self, *_: object, **__: object) -> Generator[Target]:
        """A platform."""
        self.at("opening")
        yield Target(
            url="http://127.0.0.1:9", region="us-east-1", credentials={}, given={"archive_key": "archives/x.zip"}, facts=(),
            left_out=(), count_stack_operations=lambda _prefix: NoData(reason="no"), canary_settings=lambda _stage: {},
            ended=self.ended,
        )  # fmt: skip
        self.at("closing")

    def canaries(self, *_: object, ended: Callable[[CanaryRun | NotRun], None], **__: object) -> None:
        """One that has not what it needs."""
        ended(NotRun(name="api", reason="not run"))
        self.at("canaries again" if self.has_loaded else "canaries")

    def load(self, test: LoadTest, *, directory: Path, watch: Callable[[Progress], None], **_: object) -> LoadResult:
        """A load that keeps what it has measured."""
        write_result(of_run(test, a_result(good=2_000, interrupted=True)), partial_of(directory / RESULT_NAME))
        self.has_loaded = True
        self.at("load")
        return a_result(good=5_000)

    def report(self, ran: Ran, *_: object, **__: object) -> Any:
        """The page in one number."""
        self.reported_count = ran.result.measured.sent_count
        self.at("report")
        return "page"


Demos = Callable[[World], Demonstration]


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demos:
    def show(world: World) -> Demonstration:
        for module, name, made_up in (
            (demo, "local_target", world.target), (demo, "read_state", lambda _home: object()),
            (demo, "_report", world.report), (measuring, "run_canaries", world.canaries),
            (measuring, "local_settings", lambda *_: {}), (measuring, "run_load_test", world.load),
            (measuring, "_client", lambda _platform: None), (measuring, "put_runs", lambda *_, **__: Put(put_count=0)),
            (measuring, "throw_switch", lambda *_: None),
        ):  # fmt: skip
            monkeypatch.setattr(module, name, made_up)
        return demonstrate(make_stage("local"), T_DEVELOPER, tmp_path, seconds=1, say=lambda _line: None)

    return show


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("step", STEPS)
def test_whatever_ends_a_step_the_report_is_of_all_that_was_measured(step: str, error: str, shown: Demos) -> None:
    world = World(fails_at=step, error=ERRORS[error])
    made = shown(world)
    is_interrupted = error == "an interrupt"
    is_loaded = step != "opening" and not (step == "canaries" and is_interrupted)
    assert world.reported_count == (None if not is_loaded else 2_000 if step == "load" else 5_000)
    # Where the report fails, it is made once more of what was counted from outside.
    assert (made.page is not None) is is_loaded
    assert made.steps.was_interrupted is is_interrupted
    assert len(made.steps.failures) == (not is_interrupted)
    assert (made.steps.bug is not None) is (error == "a bug")


def test_a_whole_one_names_nothing_as_missing_and_another_names_it_in_its_label(shown: Demos) -> None:
    assert missing(shown(World()).steps) == ""
    steps = Steps()
    steps.failed("load", PlatformError("ministack ended by itself"))
    assert missing(steps) == "; not whole: load (ministack ended by itself)"


def test_nobody_is_asked_on_a_platform_that_has_ended(shown: Demos) -> None:
    world = World()
    world.ended = lambda: "ministack ended by itself" if world.has_loaded else None
    made = shown(world)
    assert [(row.name, row.failure) for row in made.steps.rows if row.failure is not None] == [
        ("load", "ministack ended by itself")
    ]
    assert "canaries after the load" not in {row.name for row in made.steps.rows}
    assert made.page is not None


def test_what_is_not_to_be_begun_is_refused(shown: Demos) -> None:
    with pytest.raises(InputError, match="already up"):
        shown(World(fails_at="opening", error=InputError("already up")))
