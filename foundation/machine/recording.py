"""Records what the machine does while something is measured: starts the sampler beside it, and reads what that wrote."""

import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from foundation.machine import sampler
from foundation.machine.model import Emulator, Machine, Sample
from foundation.processes.child import Child

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.01


class ReadsEmulator(Protocol):
    """What an emulator says of its own workers."""

    def __call__(self, start_at: datetime, end_at: datetime) -> Emulator | None:
        """What its workers did between two times, None where it does not say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTarget:
    """What is loaded runs on this machine and is ours: the leaders of its sessions, and how its emulator is asked."""

    sessions: tuple[int, ...]
    emulator: ReadsEmulator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the sampler wrote, before it is known which part of it was measured."""

    lines: tuple[dict[str, Any], ...]
    target: LocalTarget | None

    def machine(self, start_at: datetime, *, from_seconds: float = 0.0, to_seconds: float = math.inf) -> Machine:
        """The machine from `start_at` on; how late it woke is told of the part from and to so many seconds since then."""
        head = self.lines[0] if self.lines else {}
        began_seconds, target = start_at.timestamp(), self.target
        samples: list[Sample] = []
        wakings: list[float] = []
        for line in self.lines[1:]:
            sample = _sample(line, began_seconds)
            if sample.to_seconds > 0:
                samples.append(sample)
            if from_seconds <= sample.from_seconds < to_seconds:
                wakings.extend(line["wakings_ms"])
        emulator = None
        if target is not None and target.emulator is not None and samples:
            end_at = datetime.fromtimestamp(began_seconds + samples[-1].to_seconds, tz=start_at.tzinfo)
            emulator = target.emulator(start_at, end_at)
        wakings.sort()
        return Machine(
            core_count=head.get("core_count", os.cpu_count() or 1),
            holds_target=target is not None,
            samples=tuple(samples),
            wake_count=len(wakings),
            late_p50_ms=_nearest_rank(wakings, 50),
            late_p99_ms=_nearest_rank(wakings, 99),
            late_max_ms=_nearest_rank(wakings, 100),
            missing=tuple(_missing(head, samples)),
            emulator=emulator,
        )


class Recording:
    """A recording that goes on: it has looked at the machine when it has been made, and ends with us at the latest."""

    def __init__(self, target: LocalTarget | None) -> None:
        self._target = target
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as the sampler runs
        command = [sys.executable, "-m", sampler.__name__, *map(str, (os.getpid(), *_sessions(target)))]
        self._process = Child(
            command,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.DEVNULL,
            # Whatever lies where somebody works is not taken for a module.
            cwd=Path(sampler.__file__).resolve().parents[2],
        )
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while not self._has_looked() and self._process.poll() is None and time.monotonic() < give_up_at:
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> Recorded:
        """End the sampler, and return what it wrote; a line that it did not write to its end is left out."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            # A machine that stands for so long has been recorded until then.
            self._process.kill()
            self._process.wait()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            with self._output as output:
                output.seek(0)
                content = output.read()
        return Recorded(lines=tuple(_lines(content)), target=self._target)

    def _has_looked(self) -> bool:
        return os.fstat(self._output.fileno()).st_size > 0


def _sessions(target: LocalTarget | None) -> tuple[int, ...]:
    return () if target is None else target.sessions


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.split(b"\n"):
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _sample(line: dict[str, Any], began_seconds: float) -> Sample:
    return Sample(
        from_seconds=round(line["at"] - began_seconds, 3),
        length_seconds=line["length_seconds"],
        others_cores=line["others_cores"],
        ours_cores=line["ours_cores"],
        steal_cores=line["steal_cores"],
        late_ms=max(line["wakings_ms"], default=0.0),
        stalled_ms=line["stalled_ms"],
        waiting_ratio=line["waiting_ratio"],
        available_bytes=line["available_bytes"],
        swapped_bytes=line["swapped_bytes"],
    )


def _nearest_rank(ordered: Sequence[float], percent: int) -> float | None:
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1] if ordered else None


def _missing(head: dict[str, Any], samples: Sequence[Sample]) -> Iterator[str]:
    if not samples:
        yield str(head.get("missing", "processors: the sampler recorded nothing"))
        return
    for what, is_told in (
        ("pressure: this kernel has no /proc/pressure/cpu", any(each.waiting_ratio is not None for each in samples)),
        ("stalls: this kernel has no /proc/PID/schedstat", any(each.stalled_ms is not None for each in samples)),
        ("memory: this kernel has no MemAvailable", any(each.available_bytes is not None for each in samples)),
    ):
        if not is_told:
            yield what
