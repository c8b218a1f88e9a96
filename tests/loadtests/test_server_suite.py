"""Servers that fail in the ways servers do, with the truth logged: our verdict must be right; stock Locust's is printed.

Slow: some minutes. Run with `-s` to see what each of the two says of the same server.
"""

import json
import math
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from foundation.slo.outcome import Inconclusive, Miss, Pass
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.evidence import Judged, judge_run
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, percentile_ms
from loadtests.run import LoadTest, run_load_test
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.servers import Api, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
RATE, SECONDS = 100, 40
PROFILE = f"""
suite:
  description: a steady rate of reads
  warm_up_seconds: 2
  duration_seconds: {SECONDS}
  arrivals_per_second: {{health: {RATE}}}
"""
STOCK = """
from locust import FastHttpUser, constant, task
from tests.loadtests.flows_of_ours import FLOWS

class Reader(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def read(self):
        self.client.get("/v1/health")
"""


@dataclass(frozen=True)
class Seen:
    """What a run made of a server, beside the truth."""

    api: Api
    result: LoadResult
    judged: dict[str, Judged]
    p99_ms: float
    true_p99_ms: float


def stock(url: str, directory: Path) -> str:
    """What plain Locust says: ten users in a closed loop, as its documentation begins."""
    (directory / "stock.py").write_text(STOCK)
    done = subprocess.run(
        [
            sys.executable, "-m", "locust", "-f", str(directory / "stock.py"), "--headless", "-u", "10", "-r", "10", "-t",
            f"{SECONDS}s", "--host", url, "--json", "--skip-log-setup",
        ],
        capture_output=True, text=True, timeout=SECONDS + 60, check=False,
    )  # fmt: skip
    entry = json.loads(done.stdout)[0]
    times = sorted((float(value), count) for value, count in entry["response_times"].items())
    total = sum(count for _, count in times)
    seen = 0
    p99 = next(value for value, count in times if (seen := seen + count) >= 0.99 * total)
    return f"{entry['num_failures']} failures of {entry['num_requests']}, p99 {p99:.0f} ms, exit code {done.returncode}"


def see(name: str, behave: Callable[[Api], Callable[[float], int]], directory: Path, *, seconds: int = SECONDS) -> Seen:
    (directory / "profiles.yaml").write_text(PROFILE)
    profile = choose_profile("suite", directory / "profiles.yaml", FLOWS)
    with serving(Api()) as api:
        api.behave = behave(api)
        api.began = time.monotonic()
        test = LoadTest(
            url=api.url, region="us-east-1", profile=profile, duration_seconds=seconds, given={}, seed=11,
            stage=make_stage("local"), profiles_file=directory / "profiles.yaml",
        )  # fmt: skip
        result = run_load_test(test, directory=directory, credentials={})
    with serving(Api()) as other:
        other.behave = behave(other)
        other.began = time.monotonic()
        said = stock(other.url, directory)
    judged = {
        each.objective.name: each for each in judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result)
    }
    histogram = result.measured.histogram()
    histogram.add(result.warm_up.histogram())
    p99 = percentile_ms(histogram, 99)
    assert p99 is not None
    truth = sorted(api.took_seconds)
    true_p99 = truth[math.ceil(0.99 * len(truth)) - 1] * 1000
    words = ", ".join(f"{key} {type(each.verdict).__name__.lower()}" for key, each in judged.items())
    faults, counted = result.measured.faults(), result.measured.sent_count
    print(
        f"\n{name}: truth p99 {true_p99:.0f} ms, {api.fault_count} faults of {api.served_count}\n"
        f"  ours: {words}; p99 {p99:.0f} ms, {faults.bad_count} faults of {counted}\n  stock Locust: {said}"
    )
    assert result.generator.started_count == result.generator.ended_count
    return Seen(api=api, result=result, judged=judged, p99_ms=p99, true_p99_ms=true_p99)


def test_a_healthy_server_with_a_long_tail_passes_and_its_p99_is_within_two_percent(tmp_path: Path) -> None:
    draw = random.Random(1)

    def lognormal(_api: Api) -> Callable[[float], int]:
        def behave(_seconds: float) -> int:
            time.sleep(draw.lognormvariate(math.log(0.1), 0.52))
            return 200

        return behave

    seen = see("lognormal", lognormal, tmp_path)
    assert seen.p99_ms == pytest.approx(seen.true_p99_ms, rel=0.02)
    assert isinstance(seen.judged["api-latency"].verdict, Pass)
    assert isinstance(seen.judged["api-errors"].verdict, Pass | Inconclusive)
    assert seen.judged["api-errors"].counts.bad_count == 0


def test_a_stall_of_two_seconds_is_a_miss_and_its_p99_is_within_five_percent(tmp_path: Path) -> None:
    def stall(_api: Api) -> Callable[[float], int]:
        def behave(seconds: float) -> int:
            time.sleep(max(0.02, 22 - seconds) if 20 <= seconds < 22 else 0.02)
            return 200

        return behave

    seen = see("a stall of 2 s", stall, tmp_path)
    assert seen.p99_ms == pytest.approx(seen.true_p99_ms, rel=0.05)
    assert isinstance(seen.judged["api-latency"].verdict, Miss)
    assert seen.judged["api-errors"].counts.bad_count == 0


def test_a_server_that_is_dead_from_the_middle_on_is_a_miss(tmp_path: Path) -> None:
    def dead(_api: Api) -> Callable[[float], int]:
        def behave(seconds: float) -> int:
            if seconds > 25:
                time.sleep(60)
            return 200

        return behave

    seen = see("dead from the middle on", dead, tmp_path)
    assert {type(each.verdict) for each in seen.judged.values()} == {Miss}
    assert seen.result.measured.faults().bad_count > 0.3 * seen.result.measured.sent_count


def test_closed_connections_are_faults_and_not_sent_again(tmp_path: Path) -> None:
    def closing(api: Api) -> Callable[[float], int]:
        return lambda _seconds: 0 if api.served_count % 50 == 49 else 200

    seen = see("closes 2 % of connections", closing, tmp_path)
    assert isinstance(seen.judged["api-errors"].verdict, Miss)
    counted = seen.result.measured.faults().bad_count + seen.result.warm_up.faults().bad_count
    assert counted == seen.api.fault_count
    assert seen.result.measured.sent_count + seen.result.warm_up.sent_count == seen.api.served_count - 1


def test_bursts_of_faults_are_fewer_events_than_they_look(tmp_path: Path) -> None:
    def bursting(_api: Api) -> Callable[[float], int]:
        return lambda seconds: 500 if 15 <= seconds < 15.4 or 30 <= seconds < 30.4 else 200

    seen = see("two bursts of 500", bursting, tmp_path)
    assert seen.judged["api-errors"].effect > 10
    assert not isinstance(seen.judged["api-errors"].verdict, Pass)
    assert seen.result.measured.faults().bad_count == seen.api.fault_count


def test_a_server_that_drips_is_slow_however_soon_its_first_byte_came(tmp_path: Path) -> None:
    def dripping(_api: Api) -> Callable[[float], int]:
        return lambda _seconds: 200

    written = BaseHTTPRequestHandler.end_headers

    def drip(handler: BaseHTTPRequestHandler) -> None:
        written(handler)
        handler.wfile.flush()
        if re.search(r"health", handler.path):
            time.sleep(1.2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHTTPRequestHandler, "end_headers", drip)
        seen = see("drips its body", dripping, tmp_path, seconds=20)
    assert isinstance(seen.judged["api-latency"].verdict, Miss)
    assert seen.p99_ms > 1200
