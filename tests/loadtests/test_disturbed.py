"""What other work on the machine of a local platform does to a verdict: no miss of it is the platform's, and no pass is lost."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Exit, InputError
from foundation.machine.model import Machine
from foundation.slo.outcome import Inconclusive, Miss, Pass, reasoning_of
from loadtests.baselines import find_baselines
from loadtests.evidence import Judged, exit_code_of
from loadtests.result import JourneySecond, LoadResult, read_result, write_result
from loadtests.schedule import Stage
from loadtests.stress import judge_stages
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine, taken
from tests.loadtests.evidence_factories import FAULTS, a_run, judged_alone, objective, objectives, steady

# Ten seconds of warm-up and a hundred that are measured.
SECONDS = 110
QUIET_MACHINE = a_machine(*[QUIET] * SECONDS)
SOUND, BROKEN = steady([0] * 100), steady([20] * 100)


def judged_on(machine: Machine | None, *seconds: JourneySecond) -> Judged:
    """An objective of 99 % without faults."""
    return judged_alone(objective(FAULTS), replace(a_run(*seconds), machine=machine))


def busy_between(begin: int, end: int) -> Machine:
    """A neighbour that takes most of the machine for some seconds."""
    return a_machine(*(taken(1.6) if begin <= second < end else QUIET for second in range(SECONDS)))


def faults_between(begin: int, end: int, *, each: int) -> tuple[JourneySecond, ...]:
    return steady([each if begin <= second < end else 0 for second in range(10, SECONDS)])


def test_a_miss_of_a_disturbed_run_is_inconclusive_with_the_figures_and_what_to_do() -> None:
    judged = judged_on(a_busy_machine(SECONDS), *BROKEN)
    assert isinstance(judged.verdict, Inconclusive)
    assert judged.verdict.missing_count is None
    assert reasoning_of(judged.verdict).startswith("2,000 bad of 100,000 (2 %): the bad share is at least")
    assert reasoning_of(judged.verdict).endswith(
        "; but this machine was busy with other work (CPU taken by other work: 0.97 of 2 cores; 100 of 100 s disturbed); "
        "end that, or wait for it, and run this again"
    )
    assert exit_code_of([judged]) is Exit.NOT_ENOUGH_EVIDENCE


def test_a_miss_of_an_undisturbed_run_is_one() -> None:
    assert isinstance(judged_on(QUIET_MACHINE, *BROKEN).verdict, Miss)


def test_a_platform_that_burns_the_machine_itself_is_missed() -> None:
    burning = a_machine(
        *[replace(QUIET, ours_cores=1.97, others_cores=0.02, late_ms=400.0, waiting_ratio=1.0)] * SECONDS
    )
    assert isinstance(judged_on(burning, *BROKEN).verdict, Miss)


@pytest.mark.parametrize(
    "machine",
    [None, a_machine(missing=("processors: there is no /proc",)), replace(a_busy_machine(), holds_target=False)],
    ids=["an earlier version's result", "no /proc", "the target is elsewhere"],
)
def test_what_is_not_known_and_what_is_elsewhere_excuses_nothing(machine: Machine | None) -> None:
    assert isinstance(judged_on(machine, *BROKEN).verdict, Miss)


def test_a_pass_of_a_disturbed_run_stays_one() -> None:
    assert isinstance(judged_on(a_busy_machine(SECONDS), *SOUND).verdict, Pass)


def test_a_burst_of_bad_answers_in_a_burst_of_other_work_is_no_miss() -> None:
    judged = judged_on(busy_between(50, 55), *faults_between(50, 60, each=500))
    assert isinstance(judged.verdict, Inconclusive)
    assert "5 of 100 s disturbed" in reasoning_of(judged.verdict)


def test_a_burst_of_bad_answers_at_another_time_than_other_work_is_a_miss() -> None:
    assert isinstance(judged_on(busy_between(50, 55), *faults_between(90, 100, each=500)).verdict, Miss)


def test_a_platform_that_is_broken_all_the_time_is_missed_by_the_seconds_without_other_work() -> None:
    judged = judged_on(busy_between(50, 55), *BROKEN)
    assert isinstance(judged.verdict, Miss)
    assert judged.counts.bad_count == 2_000


def test_other_work_in_the_warm_up_alone_disturbs_nothing_long_after_it() -> None:
    long = replace(a_run(*BROKEN, warm_up_seconds=10), machine=busy_between(0, 3))
    assert isinstance(judged_alone(objective(FAULTS), long).verdict, Miss)


@given(st.lists(st.integers(0, 40), min_size=100, max_size=100))
def test_a_disturbed_run_never_blames_and_an_undisturbed_one_is_judged_as_ever(bad_by_second: list[int]) -> None:
    run = a_run(*steady(bad_by_second, each_second=100))
    as_ever = judged_alone(objective(FAULTS), run).verdict
    assert judged_alone(objective(FAULTS), replace(run, machine=QUIET_MACHINE)).verdict == as_ever
    disturbed = judged_alone(objective(FAULTS), replace(run, machine=a_busy_machine(SECONDS))).verdict
    assert not isinstance(disturbed, Miss)
    assert (disturbed == as_ever) != isinstance(as_ever, Miss)


def test_a_stage_of_a_disturbed_run_breaks_nothing() -> None:
    run = replace(a_run(*BROKEN), stages=(Stage(seconds=50, load=1), Stage(seconds=50, load=2)))
    asked = objective(FAULTS)
    words = [
        [type(each.verdict).__name__ for each in judge_stages([judged_alone(asked, one)], one)]
        for one in (replace(run, machine=QUIET_MACHINE), replace(run, machine=a_busy_machine(SECONDS)))
    ]
    assert words == [["Miss", "Miss"], ["Inconclusive", "Inconclusive"]]


def test_a_verdict_follows_from_the_result_file_with_the_machine_in_it(tmp_path: Path) -> None:
    run = replace(a_run(*BROKEN), machine=a_busy_machine(SECONDS))
    assert read_back(run, tmp_path) == run


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("core_count", 0, "machine.core_count: must be at least 1, not '0'"),
        ("holds_target", "yes", "machine.holds_target: "),
        ("cores", 2, "machine.cores: unknown key"),
        ("samples", [{}], "machine.samples.from_seconds: is missing"),
    ],
)
def test_a_machine_that_nobody_recorded_is_refused_with_its_place(
    tmp_path: Path, key: str, value: object, said: str
) -> None:
    file = tmp_path / "load-result.json"
    write_result(replace(a_run(*SOUND), machine=a_machine(QUIET)), file)
    data = json.loads(file.read_text())
    data["machine"][key] = value
    file.write_text(json.dumps(data))
    with pytest.raises(InputError, match=re.escape(said)):
        read_result(file)


def test_a_disturbed_run_is_none_to_compare_others_with(tmp_path: Path) -> None:
    earlier = replace(a_run(*SOUND), machine=a_busy_machine(SECONDS), started_at="2026-11-21T10:00:00+00:00")
    write_result(earlier, tmp_path / "earlier.json")
    found = find_baselines(tmp_path, a_run(*SOUND), objectives())
    assert (found.results, found.left_out) == ((), ("earlier.json: other work on this machine disturbed it",))


def read_back(run: LoadResult, directory: Path) -> LoadResult:
    file = directory / "load-result.json"
    write_result(run, file)
    return read_result(file)
