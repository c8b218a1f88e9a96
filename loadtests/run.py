"""Runs the load test as Locust processes of their own, and reports how it goes while it goes."""

import contextlib
import json
import math
import os
import select
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foundation.errors import BugError, Exit, InputError, PlatformError, bug_in
from foundation.files.writing import make_directory, remove
from foundation.machine.recording import LocalTarget
from foundation.pages.numbers import duration
from foundation.processes.child import Child
from foundation.service.stage import Stage
from foundation.service.stage_file import write_stage
from loadtests.machine import recorded_machine
from loadtests.options import ANSWER_SECONDS, CONNECT_SECONDS
from loadtests.profiles import Profile
from loadtests.result import LoadResult, partial_of, read_result

RESULT_NAME = "load-result.json"
# The stage as Locust and its workers get it.
STAGE_NAME = "stage.json"
_LOCUST = (sys.executable, "-m", "locust", "--locustfile", str(Path(__file__).with_name("locustfile.py")))
# After its last second a run drains what is under way, waits for its workers, and then writes the result.
_ENDING_SECONDS = 60.0
# Above this a user is a clock of ten arrivals a second: a thousand clocks are enough.
_MANY_RPS = 1_000


def new_run_id() -> str:
    """What no other run has."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a run is going; counts and p99 are of the measured part so far."""

    phase: str
    left_seconds: float
    sent_count: int
    fault_count: int
    p99_ms: float | None
    rate_rps: float
    under_way_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTest:
    """What to run: against which API, signed for which Region, judged by the objectives of which stage.

    `given` are values that the flows leave to whoever starts them. With `stop_after_seconds` it ends as soon as its verdict is
    certain, but for a pass not before so many seconds. With `remote_workers_port` the workers are elsewhere, and join the master
    on this port. The `run_id` stands in its result.
    """

    url: str
    region: str
    profile: Profile
    duration_seconds: float
    seed: int
    stage: Stage
    profiles_file: Path
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    client: str = "lean"
    websocket_url: str = ""
    agent_url: str = ""
    worker_count: int = 1
    remote_workers_port: int | None = None
    stop_after_seconds: float = 0.0
    connect_seconds: float = CONNECT_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    run_id: str = field(default_factory=new_run_id)


def last_result(test: LoadTest, directory: Path) -> LoadResult | None:
    """What this very run has measured although it did not end by itself, None where that is nothing.

    One that was ended in order has written its result; of one that was killed there is what it kept every few seconds.
    """
    kept = kept_result(test, directory)
    return None if kept is None else kept[0]


def refuse_cut_short(result: LoadResult) -> None:
    """Raise PlatformError for the result of a run that somebody else has ended in order."""
    if result.interrupted:
        ran, planned = (
            duration(each) for each in (result.measured.actual_seconds, result.measured.planned_seconds)
        )  # fmt: skip
        raise PlatformError(f"Locust was ended from outside, {ran} into the {planned} that were to be measured")


def run_load_test(
    test: LoadTest,
    *,
    directory: Path,
    credentials: Mapping[str, str],
    watch: Callable[[Progress], None] = lambda _progress: None,
    workers_started: Callable[[list[int]], None] = lambda _pids: None,
    local: LocalTarget | None = None,
) -> LoadResult:
    """Run to the end and return the result, which also lies in `directory`; the logs of Locust lie beside it.

    `credentials` are AWS_* variables for the processes; empty ones leave it to them to find their own. On
    KeyboardInterrupt the run is ended in order, its result is written, and the interrupt goes on; `own_result` then has
    what was measured. The result of an earlier run stays until this one's takes its place, and is never taken for it.
    `workers_started` gets the process ids of the workers, when there is more than one. The result tells what this machine did
    meanwhile; `local` is what of it is loaded, which other work on the machine disturbs.
    Raises InputError when the target refused the first request, PlatformError when a process broke, BugError for a bug in it.
    """
    file = directory / RESULT_NAME
    with recorded_machine(lambda: kept_result(test, directory), local):
        _run(test, directory, credentials, watch, workers_started)
    result = own_result(test, directory)
    if result is None:
        raise PlatformError(f"the result of the load test cannot be read any more: {file}")
    return result


def _run(
    test: LoadTest,
    directory: Path,
    credentials: Mapping[str, str],
    watch: Callable[[Progress], None],
    workers_started: Callable[[list[int]], None],
) -> None:
    make_directory(directory)
    file = directory / RESULT_NAME
    stage_file = directory / STAGE_NAME
    write_stage(test.stage, stage_file)
    log = directory / "locust.log"
    reading, writing = os.pipe()
    is_local = test.remote_workers_port is None
    port = test.remote_workers_port if not is_local else _free_port() if test.worker_count > 1 else None
    workers: list[Child] = []
    environment = {**os.environ, **credentials, "PYTHONUNBUFFERED": "1"}
    try:
        process = _start(_command(test, stage_file, file, writing, port), log, environment, inherited=(writing,))
        os.close(writing)
        deadline = time.monotonic() + 60 + test.profile.schedule.total_seconds + test.duration_seconds + _ENDING_SECONDS
        try:
            if port is not None and is_local:
                for number in range(test.worker_count):
                    log_file = directory / f"locust-worker-{number}.log"
                    workers.append(_start(worker_command("127.0.0.1", port), log_file, environment))
                workers_started([worker.pid for worker in workers])
            _follow(process, reading, watch, deadline)
        finally:
            _end(process)
    finally:
        os.close(reading)
        for worker in workers:
            _end(worker)
    # Locust's exit code is the verdict's, and so says little about the process: what counts is whether it has a result.
    result = own_result(test, directory)
    if result is None:
        if process.returncode == Exit.BAD_INPUT:
            raise InputError(f"the load test did not begin: {_last_line(log)}")
        if process.returncode == Exit.BUG:
            raise bug_in("the load test", log.read_text(errors="replace"))
        raise PlatformError(f"Locust ended with {process.returncode}: {_last_line(log)}; its log is {log}")
    remove(partial_of(file))
    if bugs := result.generator.unhandled_errors:
        raise BugError(f"the scenario of the load test, whose result is no evidence: {bugs[0]}; its log is {log}")


def kept_result(test: LoadTest, directory: Path) -> tuple[LoadResult, Path] | None:
    """What this very run has measured, and the file that it lies in: its result, or what it kept every few seconds."""
    file = directory / RESULT_NAME
    found = ((_own(each, test), each) for each in (file, partial_of(file)))
    return next(((result, each) for result, each in found if result is not None), None)


def own_result(test: LoadTest, directory: Path) -> LoadResult | None:
    """The result of this very run; None where it wrote none, and what lies there is another run's or cannot be read."""
    return _own(directory / RESULT_NAME, test)


def _own(file: Path, test: LoadTest) -> LoadResult | None:
    try:
        result = read_result(file)
    except InputError:
        return None
    return result if result.run_id == test.run_id else None


def worker_command(master_host: str, master_port: int) -> list[str]:
    """The command line of a worker that joins this master."""
    return [*_LOCUST, "--worker", "--master-host", master_host, "--master-port", str(master_port)]


def _command(test: LoadTest, stage: Path, result: Path, progress: int, port: int | None) -> list[str]:
    rate = test.profile.rate_rps
    users = max(1, math.ceil(rate / 10 if rate > _MANY_RPS else rate), test.worker_count)
    options = {
        "--users": users, "--spawn-rate": users, "--user-rps": rate / users, "--host": test.url.rstrip("/"),
        "--load-profile": test.profile.name, "--measure-seconds": test.duration_seconds,
        "--warm-up-seconds": test.profile.schedule.warm_up_seconds, "--stage-file": stage.resolve(),
        "--flows": test.profile.flows_file.resolve(), "--given": json.dumps(dict(test.given)),
        "--region": test.region, "--client": test.client,
        "--websocket-url": test.websocket_url, "--agent-url": test.agent_url, "--seed": test.seed,
        "--connect-seconds": test.connect_seconds, "--answer-seconds": test.answer_seconds,
        "--stop-after-seconds": test.stop_after_seconds, "--result": result.resolve(), "--progress-fd": progress,
        "--run-id": test.run_id,
        "--profiles": test.profiles_file.resolve(),
    }  # fmt: skip
    command = [*_LOCUST, "--headless", "--only-summary"]
    if port is not None:
        host, patience = ("*", "300") if test.remote_workers_port is not None else ("127.0.0.1", "60")
        command += ["--master", "--master-bind-host", host, "--master-bind-port", str(port)]
        command += ["--expect-workers", str(test.worker_count), "--expect-workers-max-wait", patience]
    return [*command, *(f"{name}={value}" for name, value in options.items())]


def _start(
    command: list[str] | tuple[str, ...], log: Path, environment: Mapping[str, str], *, inherited: tuple[int, ...] = ()
) -> Child:
    with log.open("wb") as output:
        return Child(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            inherited=inherited,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _follow(process: Child, reading: int, watch: Callable[[Progress], None], deadline: float) -> None:
    """Pass the progress on until the process has ended; end it when it is long overdue."""
    rest = b""
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise PlatformError("the load test did not end in its time and was ended")
        ready, _, _ = select.select([reading], [], [], 0.5)
        chunk = os.read(reading, 65_536) if ready else b""
        if ready and not chunk:  # Locust closed its end: it is about to exit
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
            continue
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            watch(Progress(**json.loads(line)))


def _end(process: Child) -> None:
    """Ask Locust to stop, which drains and writes the result; insist when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_ENDING_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    refused = [line for line in lines if line.startswith("no load was sent")]
    return (refused or lines or ["its log is empty"])[-1]
