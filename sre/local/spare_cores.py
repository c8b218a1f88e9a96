"""How much of this machine's processors a local platform could have just now: what other work leaves, at this machine's speed.

It is measured by work of our own, a process a core, and never by the platform: one that burns CPU time is given no easier load.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import psutil

from foundation.errors import PlatformError
from foundation.processes.child import Child
from sre.local.processes import Started
from sre.local.workers import core_count

PROBE_SECONDS = 2.0
# What one core of the machine did in the minutes in which a request's cost was measured (AMD EPYC, Python 3.11, November 2026):
# 840 to 1,020, with both cores at it.
REFERENCE_ROUNDS_PER_CORE_SECOND = 1_000
_WORK = """
import sys, time
end, rounds, total = time.monotonic() + float(sys.argv[1]), 0, 0
while time.monotonic() < end:
    for number in range(10_000):
        total += number * number % 7
    rounds += 1
print(rounds)
"""


def spare_cores(platform: Sequence[Started], *, count_rounds: Callable[[int, float], int] | None = None) -> float:
    """Cores as fast as the reference's that are there for a platform: what the probe got, and what the platform itself took then.

    Raises PlatformError when the probe cannot be made.
    """
    before = _cpu_seconds(platform)
    began = time.monotonic()
    rounds = (count_rounds or _count_rounds)(core_count(), PROBE_SECONDS)
    took_seconds = max(PROBE_SECONDS, time.monotonic() - began)
    own_cores = max(0.0, _cpu_seconds(platform) - before) / took_seconds
    return rounds / PROBE_SECONDS / REFERENCE_ROUNDS_PER_CORE_SECOND + own_cores


def _count_rounds(process_count: int, seconds: float) -> int:
    """The rounds of work that so many processes do together in so many seconds."""
    probes = [
        Child([sys.executable, "-S", "-E", "-c", _WORK, str(seconds)], stdout=subprocess.PIPE, text=True)
        for _ in range(process_count)
    ]
    try:
        return sum(int(probe.communicate(timeout=60)[0]) for probe in probes)
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise PlatformError(f"this machine's speed could not be measured: {error}") from error
    finally:
        for probe in probes:
            probe.kill()
            probe.wait()


def _cpu_seconds(platform: Sequence[Started]) -> float:
    total = 0.0
    for each in platform:
        for process in each.members():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
    return total
