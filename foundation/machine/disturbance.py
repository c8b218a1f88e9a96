"""Whether other work disturbed what was measured on a machine: the bounds, and the one answer.

Three things are other work: CPU that processes took which are not ours, CPU that the hypervisor took, and a machine that stood,
so that a process which only sleeps woke late though it waited for no processor. Our own load is none of them: a platform that is
slow because it burns CPU is slow. What was not measured is neither disturbed nor clean, and excuses nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.machine.model import Machine, Sample
from foundation.pages.numbers import counted, milliseconds, quantity

# Of the whole machine, on average of what was measured. The noise of a desktop is 3 to 5 %; a busy loop on one of two cores is
# 50 %, on one of eight 12.5 %, which is where it begins to take what a load on the others could have had.
OTHERS_MEAN_RATIO = 0.125
# Of the whole machine, within one sample: a program that starts takes a part of a second; a second of half a core of two delays
# what waits behind it. Ticks of 10 ms tell a second's CPU of two cores to about 4 %.
OTHERS_SAMPLE_RATIO = 0.25
# What a hypervisor takes is taken from a processor that wanted to run, so that less of it delays as much.
STEAL_MEAN_RATIO = 0.05
STEAL_SAMPLE_RATIO = 0.10
# A tenth of a second is a tenth of the threshold that latencies are judged by; a sound machine wakes a sleeper within a few ms.
STALLED_MS = 100.0
# From so many of the samples on, what lies between them is no quiet machine but one that recovers.
THROUGHOUT_RATIO = 0.1
# A request that was due before may still have been open: a client gives up after 10 s, and a journey follows its work. One
# that was due after may have queued: what waits for the emulator's workers when other work ends is still answered late, and that
# queue drains within this time.
AROUND_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """Other work while something was measured: throughout, or within `spans` (seconds since the machine's samples count).

    `reasons` say with figures what it was.
    """

    is_throughout: bool
    spans: tuple[tuple[float, float], ...]
    reasons: tuple[str, ...]

    def covers(self, second: float) -> bool:
        """Whether what was due in this second cannot be judged."""
        return self.is_throughout or any(begin <= second < end for begin, end in self.spans)

    @property
    def sentence(self) -> str:
        """That it was, by what figures, and what to do."""
        return f"this machine was busy with other work ({'; '.join(self.reasons)}); end that, or wait for it, and run this again"


def disturbance_of(
    machine: Machine | None, *, from_seconds: float = 0.0, to_seconds: float = math.inf
) -> Disturbance | None:
    """What disturbed this part of the time on the machine that the target shares with us; None where nothing is known to have.

    A target that is elsewhere is not disturbed by what runs here.
    """
    if machine is None or not machine.holds_target:
        return None
    near = [
        each
        for each in machine.samples
        if each.to_seconds > from_seconds - AROUND_SECONDS and each.from_seconds < to_seconds + AROUND_SECONDS
    ]
    measured = [each for each in near if each.to_seconds > from_seconds and each.from_seconds < to_seconds]
    cores = machine.core_count
    disturbed = [each for each in near if _is_disturbed(each, cores)]
    others_cores, steal_cores = mean_cores(measured)
    seconds = math.fsum(each.length_seconds for each in measured)
    disturbed_seconds = math.fsum(each.length_seconds for each in measured if _is_disturbed(each, cores))
    is_throughout = (
        others_cores >= OTHERS_MEAN_RATIO * cores
        or steal_cores >= STEAL_MEAN_RATIO * cores
        or (disturbed_seconds > 0 and disturbed_seconds >= THROUGHOUT_RATIO * seconds)
    )
    if not is_throughout and not disturbed:
        return None
    return Disturbance(
        is_throughout=is_throughout,
        spans=tuple((each.from_seconds - AROUND_SECONDS, each.to_seconds + AROUND_SECONDS) for each in disturbed),
        reasons=_reasons(machine, measured, disturbed, disturbed_seconds),
    )


def mean_cores(samples: Sequence[Sample]) -> tuple[float, float]:
    """The CPU that others took and that was stolen, in cores, on average of the time of the samples."""
    seconds = math.fsum(each.length_seconds for each in samples)
    if not seconds:
        return 0.0, 0.0
    return (
        math.fsum(each.others_cores * each.length_seconds for each in samples) / seconds,
        math.fsum(each.steal_cores * each.length_seconds for each in samples) / seconds,
    )


def _is_disturbed(sample: Sample, cores: int) -> bool:
    return (
        sample.others_cores >= OTHERS_SAMPLE_RATIO * cores
        or sample.steal_cores >= STEAL_SAMPLE_RATIO * cores
        or (sample.stalled_ms is not None and sample.stalled_ms >= STALLED_MS)
    )


def _reasons(
    machine: Machine, measured: Sequence[Sample], disturbed: Sequence[Sample], disturbed_seconds: float
) -> tuple[str, ...]:
    others_cores, steal_cores = mean_cores(measured)
    cores = machine.core_count
    found = [taken_by_others(others_cores, cores)]
    if steal_cores >= STEAL_MEAN_RATIO * cores or any(
        each.steal_cores >= STEAL_SAMPLE_RATIO * cores for each in disturbed
    ):
        found.append(f"taken by the hypervisor: {cores_of(steal_cores, cores)}")
    if disturbed:
        seconds = math.fsum(each.length_seconds for each in measured)
        found.append(
            f"{quantity(disturbed_seconds)} of {quantity(seconds)} s disturbed"
            if disturbed_seconds
            else "disturbed shortly before or after"
        )
        most = max(disturbed, key=lambda each: each.others_cores)
        if others_cores < OTHERS_MEAN_RATIO * cores <= most.others_cores:
            found.append(f"in one second {cores_of(most.others_cores, cores)} taken by other work")
    stalled_ms = max((each.stalled_ms or 0.0 for each in disturbed), default=0.0)
    if stalled_ms >= STALLED_MS:
        found.append(f"it stood still for up to {milliseconds(stalled_ms)}")
    return tuple(found)


def taken_by_others(cores: float, of_cores: int) -> str:
    """The CPU that other work took, as it is printed everywhere."""
    return f"CPU taken by other work: {cores_of(cores, of_cores)}"


def cores_of(cores: float, of_cores: int) -> str:
    """So much CPU of a machine: 0.97 of 2 cores."""
    return f"{quantity(cores, digits=2)} of {counted(of_cores, 'core')}"
