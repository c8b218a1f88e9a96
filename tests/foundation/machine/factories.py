"""Machines as a test wants them: a sample a second, each like the one before."""

from collections.abc import Sequence
from dataclasses import replace

from foundation.machine.model import Machine, Sample

QUIET = Sample(
    from_seconds=0.0, length_seconds=1.0, others_cores=0.06, ours_cores=0.9, steal_cores=0.0, late_ms=1.5, stalled_ms=0.4,
    waiting_ratio=0.2, available_bytes=8 << 30, swapped_bytes=0,
)  # fmt: skip


def a_machine(
    *samples: Sample, core_count: int = 2, holds_target: bool = True, missing: tuple[str, ...] = ()
) -> Machine:
    return Machine(
        core_count=core_count, holds_target=holds_target, samples=in_order(samples), wake_count=20 * len(samples),
        late_p50_ms=0.2, late_p99_ms=2.0, late_max_ms=5.0, missing=missing,
    )  # fmt: skip


def in_order(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    return tuple(replace(each, from_seconds=float(second)) for second, each in enumerate(samples))


def taken(others_cores: float) -> Sample:
    return replace(QUIET, others_cores=others_cores)


def a_busy_machine(seconds: int = 110) -> Machine:
    """A busy loop on one of two cores, all the time."""
    return a_machine(*[taken(0.97)] * seconds)
