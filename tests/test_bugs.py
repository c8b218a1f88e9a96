"""A bug is called one, wherever it is: it passes every room unchanged, and is never bad input, no data or a failed step."""

import pkgutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sre.cli as commands
from foundation.errors import BugError, Exit, SreError
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import write_result
from loadtests.run import LoadTest, run_load_test
from reports.scheduling import WeeklySchedule
from sre.cli.main import sre
from tdeveloper.gates.archive.extract import extract
from tests.loadtests.factories import a_result
from tests.loadtests.flows_of_ours import FLOWS

# All commands are imported before anything is planted: one that is imported meanwhile would keep what was planted.
for _each in pkgutil.walk_packages(commands.__path__, "sre.cli."):
    import_module(_each.name)


def planted(*_: Any, **__: Any) -> Any:
    raise AttributeError("planted")


def command(line: str) -> Callable[[], object]:
    return lambda: sre(line.split(), prog_name="sre", standalone_mode=False)


PLANTED = [
    pytest.param("foundation.costs.book.PriceBook.__getitem__", "cost estimate", id="foundation"),
    pytest.param("alarms.burn_rate.alerts_for", "alarms list", id="alarms"),
    pytest.param("canaries.package._sources", "canaries build --out {out}/canaries.zip", id="canaries"),
    pytest.param("dashboards.preview.read_panel", "dashboards preview --simulate --out {out}", id="dashboards"),
    pytest.param("infra.stage.service_of", "alarms list", id="infra"),
    pytest.param("loadtests.evidence.doubts_about", "loadtest verdict {result}", id="loadtests"),
    pytest.param("reports.slo_actuals.count_events", "report weekly --metrics {metrics} --out {out}", id="reports"),
    pytest.param("sre.jobs.cost_estimate.make_bill", "cost estimate", id="sre.jobs"),
    pytest.param("sre.local.state._file", "local status --home {out}", id="sre.local"),
]


@pytest.mark.parametrize(("where", "line"), PLANTED)
def test_a_bug_reaches_the_door_as_what_it_is(
    where: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_result(a_result(good=5_000), tmp_path / "result.json")
    metric: dict[str, Any] = {"namespace": "N", "metric_name": "M", "dimensions": "{}", "statistic": "Sum"}
    row = metric | {"period_seconds": 60, "timestamp": pd.Timestamp("2026-03-02", tz="UTC"), "value": 1.0}
    pd.DataFrame([row]).to_parquet(tmp_path / "metrics.parquet")
    monkeypatch.setattr(where, planted)
    with pytest.raises(AttributeError, match="planted"):
        command(line.format(out=tmp_path, result=tmp_path / "result.json", metrics=tmp_path / "metrics.parquet"))()


def test_a_bug_of_a_gate_is_no_refused_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.py", "print(1)")
    monkeypatch.setattr("tdeveloper.gates.archive.extract.safe_parts", planted)
    with pytest.raises(AttributeError, match="planted"):
        extract(tmp_path / "a.zip", tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_a_bug_of_a_scheduled_report_ends_the_schedule_and_is_not_tried_again(tmp_path: Path) -> None:
    state_file = tmp_path / "last"
    state_file.write_text("2026-02-16T07:00:00+00:00")
    said: list[str] = []
    now = datetime(2026, 3, 2, tzinfo=UTC)
    weekly = WeeklySchedule(
        run=planted, weekday="monday", at="07:00", state_file=state_file, say=said.append, now=lambda: now
    )
    with pytest.raises(AttributeError, match="planted"):
        weekly.tick()
    assert said == []


def in_its_own_process(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_bug_of_a_scenario_is_recorded_with_its_place_and_an_ended_journey_is_none() -> None:
    program = (
        "import gevent\n"
        "from types import SimpleNamespace\n"
        "from loadtests.arrivals import Run\n"
        "noted, journeys = [], []\n"
        "recorder = SimpleNamespace(record_start=lambda at: None, record_error=noted.append,\n"
        "    record_journey=lambda flow, **_: journeys.append(flow), record_unsent=None)\n"
        "def serve(journey):\n"
        "    gevent.sleep(60) if journey.flow == 'slow' else None.nothing\n"
        "run = Run(environment=None, recorder=recorder, schedule=None, seed='', user_rps=1, flows={}, serve=serve)\n"
        "run.launch('broken', 0.0), run.launch('slow', 0.0)\n"
        "run.drain(0.2)\n"
        "print(journeys, noted)\n"
    )
    printed = in_its_own_process(program)
    assert printed.startswith("['broken', 'slow'] [\"AttributeError: 'NoneType' object has no attribute 'nothing' (")
    assert printed.endswith(':8)"]')


def test_a_load_test_that_dies_of_a_bug_is_a_bug_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = "import loadtests.locustfile as it\nwith it._Ending('x'):\n    None.nothing"
    monkeypatch.setattr("loadtests.run._LOCUST", (sys.executable, "-c", dying))
    smoke = choose_profile("smoke", T_DEVELOPER.load_profiles, FLOWS)
    test = LoadTest(
        url="http://127.0.0.1:1", region="us-east-1", profile=smoke, duration_seconds=1, given={"archive_key": "a.zip"}, seed=1,
        stage=make_stage("local"), profiles_file=T_DEVELOPER.load_profiles,
    )  # fmt: skip
    with pytest.raises(BugError, match=r"the load test: AttributeError: .*nothing.*line 3") as caught:
        run_load_test(test, directory=tmp_path, credentials={})
    assert not isinstance(caught.value, SreError)


def test_a_bug_has_an_exit_code_of_its_own() -> None:
    assert Exit.BUG not in (Exit.MET, Exit.MISSED, Exit.BAD_INPUT, Exit.NOT_ENOUGH_EVIDENCE)
