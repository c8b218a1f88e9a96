"""What the machine did beside a load, as `sre check` and `sre loadtest` have it."""

from foundation.machine.summary import MachineSummary
from sre.cli.outputs.model import Part


class Emulator(Part):
    """The workers of the emulator that was loaded, and what waited for one of them."""

    most_worker_count: int
    most_waiting_count: int
    longest_wait_ms: float


class Machine(Part):
    """What this machine did while the load was measured; null is what it does not show, and `not_measured` says why.

    CPU is in cores, on average: `others_cores` is what processes took that are not of this run, `others_max_cores` the most in
    one of `sample_count` samples of about a second. A process that only sleeps woke `wake_count` times, so late; the machine
    stalled where that was late and waited for no processor. `waiting_ratio` is the share of the time in which something waited
    for one. `is_disturbed` is whether other work disturbed the run, where the target is on this machine (`holds_target`): then
    it misses nothing that it would not have missed without, and the reason says what it was.
    """

    is_disturbed: bool
    reason: str | None
    holds_target: bool
    core_count: int
    sample_count: int
    sampled_seconds: float
    others_cores: float | None
    others_max_cores: float | None
    ours_cores: float | None
    steal_cores: float | None
    waiting_ratio: float | None
    wake_count: int
    late_p50_ms: float | None
    late_p99_ms: float | None
    late_max_ms: float | None
    stalled_max_ms: float | None
    least_available_bytes: int | None
    most_swapped_bytes: int | None
    emulator: Emulator | None
    not_measured: tuple[str, ...]


def machine_output(machine: MachineSummary | None) -> Machine | None:
    """The machine, null where nothing of it was recorded."""
    if machine is None:
        return None
    emulator = machine.emulator
    return Machine(
        is_disturbed=machine.disturbance is not None,
        reason=None if machine.disturbance is None else machine.disturbance.sentence,
        holds_target=machine.holds_target,
        core_count=machine.core_count,
        sample_count=machine.sample_count,
        sampled_seconds=machine.seconds,
        others_cores=machine.others_cores,
        others_max_cores=machine.others_max_cores,
        ours_cores=machine.ours_cores,
        steal_cores=machine.steal_cores,
        waiting_ratio=machine.waiting_ratio,
        wake_count=machine.wake_count,
        late_p50_ms=machine.late_p50_ms,
        late_p99_ms=machine.late_p99_ms,
        late_max_ms=machine.late_max_ms,
        stalled_max_ms=machine.stalled_max_ms,
        least_available_bytes=machine.least_available_bytes,
        most_swapped_bytes=machine.most_swapped_bytes,
        emulator=None
        if emulator is None
        else Emulator(
            most_worker_count=emulator.most_worker_count,
            most_waiting_count=emulator.most_waiting_count,
            longest_wait_ms=emulator.longest_wait_ms,
        ),
        not_measured=machine.missing,
    )
