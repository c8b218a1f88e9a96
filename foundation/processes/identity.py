"""Who a process is: a number alone is given to another one sooner or later, and after a start of the machine at once."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

# https://man7.org/linux/man-pages/man4/random.4.html: another one after every start of the machine. macOS has none.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# Where the moment of creation is the clock's, it is read in microseconds and written as a float.
_SAME_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A process: its number, when it was created, and the machine's start that both are of, None where that is not known.

    `created_seconds` counts from the machine's start on Linux, where no correction of the clock moves it, else from 1970.
    """

    pid: int
    created_seconds: float
    boot_id: str | None

    @property
    def is_of_this_boot(self) -> bool:
        """Whether the machine was not started since."""
        return self.boot_id == boot_id()

    def find(self) -> psutil.Process | None:
        """The process if it still runs."""
        if not self.is_of_this_boot:
            return None
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            created = created_seconds(self.pid)
            if created is not None and abs(created - self.created_seconds) < _SAME_SECONDS:
                return None if process.status() == psutil.STATUS_ZOMBIE else process
        return None


def identity_of(pid: int) -> Identity | None:
    """Who has a number now; None where nobody has."""
    created = created_seconds(pid)
    return None if created is None else Identity(pid=pid, created_seconds=created, boot_id=boot_id())


def my_identity() -> Identity:
    """This process."""
    found = identity_of(os.getpid())
    if found is None:
        raise RuntimeError("this process is not among the processes of this machine")
    return found


def boot_id() -> str | None:
    """The machine's present start, None where it has no name."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return None


def created_seconds(pid: int) -> float | None:
    """When the process of a number was created, as `Identity` counts it; None where there is none."""
    try:
        if sys.platform == "linux":
            # Field 22 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; 2, in parentheses, may have spaces in it.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return psutil.Process(pid).create_time()
    except (OSError, psutil.Error):
        return None
