"""Fits a load to what this machine carries: fewer arrivals a second for longer, never more, and as many in all as were planned.

A sound platform on half a machine is then still measured. A platform that burns CPU time is not spared: what the load is held to
is the machine and what a request of a sound platform costs, so that the load keeps its share of the machine (docs/adr/0015).
"""

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN
from pathlib import Path

from foundation.files.writing import write_text
from foundation.pages.numbers import quantity
from loadtests.profiles import Profile
from loadtests.schedule import Schedule, Stage

# A load fills at most so much of what the machine could do: the rest is for bursts, and for what comes while it goes on.
SHARE_OF_MACHINE_RATIO = 0.5
# What an arrival of the profile `release` costs on the reference, with all that the check itself does meanwhile: 0.461 of 2 cores
# at 42.0 arrivals a second, on a quiet machine, are 0.01098 (November 2026).
CORE_SECONDS_PER_ARRIVAL = 0.011
# The most that any of so many probes found is what is carried; one that is enough is enough.
MOST_PROBES = 3
# Warm-up and measuring together: nobody waits longer for a check.
LONGEST_SECONDS = 600.0
FITTED_NAME = "load-profile.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLoad:
    """The load for this machine. `profiles_file` is where its profile is read; without `is_carried` it is not to be begun."""

    profile: Profile
    duration_seconds: float
    profiles_file: Path
    sentence: str
    is_carried: bool = True


def fit_load(
    profile: Profile, duration_seconds: float, *, profiles_file: Path, out: Path, cores: Callable[[], float] | None
) -> FittedLoad:
    """The profile with the rate that so many cores carry, its file written to `out` where it is another than planned.

    A profile of several stages, or one that is planned for longer than ten minutes, is left as it is: it asks what breaks.
    Without `cores` the target is not on this machine.
    """
    planned = FittedLoad(
        profile=profile, duration_seconds=duration_seconds, profiles_file=profiles_file, sentence=""
    )  # fmt: skip
    warm_up_seconds = profile.schedule.warm_up_seconds
    is_steady = len(profile.schedule.stages) == 1 and warm_up_seconds + duration_seconds <= LONGEST_SECONDS
    if cores is None or not is_steady:
        return planned
    carried_rps = 0.0
    for _ in range(MOST_PROBES):
        # What takes the machine for some seconds only must not lower a rate that is held for minutes.
        carried_rps = max(carried_rps, SHARE_OF_MACHINE_RATIO * cores() / CORE_SECONDS_PER_ARRIVAL)
        if carried_rps >= profile.rate_rps:
            break
    if carried_rps >= profile.rate_rps:
        said = f"{_rate(profile.rate_rps)} arrivals a second, as planned; this machine carries {_rate(carried_rps, ROUND_FLOOR)}"
        return dataclasses.replace(planned, sentence=said)
    ratio = carried_rps / profile.rate_rps
    longer_seconds = float(math.ceil(duration_seconds / ratio))
    if warm_up_seconds + longer_seconds > LONGEST_SECONDS:
        needed_rps = profile.rate_rps * duration_seconds / (LONGEST_SECONDS - warm_up_seconds)
        said = (
            f"this machine carries {_rate(carried_rps, ROUND_FLOOR)} arrivals a second beside its other work, and "
            f"{_rate(needed_rps, ROUND_CEILING)} would be needed for enough of them in ten minutes; end the "
            "other work, and check again"
        )
        return dataclasses.replace(planned, sentence=said, is_carried=False)
    slower = scaled(profile, ratio, seconds=longer_seconds)
    write_profile(slower, out / FITTED_NAME)
    said = (
        f"{_rate(carried_rps)} arrivals a second for {longer_seconds:.0f} s: what this machine carries; planned "
        f"{_rate(profile.rate_rps)} for {duration_seconds:.0f} s"
    )
    return FittedLoad(
        profile=slower, duration_seconds=longer_seconds, profiles_file=out / FITTED_NAME, sentence=said
    )  # fmt: skip


def scaled(profile: Profile, ratio: float, *, seconds: float) -> Profile:
    """The profile with this share of its rates, measured for so long."""
    (stage,) = profile.schedule.stages
    return dataclasses.replace(
        profile,
        schedule=Schedule(
            warm_up_seconds=profile.schedule.warm_up_seconds, stages=(Stage(seconds=seconds, load=stage.load),)
        ),
        arrivals_per_second={flow: rate * ratio for flow, rate in profile.arrivals_per_second.items()},
    )


def write_profile(profile: Profile, file: Path) -> None:
    """Write a profile of one stage as a file of profiles, which another process reads; JSON is YAML."""
    (stage,) = profile.schedule.stages
    data = {
        "description": profile.description,
        "warm_up_seconds": profile.schedule.warm_up_seconds,
        "stages": [{"seconds": stage.seconds, "load": stage.load}],
        "arrivals_per_second": dict(profile.arrivals_per_second),
        "also_expected": {flow: sorted(statuses) for flow, statuses in profile.also_expected.items()},
    }
    write_text(file, json.dumps({profile.name: data}))


def _rate(rps: float, rounding: str = ROUND_HALF_EVEN) -> str:
    """A rate; what is carried is rounded down and what is needed up, so that neither promises too much."""
    return quantity(rps, digits=1, rounding=rounding)
