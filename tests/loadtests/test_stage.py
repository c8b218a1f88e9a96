"""Whose objectives a load test judges by: in the master, in its workers, and where a person starts Locust."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import InputError
from foundation.service.stage_file import stage_text, write_stage
from foundation.service.what_if import what_if
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.result import read_result
from loadtests.run import LoadTest, run_load_test
from loadtests.stage import stage_of_options
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.servers import Api, serving

ASKED = what_if(make_stage("staging"), targets=[("api-errors", Decimal("0.995"))])
PROFILE = "reads: {description: d, warm_up_seconds: 1, duration_seconds: 2, arrivals_per_second: {health: 20}}\n"
# The locustfile, and what each process of a run judges by, beside it.
NOTING = """
import os
from pathlib import Path
from locust import events
from loadtests.locustfile import *
from tests.loadtests.flows_of_ours import FLOWS

@events.test_start.add_listener
def _note(environment, **_):
    load = environment.load
    target = load.stage.objectives["api-errors"].target_ratio
    Path({directory!r}, f"{{type(environment.runner).__name__}}-{{os.getpid()}}").write_text(f"{{load.stage.name}} {{target}}")
"""


def test_a_changed_target_is_that_of_every_worker_and_the_result_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "noted"
    noted.mkdir()
    (tmp_path / "profiles.yaml").write_text(PROFILE)
    (tmp_path / "noting.py").write_text(NOTING.format(directory=str(noted)))
    locust = (sys.executable, "-m", "locust", "--locustfile", str(tmp_path / "noting.py"))
    monkeypatch.setattr("loadtests.run._LOCUST", locust)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    profile = choose_profile("reads", tmp_path / "profiles.yaml", FLOWS)
    with serving(Api()) as api:
        test = LoadTest(
            url=api.url, region="us-east-1", profile=profile, duration_seconds=2, given={}, seed=7, stage=ASKED,
            profiles_file=tmp_path / "profiles.yaml", worker_count=2,
        )  # fmt: skip
        result = run_load_test(test, directory=tmp_path / "out", credentials={})
    found = [(file.name.split("-")[0], file.read_text()) for file in noted.iterdir()]
    assert sorted(found) == [
        ("MasterRunner", "staging 0.995"), ("WorkerRunner", "staging 0.995"), ("WorkerRunner", "staging 0.995"),
    ]  # fmt: skip
    assert (result.stage, result.what_ifs) == ("staging", ("api-errors at 99.5 % instead of 99.9 %",))


def test_locust_by_hand_judges_by_the_objectives_and_the_stage_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text(PROFILE)
    with serving(Api()) as api:
        done = subprocess.run(
            [
                sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py"), "--headless",
                "--only-summary", "--host", api.url, "--load-profile", "reads", "--profiles", "profiles.yaml",
                "--flows", str(T_DEVELOPER.flows),
                "--objectives", str(T_DEVELOPER.objectives), "--stage", "staging", "--users", "5", "--spawn-rate", "5",
                "--result", "result.json",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    result = read_result(tmp_path / "result.json")
    assert (result.stage, result.what_ifs) == ("staging", ()), done.stderr
    assert result.measured.sent_count > 0


def options(**given: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{"master_stage": "", "stage_file": "", "objectives": str(T_DEVELOPER.objectives), "stage": "production"}
        | given
    )


def test_a_worker_takes_the_masters_stage_over_every_option_of_its_own(tmp_path: Path) -> None:
    write_stage(make_stage("local"), tmp_path / "stage.json")
    found = stage_of_options(options(master_stage=stage_text(ASKED), stage_file=str(tmp_path / "stage.json")))
    assert found == ASKED
    assert stage_of_options(options(stage_file=str(tmp_path / "stage.json"))) == make_stage("local")


def test_a_person_who_starts_locust_has_a_stage_of_objectives_alone() -> None:
    found = stage_of_options(options())
    assert (found.objectives, found.alarm_rules) == (replace(make_stage("production").objectives, own_apis=()), None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"objectives": ""}, "--objectives FILE is needed"),
        ({"objectives": "gone.yaml"}, r"gone\.yaml: cannot be read"),
        ({"stage_file": "gone.json"}, r"gone\.json: cannot be read"),
        ({"master_stage": json.dumps({"stage_version": 0})}, "the master's stage:1: stage_version: is 0"),
    ],
)
def test_a_stage_that_cannot_be_read_is_bad_input(given: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        stage_of_options(options(**given))
