"""Which earlier runs a run may be compared with: a baseline that missed, or is of something else, is refused with its reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from loadtests.baselines import find_baselines
from loadtests.counts import Outcome
from loadtests.result import LoadResult, write_result
from loadtests.schedule import Stage
from tests.loadtests.factories import SOUND, a_run_of
from tests.loadtests.test_comparison import a_run

OBJECTIVES = read_objectives(T_DEVELOPER.objectives, stage="local")


def old(result: LoadResult) -> LoadResult:
    requests = tuple(replace(each, good_histogram=None) for each in result.measured.requests)
    return replace(result, measured=replace(result.measured, requests=requests))


OTHERS = {
    "profile": (a_run(2, 0.1, profile="soak"), "another profile, soak and not release"),
    "stage": (a_run(2, 0.1, stage="production"), "another stage, production and not local"),
    "target": (a_run(2, 0.1, target="http://127.0.0.1:1"), "another target, http://127.0.0.1:1 and not http://127.0.0.1:4566"),
    "service": (a_run(2, 0.1, service="other"), "another service, other and not none that it says"),
    "client": (a_run(2, 0.1, client="fast"), "another client, fast and not lean"),
    "rate": (a_run(2, 0.1, planned_rps=7.0), "another load, or another limit for slow requests"),
    "limit": (a_run(2, 0.1, slow_after_ms=800.0), "another load, or another limit for slow requests"),
    "stages": (a_run(2, 0.1, stages=(Stage(seconds=50, load=2),)), "another load, or another limit for slow requests"),
    "unsound": (a_run(2, 0.1, generator=replace(SOUND, lost_workers=("w",), worker_count=2)), "1 of 2 workers lost"),
    "interrupted": (a_run(2, 0.1, interrupted=True), "it was not run to its end"),
    "early": (a_run(2, 0.1, stopped_early="certain"), "it was not run to its end"),
    "missed": (
        a_run_of(2, {"GET /v1/health": [(0.1, Outcome.GOOD, 60), (0.002, Outcome.FAULT, 40)]}), "it missed api-latency",
    ),
    "old": (old(a_run(2, 0.1)), "an earlier version wrote it"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_baseline_is_left_out_with_its_reason(tmp_path: Path, name: str) -> None:
    other, reason = OTHERS[name]
    write_result(a_run(1, 0.1), tmp_path / "good.json")
    write_result(other, tmp_path / f"{name}.json")
    found = find_baselines(tmp_path, a_run(9, 0.1), OBJECTIVES)
    assert [result.started_at[11:13] for result in found.results] == ["01"]
    (said,) = found.left_out
    assert said.startswith(f"{name}.json: {reason}")


def test_what_is_damaged_is_said_and_what_came_later_is_no_matter(tmp_path: Path) -> None:
    write_result(a_run(11, 0.1), tmp_path / "later.json")
    (tmp_path / "broken.json").write_text("{")
    found = find_baselines(tmp_path, a_run(9, 0.1), OBJECTIVES)
    assert found.results == ()
    assert len(found.left_out) == 1
    assert "broken.json" in found.left_out[0]
    with pytest.raises(InputError, match="no such directory"):
        find_baselines(tmp_path / "gone", a_run(9, 0.1), OBJECTIVES)


def test_runs_are_put_in_order_by_when_they_were_and_not_by_how_that_is_written(tmp_path: Path) -> None:
    # 19:00 in Tokyo is 10:00 UTC, and 20:00 in New York the next day.
    runs = {
        "tokyo": a_run(1, 0.1, started_at="2026-11-22T19:00:00+09:00"),
        "later": a_run(1, 0.1, started_at="2026-11-22T20:00:00-05:00"),
        "early": a_run(9, 0.1),
    }
    for name, result in runs.items():
        write_result(result, tmp_path / f"{name}.json")
    found = find_baselines(tmp_path, a_run(11, 0.1), OBJECTIVES)
    assert [result.started_at for result in found.results] == ["2026-11-22T10:00:00+00:00", "2026-11-22T09:00:00+00:00"]


def test_the_last_ten_are_enough(tmp_path: Path) -> None:
    for hour in range(12):
        write_result(a_run(hour, 0.1), tmp_path / f"{hour}.json")
    found = find_baselines(tmp_path, a_run(20, 0.1), OBJECTIVES)
    assert [each.started_at[11:13] for each in found.results] == [f"{hour:02}" for hour in range(11, 1, -1)]
