"""Background processes that the local platform is made of: these are ended again, and no others."""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from foundation.errors import PlatformError
from foundation.processes.child import Child
from foundation.processes.identity import Identity, created_seconds, identity_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A process that we started: the keeper of a session of its own, whose command line has the `token`."""

    name: str
    process: Identity
    token: str

    @property
    def pid(self) -> int:
        """Its number, and that of its session."""
        return self.process.pid

    def find(self) -> psutil.Process | None:
        """The process if it still runs."""
        return self.process.find()

    def members(self) -> list[psutil.Process]:
        """All of its session: the process and everything that it started, orphans included.

        Nothing where it cannot be shown that the session is ours: it was before the machine was last started, or neither the
        keeper nor who watches it is left; the number may be somebody else's session then.
        """
        found = self._in_session()
        is_ours = self.find() is not None or any(self._is_watcher(each) for each in found)
        return found if is_ours else []

    def strangers(self) -> list[psutil.Process]:
        """What has the number of our process or of its session today, and cannot be shown to be ours: it is left alone."""
        if self.members():
            return []
        found = self._in_session()
        with contextlib.suppress(psutil.NoSuchProcess):
            if (
                all(each.pid != self.pid for each in found)
                and psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
            ):
                found.append(psutil.Process(self.pid))
        return found

    def _in_session(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                if os.getsid(process.pid) == self.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def _is_watcher(self, process: psutil.Process) -> bool:
        """Whether it has the token, and was born after the keeper, in the same start of the machine."""
        created = created_seconds(process.pid)
        if not self.process.is_of_this_boot or created is None or created < self.process.created_seconds:
            return False
        with contextlib.suppress(psutil.Error):
            return self.token in process.cmdline()
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """A process that ends with us until it is kept."""

    started: Started
    child: Child


def start(
    name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path, ends_with: int | None = None,
    holds: int | None = None,
) -> Starting:  # fmt: skip
    """Start a process as `Child` does; its output goes to `log`. Raises PlatformError for one that ended at once."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = Child(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            ends_with=ends_with,
            holds=holds,
        )
    process = identity_of(child.pid)
    if process is None:
        raise PlatformError(f"{name} ended at once; see {log}")
    return Starting(started=Started(name=name, process=process, token=child.token), child=child)


def stop(started: Sequence[Started], *, patience_seconds: float = 5) -> None:
    """End the processes and all that they started: politely first, then not. Returns when none is left."""
    insist_at = time.monotonic() + patience_seconds
    # What is being ended may still start something, so look again until a look finds nothing.
    while members := [(one, member) for one in started for member in one.members()]:
        insist = time.monotonic() >= insist_at
        for one, member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                if insist:
                    member.kill()
                elif member.pid == one.pid:
                    # It passes that on, and ends what is left of its session after its command.
                    member.terminate()
        psutil.wait_procs([member for _, member in members], timeout=0.5)
    for one in started:
        with contextlib.suppress(ChildProcessError):  # it is a child only of the process that started it
            os.waitpid(one.pid, os.WNOHANG)
