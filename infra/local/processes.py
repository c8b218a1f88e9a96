"""Background processes that the local platform starts, and ends again: these and no others."""

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A process that we started; its creation time tells it from a later one with the same id."""

    name: str
    pid: int
    created_seconds: float

    def find(self) -> psutil.Process | None:
        """The process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            # The kernel counts creation in ticks of 10 ms, and psutil adds the boot time, which may be corrected by NTP.
            if abs(process.create_time() - self.created_seconds) > 2 or process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process


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
    """End the processes and all their descendants: politely first, then not. Returns when none is left."""
    victims: dict[int, psutil.Process] = {}
    for one in started:
        process = one.find()
        if process is not None:
            victims.update({child.pid: child for child in _descendants(process)})
            victims[process.pid] = process
    for victim in victims.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.terminate()
    _, alive = psutil.wait_procs(list(victims.values()), timeout=patience_seconds)
    for victim in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    psutil.wait_procs(alive, timeout=patience_seconds)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
