"""What the emulator's queue did, second by second: written by the emulator into the platform's home, read by whoever judges.

A line is a JSON object: `at` (Unix seconds, when it was written), `calls`, `waits_ms` of those that waited, `given_up`, `waiting`
then, and `workers` by function. While nothing is called nothing is written.
"""

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO, cast

from foundation.pages.numbers import count, counted, milliseconds
from sre.local.worker_queue import WorkerQueue

# A log, so that it goes with those of the platform that was there before.
RECORD_NAME = "worker-queue.log"
INTERVAL_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """What the calls of the emulator's functions did in some time; percentiles are of all calls, those that did not wait as 0.

    `waiting_count` is how many waited at most, and `worker_counts` how many workers a function had at most, when somebody looked.
    """

    call_count: int
    waited_count: int
    given_up_count: int
    waiting_count: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    worker_counts: Mapping[str, int]

    def sentence(self) -> str:
        """What a person reads beside a verdict."""
        if self.waited_count == 0:
            return f"none of {counted(self.call_count, 'call')} of a function waited for a worker"
        given_up = f", {count(self.given_up_count)} in vain" if self.given_up_count else ""
        return (
            f"{count(self.waited_count)} of {counted(self.call_count, 'call')} of a function waited for a worker{given_up}: p50 "
            f"{milliseconds(self.p50_ms)}, p99 {milliseconds(self.p99_ms)}, longest {milliseconds(self.longest_ms)}; it is part "
            "of the latencies"
        )


@dataclass(slots=True)
class _Sum:
    call_count: int = 0
    given_up_count: int = 0
    waiting_count: int = 0
    waits_ms: list[float] = field(default_factory=list[float])
    worker_counts: dict[str, int] = field(default_factory=dict[str, int])


def record_queue(
    queue: WorkerQueue,
    workers: Callable[[], Mapping[str, int]],
    file: TextIO,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write a line after every interval in which something was called or waits, for ever."""
    while True:
        sleep(INTERVAL_SECONDS)
        seen = queue.look()
        if seen.call_count or seen.waiting_count:
            line = {
                "at": round(now(), 3),
                "calls": seen.call_count,
                "waits_ms": [round(each, 1) for each in seen.waits_ms],
                "given_up": seen.given_up_count,
                "waiting": seen.waiting_count,
                "workers": dict(workers()),
            }
            # What a full disk has no room for stays in the buffer, and is written when there is some.
            with suppress(OSError):
                file.write(json.dumps(line) + "\n")
                file.flush()


def read_queue(home: Path, *, start_at: datetime, end_at: datetime) -> QueueFigures | None:
    """What the queue of the platform in `home` did from one moment to another; None where nothing is recorded of that time.

    A line counts by when it was written, half a second after what it tells at most. A line that a dying emulator did not finish
    is left out.
    """
    try:
        lines = (home / RECORD_NAME).read_text(errors="replace").splitlines()
    except OSError:
        return None
    total = _Sum()
    for line in lines:
        seen = _read(line)
        if seen is None or not start_at.timestamp() <= seen["at"] <= end_at.timestamp() + INTERVAL_SECONDS:
            continue
        total.call_count += seen["calls"]
        total.given_up_count += seen["given_up"]
        total.waiting_count = max(total.waiting_count, seen["waiting"])
        total.waits_ms += seen["waits_ms"]
        for function, worker_count in seen["workers"].items():
            total.worker_counts[function] = max(total.worker_counts.get(function, 0), worker_count)
    if total.call_count == total.waiting_count == 0:
        return None
    waits_ms = sorted(total.waits_ms)
    return QueueFigures(
        call_count=total.call_count,
        waited_count=len(waits_ms),
        given_up_count=total.given_up_count,
        waiting_count=total.waiting_count,
        p50_ms=_percentile(waits_ms, total.call_count, 50),
        p99_ms=_percentile(waits_ms, total.call_count, 99),
        longest_ms=waits_ms[-1] if waits_ms else 0.0,
        worker_counts=total.worker_counts,
    )


def _read(line: str) -> dict[str, Any] | None:
    try:
        seen: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(seen, dict):
        return None
    told = cast("dict[str, Any]", seen)
    is_whole = (
        all(isinstance(told.get(key), (int, float)) for key in ("at", "calls", "given_up", "waiting"))
        and isinstance(told.get("waits_ms"), list)
        and isinstance(told.get("workers"), dict)
    )
    return told if is_whole else None


def _percentile(waits_ms: list[float], call_count: int, percent: int) -> float:
    """The smallest wait that so many percent of all calls did not exceed, those that did not wait among them."""
    above = call_count - math.ceil(call_count * percent / 100)
    return waits_ms[-1 - above] if above < len(waits_ms) else 0.0
