"""Flows that are not plain REST, early ends, and Locust's own ways to run the same file."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Miss
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.evidence import judge_run
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, read_result
from loadtests.run import LoadTest, run_load_test
from loadtests.schedule import Schedule, Stage
from tests.browser import MISSING, opened
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.servers import Api, serving

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
PROFILES = """
reads:
  description: reads of the health, which need no signature
  warm_up_seconds: 1
  duration_seconds: 3
  arrivals_per_second: {health: 100}
"""


USERS = ("--users", "20", "--spawn-rate", "20")
HEADLESS = ("--headless", *USERS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reads(url: str, directory: Path, **more: object) -> LoadResult:
    file = directory / "profiles.yaml"
    file.write_text(PROFILES)
    profile = choose_profile("reads", file, FLOWS)
    test = LoadTest(
        url=url, region="us-east-1", profile=profile, duration_seconds=profile.duration_seconds, given={}, seed=7,
        stage=make_stage("local"), profiles_file=file,
    )  # fmt: skip
    return run_load_test(replace(test, **more), directory=directory, credentials={})  # type: ignore[arg-type]


@contextmanager
def sample_agent(*options: str) -> Generator[str]:
    port = free_port()
    command = [sys.executable, "-m", "loadtests.sample_agent", "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        process.terminate()
        process.wait(10)


def agent_turns(url: str, directory: Path) -> LoadResult:
    profile = replace(
        choose_profile("agent", T_DEVELOPER.load_profiles, FLOWS),
        schedule=Schedule(warm_up_seconds=1, stages=(Stage(seconds=4, load=1),)),
    )
    test = LoadTest(
        url=url.removesuffix("/invocations"), region="us-east-1", profile=profile, duration_seconds=4, given={},
        seed=7, stage=make_stage("local"), profiles_file=T_DEVELOPER.load_profiles, agent_url=url,
    )  # fmt: skip
    return run_load_test(test, directory=directory, credentials={})


def test_an_agents_first_token_and_full_turn_are_timed_and_judged(tmp_path: Path) -> None:
    with sample_agent("--first-token-ms", "150", "--token-ms", "30") as url:
        result = agent_turns(url, tmp_path)
    kinds = {request.name: request for request in result.measured.requests}
    (journey,) = result.measured.journeys
    assert kinds["agent first token"].sent_count == kinds["agent full turn"].sent_count == journey.ended_count > 5
    (judged,) = judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    assert judged.objective.name == "agent-turn"
    # On a busy machine some are late; of those that were, each is one.
    assert judged.counts == Counts(total_count=journey.ended_count, bad_count=journey.slow_count)
    assert kinds["agent first token"].slow_count <= journey.slow_count < journey.ended_count


@pytest.mark.slow
def test_an_agent_whose_first_token_is_late_misses_its_objective(tmp_path: Path) -> None:
    with sample_agent("--first-token-ms", "1200", "--token-ms", "1") as url:
        result = agent_turns(url, tmp_path)
    (judged,) = judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    assert isinstance(judged.verdict, Miss)
    assert judged.counts.bad_count == judged.counts.total_count > 5


def test_a_certain_miss_ends_the_run_early_and_says_so(tmp_path: Path) -> None:
    with serving(Api()) as api:
        api.behave = lambda _seconds: 500 if api.served_count % 3 == 0 else 200
        result = reads(api.url, tmp_path, duration_seconds=60.0, stop_after_seconds=30.0)
    assert result.stopped_early in ("api-errors is missed for certain", "api-latency is missed for certain")
    assert not result.interrupted
    assert any(
        isinstance(each.verdict, Miss)
        for each in judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    )
    assert result.generator.started_count == result.generator.ended_count


def locust(directory: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    (directory / "profiles.yaml").write_text(PROFILES)
    command = [
        sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--load-profile", "reads",
        "--profiles", str(directory / "profiles.yaml"), "--result", str(directory / "result.json"), *arguments,
    ]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_plain_locust_ends_with_the_verdict_and_a_signal_leaves_complete_numbers(tmp_path: Path) -> None:
    with serving(Api()) as api:
        process = locust(tmp_path, *HEADLESS, "--host", api.url, "--measure-seconds", "60")
        give_up = time.monotonic() + 40
        while api.served_count <= 25 and time.monotonic() < give_up:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        result = read_result(tmp_path / "result.json")
        assert process.returncode == 3
        assert result.interrupted
        assert result.warm_up.sent_count + result.measured.sent_count == api.served_count - 1 > 20
        assert result.generator.started_count == result.generator.ended_count


@pytest.mark.slow
def test_locusts_own_processes_are_counted_in_full(tmp_path: Path) -> None:
    with serving(Api()) as api:
        port = str(free_port())
        process = locust(
            tmp_path, *HEADLESS, "--host", api.url, "--processes", "2", "--master-bind-port", port,
            "--master-port", port,
        )  # fmt: skip
        process.communicate(timeout=60)
        result = read_result(tmp_path / "result.json")
    assert result.generator.worker_count == 2
    assert result.warm_up.sent_count + result.measured.sent_count == api.served_count - 1 > 20


def test_a_run_in_which_nothing_arrived_is_not_enough_evidence(tmp_path: Path) -> None:
    with serving(Api()) as api:
        process = locust(
            tmp_path, "--headless", "--users", "1", "--user-rps", "0.0001", "--host", api.url, "--measure-seconds", "1"
        )
        process.communicate(timeout=30)
    assert process.returncode == 3
    assert read_result(tmp_path / "result.json").measured.sent_count == 0


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
def test_the_web_interface_has_a_tab_with_the_objectives(tmp_path: Path) -> None:
    port = free_port()
    with serving(Api()) as api:
        process = locust(
            tmp_path, "--web-host", "127.0.0.1", "--web-port", str(port), "--autostart", *USERS, "--host", api.url,
            "--measure-seconds", "60",
        )  # fmt: skip
        try:
            rows = stats_rows(port)
            dom, complaints = opened(f"http://127.0.0.1:{port}/?tab=objectives", tmp_path / "chromium")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert [row["name"] for row in rows] == ["api-latency", "api-errors", "load generator"]
    assert rows[0]["verdict"] in ("inconclusive", "pass")
    # Another test may need this machine at the same time.
    assert rows[2]["verdict"] == ("in doubt" if rows[2]["reasoning"] else "sound")
    assert rows[2]["bounds"].startswith("scheduling delay p99 ")
    assert complaints == []
    for text in ("Objectives", "api-latency", "api-errors", "load generator", "Verdict so far"):
        assert text in dom, text


def stats_rows(port: int) -> list[dict[str, str]]:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        time.sleep(0.5)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats/requests", timeout=5) as answer:
                stats = json.load(answer)
        except OSError:
            continue
        (table,) = [each for each in stats.get("extended_stats", []) if each["key"] == "objectives"]
        if len(table["data"]) == 3 and table["data"][0]["verdict"] != "no data":
            return table["data"]
    raise AssertionError("the tab was never filled")
