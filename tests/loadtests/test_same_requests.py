"""The flows of a load that were Python until they became data send what they sent: the same arrivals, requests and shares.

`before/requests.json` is what they sent when they were Python; the very same program records today's (`recorded_load.py`). A
difference is one of those that are named here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.run import LoadTest, _command
from tests.loadtests.flows_of_ours import FLOWS

# One process records for all of them.
pytestmark = pytest.mark.xdist_group("recorded-load")
BEFORE: dict[str, Any] = json.loads(Path(__file__).with_name("before").joinpath("requests.json").read_text())["runs"]
PROFILES = ("release", "smoke", "progress")
AILING = "smoke of an ailing API"
HEALTH, SUBMIT, READ = "GET /v1/health", "POST /v1/pipelines", "GET /v1/pipelines/{id}"
of_each_profile = pytest.mark.parametrize("profile", PROFILES)


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("recorded") / "requests.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCUST_"))}
    subprocess.run(
        [sys.executable, "-m", "tests.loadtests.recorded_load", str(file)], cwd=ROOT, env=environment, check=True, timeout=100
    )  # fmt: skip
    return json.loads(file.read_text())


@of_each_profile
def test_the_same_flows_arrive_in_the_same_order_and_second(profile: str, today: dict[str, Any]) -> None:
    for key in ("clocks", "first_arrivals", "arrivals_second_by_second", "arrivals"):
        assert today[profile][key] == BEFORE[profile][key]


@of_each_profile
def test_each_flow_sends_the_same_bytes_in_the_same_order_and_second(profile: str, today: dict[str, Any]) -> None:
    for key in ("on_the_wire", "journeys", "pipelines_in_order"):
        assert today[profile][key] == BEFORE[profile][key]


@of_each_profile
def test_the_shares_of_requests_and_the_ends_of_pipelines_are_the_same(profile: str, today: dict[str, Any]) -> None:
    for key in ("requests", "work", "pipelines_asked_for_by_status"):
        assert today[profile][key] == BEFORE[profile][key]


def test_what_was_recorded_of_the_release_profile_is_all_of_it(today: dict[str, Any]) -> None:
    """44.4 arrivals a second for 120 s, after a warm-up of 15 s in which the rate rises."""
    for release in (BEFORE["release"], today["release"]):
        assert release["arrivals"] == {"health": 1568, "status": 4200, "pipeline": 44}
        assert release["requests"] == {HEALTH: 1568, READ: 4200 + 130, SUBMIT: 44}
        assert sum(len(second) for ten in release["arrivals_second_by_second"] for second in ten.split(" ")) == 5812
        assert release["work"] == {"submitted": 44, "passed": 37, "failed": 6, "unfinished": 1}
        assert release["pipelines_asked_for_by_status"] == 44 + 1


@of_each_profile
def test_the_clocks_are_as_many_as_a_load_is_started_with(profile: str, today: dict[str, Any]) -> None:
    chosen = choose_profile(profile, T_DEVELOPER.load_profiles, FLOWS)
    test = LoadTest(
        url="http://127.0.0.1:9", region="us-east-1", profile=chosen, duration_seconds=1, seed=7, stage=make_stage("local"),
        profiles_file=T_DEVELOPER.load_profiles,
    )  # fmt: skip
    command = _command(test, Path("stage"), Path("result"), 1, None)
    clocks = today[profile]["clocks"]
    assert {f"--users={clocks}", f"--user-rps={chosen.rate_rps / clocks}"} <= set(command)


@pytest.mark.parametrize(("profile", "status_count"), [("release", 1), ("smoke", 1), ("progress", 0)])
def test_before_the_first_arrival_every_flow_is_had_once_which_only_the_pipeline_was(
    profile: str, status_count: int, today: dict[str, Any]
) -> None:
    """The first pipeline takes 1.5 s. It was asked for twice a second from the start, and is now followed as any other is.

    The named differences: a read of the health at the beginning, a status at the end, and a read a second between them.
    """
    submitted, *reads = BEFORE[profile]["preparation"]
    assert submitted.startswith(SUBMIT)
    assert reads == [reads[0]] * 4
    assert reads[0].startswith("GET /v1/pipelines/{its own}\n")
    (health,) = BEFORE[profile]["on_the_wire"]["health"][HEALTH]
    assert today[profile]["preparation"] == [health, submitted, *reads[:2], *reads[:status_count]]


def test_of_an_api_that_fails_everything_is_the_same_too(today: dict[str, Any]) -> None:
    """A read that fails is a fault, and the pipeline is followed on; one that never ends is read for a minute."""
    before, now = BEFORE[AILING], today[AILING]
    keys = (
        "arrivals_second_by_second",
        "arrivals",
        "journeys",
        "on_the_wire",
        "pipelines_in_order",
        "requests",
        "work",
    )
    for key in keys:
        assert now[key] == before[key], key
    assert sum("fault" in each for each in now["pipelines_in_order"]) == 27
    assert now["work"] == {"submitted": 28, "passed": 18, "failed": 3, "unfinished": 7}
    assert {" ".join(each.split(" ")[-2:]) for each in now["journeys"]["status"]} == {
        "good +0", "fault +0", "refused +0",
    }  # fmt: skip
