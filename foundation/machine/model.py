"""What a machine did, as values: who took its processors, what was stolen, how late it woke a process that only sleeps.

A part that this machine does not show is None and is named in `missing`: never zero.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
_Count = Annotated[int, Field(strict=True, ge=0, le=10**15)]
_Cores = Annotated[int, Field(strict=True, ge=1, le=10**6)]
_Amount = Annotated[float, Field(strict=True, ge=0, le=10**9)]
_Ratio = Annotated[float, Field(strict=True, ge=0, le=1)]
_Place = Annotated[float, Field(strict=True, ge=-(10**7), le=10**7)]
_Text = Annotated[str, Field(max_length=1_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the machine did for about a second; `from_seconds` is since what was measured began, and may lie before it.

    `others_cores` is the CPU that processes took which are not ours, `ours_cores` what ours took. `late_ms` is the most that a
    process woke too late; `stalled_ms` the most of such a delay in which it did not wait for a processor, and so nothing that
    ran can be the cause. `waiting_ratio` is the share of the time in which some process waited for a processor, ours too.
    """

    __pydantic_config__ = _STRICT

    from_seconds: _Place
    length_seconds: _Amount
    others_cores: _Amount
    ours_cores: _Amount
    steal_cores: _Amount
    late_ms: _Amount
    stalled_ms: _Amount | None
    waiting_ratio: _Ratio | None
    available_bytes: _Count | None
    swapped_bytes: _Count | None

    @property
    def to_seconds(self) -> float:
        """When it ends."""
        return self.from_seconds + self.length_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """The workers of an emulator that was loaded: how many it had at most, and what waited for one."""

    __pydantic_config__ = _STRICT

    most_worker_count: _Count
    most_waiting_count: _Count
    longest_wait_ms: _Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine while something was measured on it. `holds_target`: what was loaded ran on it, too, and is ours.

    The lateness is that of `wake_count` wakings of a process that only sleeps, None without any. `missing` says what this
    machine does not show, and why.
    """

    __pydantic_config__ = _STRICT

    core_count: _Cores
    holds_target: Annotated[bool, Field(strict=True)]
    samples: tuple[Sample, ...]
    wake_count: _Count
    late_p50_ms: _Amount | None
    late_p99_ms: _Amount | None
    late_max_ms: _Amount | None
    missing: tuple[_Text, ...]
    emulator: Emulator | None = None
