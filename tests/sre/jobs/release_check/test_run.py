"""Nothing that a check has measured is lost, whichever step fails or is interrupted after it."""

import errno
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

import sre.cli.check.writing as writing
import sre.jobs.release_check.run as of_run
from canaries.definitions import read_canaries
from foundation.cloudwatch.suppression import Notified
from foundation.errors import BugError, InputError, PlatformError, SourceError
from foundation.files.writing import OutDirectory
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, partial_of, write_result
from loadtests.run import RESULT_NAME, LoadTest, Progress
from reports.release_check.model import AlarmRow, AlarmsUnderLoad, CanaryOutcome, CanaryRow, ReleaseCheck
from sre.cli.check.writing import DATA_NAME, PAGE_NAME, write_check
from sre.jobs.release_check.run import METRICS_NAME, CheckPlan, run_check
from sre.jobs.release_check.steps import Steps
from sre.jobs.release_check.targets import Target
from sre.local.notifications import Captured
from tests.loadtests.factories import a_result
from tests.loadtests.flows_of_ours import FLOWS
from tests.reports.weekly_factories import LEAN

# In the order in which they are done.
STEPS = (
    "opening", "canaries before", "load", "canaries after", "alarms", "metrics", "messages", "operations", "closing", "drawing",
    "writing",
)  # fmt: skip
ERRORS: Mapping[str, BaseException] = {
    "an error of ours": SourceError("it did not answer"),
    "a read time-out": ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"),
    "a full disk": OSError(errno.ENOSPC, "No space left on device"),
    "a bug": KeyError("x"),
    "an interrupt": KeyboardInterrupt(),
}
FIRED = AlarmRow(
    name="a", severity="page", after_seconds=1.0, notification=Notified(at=datetime(2026, 3, 2, tzinfo=UTC)), impact="i"
)
TRIED = Progress(
    phase="measured", left_seconds=1, sent_count=1, fault_count=0, p99_ms=None, rate_rps=1, under_way_count=0
)


@dataclass
class World:
    """Everything outside of a check, made up; it fails once, at one step, in one way."""

    fails_at: str | None = None
    error: BaseException | None = None
    ended: Callable[[], str | None] = lambda: None
    result: LoadResult = field(default_factory=lambda: a_result(good=5_000))

    def at(self, step: str) -> None:
        """Fail, if that is the step, once."""
        if step == self.fails_at and self.error is not None:
            error, self.error = self.error, None
            raise error

    @contextmanager
    def target(self) -> Generator[Target]:
        """A platform that can be read and sent to."""
        self.at("opening")
        yield Target(
            url="http://127.0.0.1:9",
            region="us-east-1",
            credentials={},
            given={"archive_key": "archives/x.zip"},
            facts=(("platform", "made up"),),
            left_out=(),
            count_stack_operations=self._operations,
            canary_settings=lambda stage: {"STAGE": stage.name},
            topics=self,  # type: ignore[arg-type]
            ended=self.ended,
        )
        self.at("closing")

    def canaries(
        self, *_: object, when: str, ended: Callable[[CanaryRow], None], **__: object
    ) -> tuple[CanaryRow, ...]:
        """Two canaries, of which the second may break."""
        rows = [
            CanaryRow(name=name, when=when, outcome=CanaryOutcome.PASSED, took_seconds=1.0, because="health")
            for name in ("api", "progress")
        ]
        ended(rows[0])
        self.at(f"canaries {when}")
        return tuple(rows)

    def load(
        self, test: LoadTest, *, directory: Path, watch: Callable[[Progress], None], **_: object
    ) -> LoadResult:  # fmt: skip
        """A load that keeps what it has measured, as Locust does."""
        kept = replace(a_result(good=3_000, interrupted=True), run_id=test.run_id)
        write_result(kept, partial_of(directory / RESULT_NAME))
        watch(TRIED)
        self.at("load")
        result = replace(self.result, run_id=test.run_id)
        write_result(result, directory / RESULT_NAME)
        return result

    def alarms(self, *_: object) -> AlarmsUnderLoad:
        """One that notified."""
        self.at("alarms")
        return AlarmsUnderLoad(fired=(FIRED,), evaluated_count=1, partly_known_count=0, without_data_count=0)

    def recorded(self, *_: object) -> "World":
        """What the platform has of the time."""
        self.at("metrics")
        return self

    def to_parquet(self, file: Path) -> None:
        """As a recording does it."""
        file.write_text("metrics")

    def notify(self, *_: object) -> tuple[Captured, ...]:
        """The one message."""
        self.at("messages")
        return (Captured(identity="1", topic="page", subject="ALARM"),)

    def _operations(self, _prefix: str) -> Counts:
        self.at("operations")
        return Counts(total_count=2, bad_count=0)

    def drawn(self, made: ReleaseCheck) -> str:
        """A page in one line: a real one takes a second."""
        self.at("drawing")
        return made.headline

    def written(self, made: ReleaseCheck, page: str | None, out: OutDirectory) -> None:
        """As it is written, after a failure, if any."""
        self.at("writing")
        _WRITE(made, page, out)


_WRITE = writing._write


@pytest.fixture(scope="module")
def plan() -> CheckPlan:
    return CheckPlan(
        stage=make_stage("local"), profile=choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS),
        profiles_file=T_DEVELOPER.load_profiles, canaries=read_canaries(T_DEVELOPER.canaries), traffic=LEAN,
        duration_seconds=5, seed=1, out=Path(), target_name="a local platform", open_target=World().target,
    )  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A check, and the JSON that it wrote, if any."""

    check: ReleaseCheck
    steps: Steps
    written: dict[str, Any] | None


Checks = Callable[[World], Made]


@pytest.fixture
def checked(plan: CheckPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checks:
    def check(world: World) -> Made:
        for module, name, made_up in (
            (of_run, "check_canaries", world.canaries), (of_run, "run_load_test", world.load),
            (of_run, "alarms_under_load", world.alarms), (of_run, "recorded_metrics", world.recorded),
            (of_run, "client_metrics", lambda *_: None), (of_run, "plan_of", lambda _stage: None),
            (writing, "render_html", world.drawn), (writing, "_write", world.written),
        ):  # fmt: skip
            monkeypatch.setattr(module, name, made_up)
        steps = Steps()
        asked = replace(plan, out=tmp_path, open_target=world.target)
        made = run_check(asked, steps=steps, say=lambda _line: None, watch=lambda _progress: None)
        made = write_check(made, steps, OutDirectory(root=tmp_path))
        file = tmp_path / DATA_NAME
        return Made(made, steps, json.loads(file.read_text()) if file.exists() else None)

    return check


def expected_code(step: str, error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, KeyError):
        return 70
    return 2 if step == "opening" else 3


def expected_count(step: str, *, is_interrupted: bool) -> int | None:
    """How many events of the load are judged: none that was not begun, and of one that was ended what it had kept."""
    if step == "opening" or (step == "canaries before" and is_interrupted):
        return None
    return 3_000 if step == "load" else 5_000


def judged_count(made: Made) -> int | None:
    return next(row.sample_count for row in made.check.objectives if row.name == "api-errors")


ENDS = [(step, error) for step in STEPS for error in ERRORS if (step, error) != ("messages", "an error of ours")]


@pytest.mark.parametrize(("step", "error"), ENDS)
def test_whatever_ends_a_step_all_that_was_measured_before_it_is_there(
    step: str, error: str, checked: Checks, tmp_path: Path
) -> None:
    made = checked(World(fails_at=step, error=ERRORS[error]))
    done = STEPS[: STEPS.index(step)]
    is_interrupted, is_bug = error == "an interrupt", error == "a bug"
    assert made.check.exit_code == expected_code(step, ERRORS[error])
    # What was measured: a load that was ended has what it kept, canaries those that had ended.
    assert judged_count(made) == expected_count(step, is_interrupted=is_interrupted)
    before = [row for row in made.check.canaries if row.when == "before"]
    assert len(before) == (0 if step == "opening" else 1 if step == "canaries before" else 2)
    if "canaries after" in done:
        assert len([row for row in made.check.canaries if row.when == "after"]) == 2
    if "alarms" in done:
        assert made.check.alarms is not None
        assert (made.check.alarms.messages is None) is (step == "messages")
        assert (tmp_path / METRICS_NAME).exists() is (step != "metrics")
    # And what is missing is named, on the page and in the JSON.
    ended = [row for row in made.check.steps if row.failure is not None]
    assert len(ended) == (0 if is_interrupted and step in ("drawing", "writing") else 1)
    assert bool(made.check.failures) is (not is_interrupted)
    assert bool(made.steps.bug) is is_bug
    if step == "writing" and not is_interrupted:
        assert made.written is None
        return
    assert made.written is not None
    assert made.written["exit_code"] == made.check.exit_code
    assert made.written["is_interrupted"] is is_interrupted
    assert made.written["summary"].startswith(f"release check: {made.check.outcome} · ")
    assert (tmp_path / PAGE_NAME).exists() is (step != "drawing" or is_interrupted)
    failed = [row["step"] for row in made.written["steps"] if row["failure"] not in (None, "interrupted")]
    assert len(failed) == (0 if is_interrupted else 1)
    if failed:
        assert made.written["headline"].startswith(f"Incomplete: {failed[0]} failed")
        assert any(line.startswith(f"{failed[0]}: ") for line in made.written["not_measured"])


def test_a_check_that_is_whole_says_what_each_step_took(checked: Checks) -> None:
    made = checked(World())
    assert made.check.exit_code == 0
    assert [row.name for row in made.check.steps] == [
        "platform", "canaries before the load", "what the machine carries", "load", "canaries after the load", "alarms",
        "metrics", "messages", "stack operations", "taking down", "page", "files",
    ]  # fmt: skip
    assert made.check.failures == ()
    assert made.written is not None
    assert [row["failure"] for row in made.written["steps"]] == [None] * 11


def test_messages_that_were_not_sent_measure_nothing_and_so_nothing_is_missing(checked: Checks) -> None:
    made = checked(World(fails_at="messages", error=SourceError("SNS did not answer")))
    assert (made.check.exit_code, made.check.failures) == (0, ())
    assert made.check.alarms is not None
    assert made.check.alarms.messages is None


def test_what_is_not_to_be_begun_writes_nothing(checked: Checks, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="already up"):
        checked(World(fails_at="opening", error=InputError("already up")))
    assert list(tmp_path.iterdir()) == []


def test_an_emulator_that_ends_under_load_is_no_miss_of_what_it_ran(checked: Checks) -> None:
    """What is sent to nobody is a fault by the book, and none of the platform's."""
    ended: list[str] = []

    def look() -> str | None:
        return ended[0] if ended else None

    class Killed(World):
        def load(
            self, test: LoadTest, *, directory: Path, watch: Callable[[Progress], None], **_: object
        ) -> LoadResult:  # fmt: skip
            result = a_result(good=3_000, faults=60, interrupted=True)
            write_result(replace(result, run_id=test.run_id), directory / RESULT_NAME)
            ended.append("ministack ended by itself")
            watch(TRIED)
            raise AssertionError("the load is ended")

    made = checked(Killed(ended=look))
    assert made.check.exit_code == 3
    (errors,) = [row for row in made.check.objectives if row.name == "api-errors"]
    assert isinstance(errors.verdict, Inconclusive)
    assert errors.verdict.reasoning.endswith("; but ministack ended by itself")
    assert errors.sample_count == 3_060
    assert [row.name for row in made.check.failures] == ["load"]
    # Nobody is asked any more who would only say that it has gone.
    assert {row.when for row in made.check.canaries} == {"before"}


def test_an_emulator_that_ends_in_the_canaries_is_no_miss_either(checked: Checks) -> None:
    made = checked(World(ended=lambda: "ministack ended by itself"))
    assert (made.check.exit_code, made.check.load) == (2, None)
    assert [(row.name, row.failure) for row in made.check.failures] == [
        ("canaries before the load", "ministack ended by itself")
    ]


def test_a_missed_objective_of_a_check_that_is_not_whole_is_shown_and_is_no_verdict_on_the_release(
    checked: Checks,
) -> None:
    world = World(fails_at="alarms", error=PlatformError("gone"), result=a_result(good=4_900, faults=100))
    made = checked(world)
    assert made.check.exit_code == 3
    assert {row.name: row.word for row in made.check.objectives}["api-errors"] == "miss"


def test_a_broken_scenario_keeps_its_own_exit_code_and_what_it_measured(checked: Checks) -> None:
    made = checked(World(fails_at="load", error=BugError("the scenario: KeyError")))
    assert (made.check.exit_code, judged_count(made)) == (70, 3_000)
    assert isinstance(made.steps.bug, BugError)
