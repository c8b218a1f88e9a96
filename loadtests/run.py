"""Runs the scenario as a Locust process of its own, and tells how it goes while it goes."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from errors import InputError, PlatformError
from loadtests.profiles import FLOWS, Profile
from loadtests.result import LoadResult, read_result

RESULT_NAME = "load-result.json"
_LOCUSTFILE = Path(__file__).with_name("locustfile.py")
# After its last second a run drains what is under way, and then writes the result.
_ENDING_SECONDS = 40.0


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
    """What to run: against which API, signed for which region, judged slow from which latency on."""

    url: str
    region: str
    profile: Profile
    duration_seconds: float
    slow_after_ms: float
    archive_key: str
    seed: int


def run_load_test(
    test: LoadTest,
    *,
    directory: Path,
    credentials: Mapping[str, str],
    watch: Callable[[Progress], None] = lambda _progress: None,
) -> LoadResult:
    """Run to the end and return the result, which also lies in `directory`; the log of Locust lies beside it.

    `credentials` are AWS_* variables for the process; empty ones leave it to find its own. On KeyboardInterrupt the
    run is ended in order, its result is written, and the interrupt goes on; `read_result` then has what was measured.
    Raises InputError when the target refused the first request, PlatformError when the process broke.
    """
    file = directory / RESULT_NAME
    file.unlink(missing_ok=True)
    log = directory / "locust.log"
    reading, writing = os.pipe()
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(test, file, writing),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **credentials, "PYTHONUNBUFFERED": "1"},
                pass_fds=(writing,),
                start_new_session=True,
            )
        os.close(writing)
        deadline = time.monotonic() + 30 + test.profile.warm_up_seconds + test.duration_seconds + _ENDING_SECONDS
        try:
            _follow(process, reading, watch, deadline)
        except BaseException:
            _end(process)
            raise
    finally:
        os.close(reading)
    if process.returncode == 2:
        raise InputError(f"the load test did not begin: {_last_line(log)}")
    if process.returncode != 0 or not file.exists():
        raise PlatformError(f"Locust ended with {process.returncode}: {_last_line(log)}; its log is {log}")
    return read_result(file)


def _command(test: LoadTest, result: Path, progress: int) -> list[str]:
    return [
        sys.executable, "-m", "locust", "--locustfile", str(_LOCUSTFILE), "--headless", "--only-summary",
        "--users", str(len(FLOWS)), "--spawn-rate", "100", "--host", test.url.rstrip("/"),
        "--load-profile", test.profile.name, "--measure-seconds", str(test.duration_seconds),
        "--warm-up-seconds", str(test.profile.warm_up_seconds),
        "--slow-after-ms", str(test.slow_after_ms), "--archive-key", test.archive_key, "--region", test.region,
        "--seed", str(test.seed), "--result", str(result.resolve()), "--progress-fd", str(progress),
    ]  # fmt: skip


def _follow(
    process: "subprocess.Popen[bytes]", reading: int, watch: Callable[[Progress], None], deadline: float
) -> None:
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


def _end(process: "subprocess.Popen[bytes]") -> None:
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
