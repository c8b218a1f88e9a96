"""One run against earlier ones: what is slower, what differs only as runs do, and what nobody could see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from foundation.errors import InputError
from foundation.readings import Known
from loadtests.comparison import compare, compare_percentile, find_baselines, power
from loadtests.counts import Outcome, Recorder
from loadtests.result import LoadResult, write_result
from tests.loadtests.factories import SOUND, one_request, result_of


def a_run(hour: int, latency_seconds: float, **changes: object) -> LoadResult:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for number in range(100):
        one_request(
            recorder, intended_at=10 + number, took_seconds=latency_seconds * (1 + number / 100), outcome=Outcome.GOOD
        )
    result = replace(result_of(recorder), started_at=f"2026-11-22T{hour:02}:00:00+00:00")
    return replace(result, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "baselines", "expected"), [(0.05, 5, 0.31), (0.10, 5, 0.72), (0.20, 5, 0.99), (0.0, 5, 0.05)]
)
def test_the_power_is_that_of_the_published_simulation(change: float, baselines: int, expected: float) -> None:
    """Runs that differ by 3 %: 31, 72 and 99 % of changes of 5, 10 and 20 % are seen with five baselines.

    The simulation has the noise within a run on top, so it sees a little less.
    """
    assert power(change, spread_ratio=0.03, baseline_count=baselines) == pytest.approx(expected, abs=0.05)


def test_the_power_is_how_often_a_change_is_seen() -> None:
    rng = np.random.default_rng(20261123)
    seen = [
        compare_percentile(values[0] * 1.1, values[1:].tolist(), 99).is_slower
        for values in np.exp(rng.normal(np.log(200), 0.03, (2_000, 6)))
    ]
    assert np.mean(seen) == pytest.approx(power(0.1, spread_ratio=0.03, baseline_count=5), abs=0.03)


def test_one_in_twenty_runs_is_called_slower_when_nothing_has_changed() -> None:
    rng = np.random.default_rng(20261123)
    called = [
        compare_percentile(values[0], values[1:].tolist(), 99).is_slower
        for values in np.exp(rng.normal(np.log(200), 0.03, (4_000, 11)))
    ]
    assert np.mean(called) == pytest.approx(0.05, abs=0.012)


def test_what_is_said_to_be_visible_is_seen_in_four_of_five_cases() -> None:
    usual = np.exp(np.linspace(-0.05, 0.05, 10)) * 200
    visible = compare_percentile(200, usual.tolist(), 99).visible_change_ratio
    spread = float(np.std(np.log(usual), ddof=1))
    assert power(visible, spread_ratio=spread, baseline_count=10) == pytest.approx(0.8, abs=0.001)


def test_a_run_twice_as_slow_is_slower_and_one_as_usual_is_not() -> None:
    baselines = [a_run(hour, 0.1 + hour / 1000) for hour in range(5)]
    assert [each.is_slower for each in compare(a_run(9, 0.2), baselines)] == [True, True, True]
    assert [each.is_slower for each in compare(a_run(9, 0.102), baselines)] == [False, False, False]


def test_two_baselines_are_too_few() -> None:
    with pytest.raises(InputError, match="2 earlier runs"):
        compare(a_run(9, 0.1), [a_run(1, 0.1), a_run(2, 0.1)])


def test_only_sound_runs_of_the_same_scenario_and_environment_are_compared_with(tmp_path: Path) -> None:
    runs = {
        "earlier": a_run(1, 0.1),
        "later": a_run(11, 0.1),
        "other-profile": a_run(2, 0.1, profile="soak"),
        "other-stage": a_run(3, 0.1, stage="production"),
        "unsound": a_run(4, 0.1, generator=replace(SOUND, lost_workers=("w",), worker_count=2)),
        "interrupted": a_run(5, 0.1, interrupted=True),
        "newest": a_run(8, 0.1),
    }
    for name, result in runs.items():
        write_result(result, tmp_path / f"{name}.json")
    (tmp_path / "broken.json").write_text("{")
    found = find_baselines(tmp_path, a_run(9, 0.1))
    assert [result.started_at[11:13] for result in found.results] == ["08", "01"]
    assert sorted(reason.split(":")[0].rpartition("/")[2] for reason in found.left_out) == [
        "broken.json", "interrupted.json", "other-profile.json", "other-stage.json", "unsound.json",
    ]  # fmt: skip


def test_runs_are_put_in_order_by_when_they_were_and_not_by_how_that_is_written(tmp_path: Path) -> None:
    # 19:00 in Tokyo is 10:00 UTC, and 20:00 in New York the next day.
    runs = {
        "tokyo": a_run(1, 0.1, started_at="2026-11-22T19:00:00+09:00"),
        "later": a_run(1, 0.1, started_at="2026-11-22T20:00:00-05:00"),
        "early": a_run(9, 0.1),
    }
    for name, result in runs.items():
        write_result(result, tmp_path / f"{name}.json")
    found = find_baselines(tmp_path, a_run(11, 0.1))
    assert [result.started_at for result in found.results] == ["2026-11-22T10:00:00+00:00", "2026-11-22T09:00:00+00:00"]


def test_the_measured_part_is_what_a_load_test_knows() -> None:
    result = a_run(9, 0.1)
    began_at = datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(seconds=result.warm_up.actual_seconds)
    ended_at = began_at + timedelta(seconds=result.measured.actual_seconds)
    reading = result.reading
    assert reading.known == Known.throughout(began_at, ended_at)
    assert (reading.answer, reading.asked.start_at) == (result.measured, began_at)
    cut = replace(result, measured=replace(result.measured, planned_seconds=4 * result.measured.actual_seconds))
    assert cut.reading.known.share(cut.reading.asked) == pytest.approx(0.25, abs=0.02)


def test_the_last_ten_are_enough(tmp_path: Path) -> None:
    for hour in range(12):
        write_result(a_run(hour, 0.1), tmp_path / f"{hour}.json")
    assert [each.started_at[11:13] for each in find_baselines(tmp_path, a_run(20, 0.1)).results] == [
        f"{hour:02}" for hour in range(11, 1, -1)
    ]
