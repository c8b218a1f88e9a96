"""What a machine did over a part of the time, in figures and in words: as pages, tables and JSON have it."""

import math
from dataclasses import dataclass

from foundation.machine.disturbance import Disturbance, cores_of, disturbance_of, mean_cores, taken_by_others
from foundation.machine.model import Emulator, Machine
from foundation.pages.numbers import count, counted, duration, milliseconds, percent, quantity

_MIB = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSummary:
    """What the machine did while something was measured on it; None is what it does not show, and `missing` says why.

    CPU is in cores, on average of the time that was looked at, of which `sample_count` samples tell; `others_max_cores` is the
    most in one of them. A process that only sleeps woke `wake_count` times, so late.
    """

    core_count: int
    holds_target: bool
    sample_count: int
    seconds: float
    others_cores: float | None
    others_max_cores: float | None
    ours_cores: float | None
    steal_cores: float | None
    stalled_max_ms: float | None
    wake_count: int
    late_p50_ms: float | None
    late_p99_ms: float | None
    late_max_ms: float | None
    waiting_ratio: float | None
    least_available_bytes: int | None
    most_swapped_bytes: int | None
    emulator: Emulator | None
    missing: tuple[str, ...]
    disturbance: Disturbance | None

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return "; ".join(self.parts) or "nothing of it was measured"

    @property
    def parts(self) -> tuple[str, ...]:
        """Each figure in words."""
        cores = self.core_count
        parts: list[str] = []
        if self.others_cores is not None and self.ours_cores is not None:
            most = "" if self.others_max_cores is None else f" (at most {quantity(self.others_max_cores, digits=2)})"
            parts.append(f"{taken_by_others(self.others_cores, cores)}{most}")
            parts.append(f"by this run: {cores_of(self.ours_cores, cores)}")
        if self.steal_cores is not None:
            parts.append(f"by the hypervisor: {cores_of(self.steal_cores, cores)}")
        if self.waiting_ratio is not None:
            parts.append(f"something waited for a processor in {percent(self.waiting_ratio)} of the time")
        if self.late_p50_ms is not None and self.late_p99_ms is not None and self.late_max_ms is not None:
            parts.append(
                f"a sleeper woke {counted(self.wake_count, 'time')}, {milliseconds(self.late_p50_ms)} late in the median, "
                f"{milliseconds(self.late_p99_ms)} at p99, {milliseconds(self.late_max_ms)} at most"
            )
        if self.stalled_max_ms is not None:
            parts.append(f"the machine itself stood still for {milliseconds(self.stalled_max_ms)} at most")
        if self.least_available_bytes is not None:
            parts.append(f"memory available: {count(self.least_available_bytes // _MIB)} MiB at least")
        if self.most_swapped_bytes:
            parts.append(f"{count(self.most_swapped_bytes // _MIB)} MiB swapped out")
        if self.emulator is not None:
            emulator = self.emulator
            parts.append(
                f"the emulator had {counted(emulator.most_worker_count, 'worker')} at most; "
                f"at most {counted(emulator.most_waiting_count, 'call')} waited at once for one, "
                f"{milliseconds(emulator.longest_wait_ms)} at most"
            )
        if self.sample_count:
            parts.append(f"{counted(self.sample_count, 'sample')} in {duration(self.seconds)}")
        return (*parts, *(f"not measured: {each}" for each in self.missing))


def summarize_machine(machine: Machine, *, from_seconds: float = 0.0, to_seconds: float = math.inf) -> MachineSummary:
    """The machine over a part of the time."""
    samples = [each for each in machine.samples if each.to_seconds > from_seconds and each.from_seconds < to_seconds]
    others_cores, steal_cores = mean_cores(samples)
    seconds = math.fsum(each.length_seconds for each in samples)
    ours_cores = math.fsum(each.ours_cores * each.length_seconds for each in samples) / seconds if seconds else 0.0
    waiting = [(each.waiting_ratio, each.length_seconds) for each in samples if each.waiting_ratio is not None]
    return MachineSummary(
        core_count=machine.core_count,
        holds_target=machine.holds_target,
        sample_count=len(samples),
        seconds=seconds,
        others_cores=others_cores if samples else None,
        others_max_cores=max((each.others_cores for each in samples), default=None),
        ours_cores=ours_cores if samples else None,
        steal_cores=steal_cores if samples else None,
        stalled_max_ms=max((each.stalled_ms for each in samples if each.stalled_ms is not None), default=None),
        wake_count=machine.wake_count,
        late_p50_ms=machine.late_p50_ms,
        late_p99_ms=machine.late_p99_ms,
        late_max_ms=machine.late_max_ms,
        waiting_ratio=sum(ratio * length for ratio, length in waiting) / sum(length for _, length in waiting)
        if waiting
        else None,
        least_available_bytes=min(
            (each.available_bytes for each in samples if each.available_bytes is not None), default=None
        ),
        most_swapped_bytes=max(
            (each.swapped_bytes for each in samples if each.swapped_bytes is not None), default=None
        ),
        emulator=machine.emulator,
        missing=machine.missing,
        disturbance=disturbance_of(machine, from_seconds=from_seconds, to_seconds=to_seconds),
    )
