"""A process that samples the machine beside a load: `python -m foundation.machine.sampler ROOT [SESSION...]`.

It writes one JSON line about a second to its output until its input is closed, which the end of its parent does, too. It is a
process of its own so that it measures how late the machine wakes it, and not how late another thread lets go of Python.
"""

import json
import os
import select
import sys
import time
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.machine.processors import (
    Process,
    Processors,
    ours_among,
    process_of,
    processors_of,
    ticks_between,
)

_PERIOD_SECONDS = 1.0
# Twenty wakings a second cost nothing that could be measured, and see a stall of a tenth of a second in every case.
_SLEEP_SECONDS = 0.05
_MICROSECOND = 1_000_000
_NANOSECOND = 1_000_000_000
_KIB = 1_024
# More would be noise: a tick is a hundredth of a second.
_DIGITS = 4
PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that one look at /proc saw; `waiting_us` is how long some process waited for a processor, None where it is not told."""

    at_seconds: float
    at_ticks: int
    processors: Processors
    ours: dict[tuple[int, int], Process]
    waiting_us: int | None


def look(roots: Set[int], sessions: Set[int], before: Look | None, *, proc: Path = PROC) -> Look:
    """Look at the machine now; what was ours before is ours still. Raises OSError or ValueError where there is no such /proc."""
    at_seconds = time.monotonic()
    # The kernel counts from when it was started to when a process was, time asleep included.
    at_ticks = int(time.clock_gettime(time.CLOCK_BOOTTIME) * _ticks_a_second())
    processors = processors_of((proc / "stat").read_text(), _usable_processors())
    processes: list[Process] = []
    for entry in proc.iterdir():
        if entry.name.isdecimal():
            try:
                processes.append(process_of((entry / "stat").read_text(errors="replace")))
            except (OSError, ValueError):  # it has ended meanwhile
                continue
    return Look(
        at_seconds=at_seconds,
        at_ticks=at_ticks,
        processors=processors,
        ours=ours_among(processes, roots=roots, sessions=sessions, known=set(before.ours) if before else set()),
        waiting_us=_waiting_us(proc),
    )


def difference(before: Look, after: Look) -> dict[str, float]:
    """Whose CPU it was between two looks, in cores."""
    seconds = max(after.at_seconds - before.at_seconds, 1e-6)
    of_a_core = seconds * _ticks_a_second()
    ours = ticks_between(before.ours, after.ours, looked_at_ticks=before.at_ticks) / of_a_core
    busy = (after.processors.busy_ticks - before.processors.busy_ticks) / of_a_core
    steal = (after.processors.steal_ticks - before.processors.steal_ticks) / of_a_core
    found = {
        "length_seconds": seconds, "ours_cores": ours, "others_cores": max(0.0, busy - ours), "steal_cores": max(0.0, steal)
    }  # fmt: skip
    return {name: round(value, _DIGITS) for name, value in found.items()}


def main() -> None:
    """Sample until the input is closed."""
    root, *sessions = (int(each) for each in sys.argv[1:])
    roots, kept = {root, os.getpid()}, set(sessions)
    try:
        before = look(roots, kept, None)
    except (OSError, ValueError) as error:
        _write({"missing": f"processors: {error}"})
        return
    _write({"core_count": before.processors.core_count})
    is_open = True
    while is_open:
        began_at = time.time()
        is_open, wakings, stalls = _sleep()
        after = look(roots, kept, before)
        _write(
            {
                "at": began_at,
                **difference(before, after),
                "wakings_ms": wakings,
                "stalled_ms": max(stalls) if stalls else None,
                "waiting_ratio": _waiting_ratio(before, after),
                **memory(),
            }
        )
        before = after


def _sleep() -> tuple[bool, list[float], list[float]]:
    """Sleep for a period: whether the input is still open, by how many ms each waking was late, and the part that was a stall."""
    wakings: list[float] = []
    stalls: list[float] = []
    ends_at = time.monotonic() + _PERIOD_SECONDS
    poller = select.poll()
    poller.register(0, select.POLLIN | select.POLLHUP)
    while (slept_at := time.monotonic()) < ends_at:
        waited = _waited_seconds()
        if poller.poll(_SLEEP_SECONDS * 1_000):
            return False, wakings, stalls
        late = max(0.0, time.monotonic() - slept_at - _SLEEP_SECONDS)
        wakings.append(round(late * 1_000, 2))
        if waited is not None:
            # How long it waited for a processor after it had been woken: whoever had that, was in its way.
            waited = (_waited_seconds() or 0.0) - waited
            stalls.append(round(max(0.0, late - waited) * 1_000, 2))
    return True, wakings, stalls


def _waited_seconds() -> float | None:
    """How long this process has waited for a processor so far, or None where the kernel does not tell.

    https://docs.kernel.org/scheduler/sched-stats.html: the second number of /proc/PID/schedstat.
    """
    try:
        return int((PROC / "self" / "schedstat").read_text().split()[1]) / _NANOSECOND
    except (OSError, ValueError, IndexError):
        return None


def _waiting_us(proc: Path) -> int | None:
    """https://docs.kernel.org/accounting/psi.html: the total of the line `some`."""
    try:
        line = (proc / "pressure" / "cpu").read_text().splitlines()[0]
        return int(line.rpartition("total=")[2])
    except (OSError, ValueError, IndexError):
        return None


def _waiting_ratio(before: Look, after: Look) -> float | None:
    if before.waiting_us is None or after.waiting_us is None:
        return None
    seconds = max(after.at_seconds - before.at_seconds, 1e-6)
    return round(min(1.0, max(0.0, (after.waiting_us - before.waiting_us) / _MICROSECOND / seconds)), _DIGITS)


def memory(*, proc: Path = PROC) -> dict[str, int | None]:
    """The memory that is available, and what has been swapped out; None where it is not told."""
    found: dict[str, int] = {}
    try:
        for line in (proc / "meminfo").read_text().splitlines():
            name, _, rest = line.partition(":")
            found[name] = int(rest.split()[0]) * _KIB
    except (OSError, ValueError, IndexError):
        pass
    swap = found.get("SwapTotal"), found.get("SwapFree")
    return {
        "available_bytes": found.get("MemAvailable"),
        "swapped_bytes": None if swap[0] is None or swap[1] is None else max(0, swap[0] - swap[1]),
    }


def _usable_processors() -> Set[int]:
    """Those that this process may run on: what is taken of the others takes nothing from us."""
    return os.sched_getaffinity(0)


def _ticks_a_second() -> int:
    return os.sysconf("SC_CLK_TCK")


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
