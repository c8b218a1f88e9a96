"""When arrivals are due: a warm-up in which the load rises evenly, then stages, each at its own multiple of the rates."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """So many seconds at so many times a profile's rates."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(strict=True, gt=0, le=10**7, allow_inf_nan=False)]
    load: Annotated[float, Field(strict=True, gt=0, le=1_000, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Seconds count from the start of the warm-up; arrivals are those of a clock with one arrival a second at load 1.

    A platform that starts its workers on demand gets them one by one in the warm-up, and not all in its first second.
    """

    warm_up_seconds: float
    stages: tuple[Stage, ...]

    @property
    def total_seconds(self) -> float:
        """Warm-up and stages."""
        return self.warm_up_seconds + sum(stage.seconds for stage in self.stages)

    @cached_property
    def _segments(self) -> tuple[tuple[float, float, Stage], ...]:
        """For every stage: when it begins, and how many arrivals there were until then."""
        begins, arrivals = self.warm_up_seconds, self.stages[0].load * self.warm_up_seconds / 2
        segments: list[tuple[float, float, Stage]] = []
        for stage in self.stages:
            segments.append((begins, arrivals, stage))
            begins += stage.seconds
            arrivals += stage.seconds * stage.load
        return tuple(segments)

    def load_at(self, seconds: float) -> float:
        """How many times the rates is meant at this moment."""
        if seconds < self.warm_up_seconds:
            return self.stages[0].load * seconds / self.warm_up_seconds
        return next((s.load for begins, _, s in self._segments if seconds < begins + s.seconds), 0.0)

    def arrivals_by(self, seconds: float) -> float:
        """How many arrivals are due by then."""
        if seconds < self.warm_up_seconds:
            return self.stages[0].load * seconds**2 / (2 * self.warm_up_seconds)
        begins, arrivals, stage = next(each for each in reversed(self._segments) if seconds >= each[0])
        return arrivals + min(seconds - begins, stage.seconds) * stage.load

    def due_after(self, arrivals: float) -> float:
        """When so many arrivals are over, the reverse of `arrivals_by`; infinite past the end of the last stage."""
        _, in_warm_up, first = self._segments[0]
        if arrivals < in_warm_up:
            return math.sqrt(2 * self.warm_up_seconds * arrivals / first.load)
        for begins, before, stage in self._segments:
            if arrivals < before + stage.seconds * stage.load:
                return begins + (arrivals - before) / stage.load
        return math.inf

    def lasting(self, measured_seconds: float) -> "Schedule":
        """The same stages, stretched or shortened evenly."""
        factor = measured_seconds / (self.total_seconds - self.warm_up_seconds)
        stages = tuple(Stage(seconds=stage.seconds * factor, load=stage.load) for stage in self.stages)
        return Schedule(warm_up_seconds=self.warm_up_seconds, stages=stages)
