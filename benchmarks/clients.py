"""Load generators on one core against nginx on another: requests a second, CPU a request, and how late an open model is."""

import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.flows_file import read_flows
from loadtests.profiles import choose_profile
from loadtests.run import LoadTest, run_load_test

_SECONDS, _CONNECTIONS, _ROUNDS = 5, 32, 3
_BODY = '{"status": "ok", "stage": "benchmark", "version": "0.1.0", "faults": "off"}'
_NGINX = """
worker_processes 1; daemon off; pid {directory}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
  uwsgi_temp_path {directory}; scgi_temp_path {directory};
  server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; return 200 '{body}'; }} }}
}}
"""
_STOCK = """
import os
import gevent
from locust import {base}, task

class Reader({base}):
    @task
    def read(self):
        if "IDLE" in os.environ:
            gevent.sleep(60)
        self.client.get("/v1/health")
"""
# The whole path of a request of ours in a closed loop: client, lossless recording, and Locust's own statistics.
_OURS = """
import os
import gevent
from locust import User, task, events
from loadtests.arrivals import Journey, Run
from loadtests.lean_client import LeanClient
from loadtests.counts import Recorder
from loadtests.schedule import Schedule, Stage

@events.test_start.add_listener
def start(environment, **_):
    schedule = Schedule(warm_up_seconds=0, stages=(Stage(seconds=3600, load=1),))
    recorder = Recorder(warm_up_seconds=0, slow_after_ms=1000)
    environment.run_of_load = Run(
        environment=environment, recorder=recorder, schedule=schedule, seed="1", user_rps=1, flows={}, serve=print
    )
    environment.lean = LeanClient(environment.host)

class Reader(User):
    @task
    def read(self):
        if "IDLE" in os.environ:
            gevent.sleep(60)
        run, client = self.environment.run_of_load, self.environment.lean
        journey = Journey(run=run, flow="health", intended_at=run.elapsed())
        journey.request("GET /v1/health", client, "GET", client.base_url + "/v1/health", headers={})
"""
_OPEN = """
bench:
  description: an open model at a rate
  warm_up_seconds: 3
  duration_seconds: 10
  arrivals_per_second: {health: 4000}
"""


# What this machine does to anybody: a greenlet that wants to wake every millisecond and does nothing else.
_FLOOR = """
import gevent, time
late = []
due = time.monotonic()
for _ in range(5_000):
    due += 0.001
    gevent.sleep(max(0.0, due - time.monotonic()))
    late.append(time.monotonic() - due)
print(sorted(late)[4_950] * 1000)
"""


def run() -> None:
    """Print a line for each generator, with its ratio to FastHttpUser, and the lag at 4,000 arrivals a second."""
    if shutil.which("nginx") is None or (os.cpu_count() or 1) < 2:
        print("clients: not run, needs nginx and two cores")
        return
    with tempfile.TemporaryDirectory() as made, _nginx(Path(made)) as url:
        directory = Path(made)
        runners: dict[str, Callable[[], tuple[float, float]]] = {
            "HttpUser": lambda: _locust(_STOCK.format(base="HttpUser"), url, directory),
            "FastHttpUser": lambda: _locust(_STOCK.format(base="FastHttpUser"), url, directory),
            "ours": lambda: _locust(_OURS, url, directory),
        }
        if shutil.which("wrk"):
            runners["wrk"] = lambda: _other(
                ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", url], r"Requests/sec:\s+([\d.]+)"
            )
        if shutil.which("hey"):
            runners["hey"] = lambda: _other(
                ["hey", "-z", f"{_SECONDS}s", "-c", str(_CONNECTIONS), url], r"Requests/sec:\s+([\d.]+)"
            )
        seen: dict[str, list[tuple[float, float]]] = {each: [] for each in runners}
        for _ in range(_ROUNDS):
            for each, measure in runners.items():
                seen[each].append(measure())
        rates = {name: sorted(rate for rate, _ in rounds)[_ROUNDS // 2] for name, rounds in seen.items()}
        costs = {name: sorted(cost for _, cost in rounds)[_ROUNDS // 2] for name, rounds in seen.items()}
        for name in runners:
            print(
                f"clients: {name:12} {rates[name]:9,.0f} requests/s {costs[name]:8.1f} us CPU a request, "
                f"{costs['FastHttpUser'] / costs[name]:5.2f} x FastHttpUser (one core, medians of {_ROUNDS} x {_SECONDS} s)"
            )
        _open(url, directory)


def _open(url: str, directory: Path) -> None:
    file = directory / "profiles.yaml"
    file.write_text(_OPEN)
    profile = choose_profile("bench", file, read_flows(T_DEVELOPER.flows))
    # Its own process inherits the core.
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {1})
    try:
        result = run_load_test(
            LoadTest(
                url=url, region="us-east-1", profile=profile, duration_seconds=profile.duration_seconds, given={},
                seed=1, stage=make_stage("local"), profiles_file=file,
            ),
            directory=directory, credentials={},
        )  # fmt: skip
    finally:
        os.sched_setaffinity(0, mine)
    floor_ms = float(_cpu([sys.executable, "-c", _FLOOR])[0])
    generator = result.generator
    sent = result.measured.sent_count / result.measured.actual_seconds
    print(
        f"clients: open model, {profile.rate_rps:,.0f} arrivals/s planned, {sent:,.0f} sent: late by "
        f"{generator.lag_p99_ms:.2f} ms at p99, CPU {generator.cpu_mean_percent:.0f} % of one core, "
        f"{result.measured.faults().bad_count} faults; a process that only sleeps is late by {floor_ms:.2f} ms at p99 there"
    )


@contextmanager
def _nginx(directory: Path) -> Generator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    file = directory / "nginx.conf"
    file.write_text(_NGINX.format(directory=directory, port=port, body=_BODY))
    process = subprocess.Popen(["nginx", "-p", str(directory), "-c", str(file)], stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {0})
    try:
        time.sleep(1)
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.sched_setaffinity(int(child), {0})
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _locust(program: str, url: str, directory: Path) -> tuple[float, float]:
    (directory / "bench_file.py").write_text(program)
    command = [
        sys.executable, "-m", "locust", "-f", str(directory / "bench_file.py"), "--headless", "-u", str(_CONNECTIONS),
        "-r", "1000", "-t", f"{_SECONDS}s", "--host", url, "--json", "--skip-log-setup",
    ]  # fmt: skip
    # Starting up costs CPU too; a run without users says how much.
    idle = _cpu(command, IDLE="1")[1]
    output, cpu = _cpu(command)
    count = int(re.findall(r'"num_requests": (\d+)', output)[0])
    return count / _SECONDS, (cpu - idle) / count * 1e6


def _other(command: list[str], pattern: str) -> tuple[float, float]:
    output, cpu = _cpu(command)
    rate = float(re.findall(pattern, output)[0])
    return rate, cpu / (rate * _SECONDS) * 1e6


def _cpu(command: list[str], **variables: str) -> tuple[str, float]:
    """What a command printed, and its CPU seconds, on the second core."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GOMAXPROCS": "1", **variables},
        preexec_fn=lambda: os.sched_setaffinity(0, {1}),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
