"""Background processes that the local platform starts, and ends again: these and no others."""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A process that we started, the leader of a session of its own; its creation time tells it from a later namesake."""

    name: str
    pid: int
    created_seconds: float

    def find(self) -> psutil.Process | None:
        """The process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            if not self._is_same(process) or process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process

    def members(self) -> list[psutil.Process]:
        """The process and everything that it started, orphans included: all that runs in its session."""
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                if os.getsid(process.pid) != self.pid or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if process.pid == self.pid and not self._is_same(process):
                    return []  # the number was given to somebody else's process, whose session this is
                found.append(process)
        return found

    def _is_same(self, process: psutil.Process) -> bool:
        # The kernel counts creation in ticks since boot; the time of boot that psutil adds may be corrected by a little.
        return abs(process.create_time() - self.created_seconds) < 2


def start(name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Started:
    """Start a process in a session of its own, so that a Ctrl-C meant for us does not reach it; its output goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )
    return Started(name=name, pid=process.pid, created_seconds=psutil.Process(process.pid).create_time())


def stop(started: Sequence[Started], *, patience_seconds: float = 5) -> None:
    """End the processes and all that they started: politely first, then not. Returns when none is left."""
    insist_at = time.monotonic() + patience_seconds
    # What is being ended may still start something, so look again until a look finds nothing.
    while members := [member for one in started for member in one.members()]:
        insist = time.monotonic() >= insist_at
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                if insist:
                    member.kill()
                else:
                    member.terminate()
        psutil.wait_procs(members, timeout=0.5)
    for one in started:
        with contextlib.suppress(ChildProcessError):  # it is a child only of the process that started it
            os.waitpid(one.pid, os.WNOHANG)
