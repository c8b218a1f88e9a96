"""The parts of bringing a local platform up, and how long each took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class SetUpPart(StrEnum):
    """The parts, in order, as they are shown."""

    SYNTHESIS = "synthesis"
    EMULATOR = "emulator start"
    DEPLOYMENT = "deployment"
    WARM_UP = "warm-up of the workers"


@dataclass(slots=True)
class Laps:
    """Reports each part when it has ended, with the seconds since the one before."""

    report: Callable[[SetUpPart, float], None]
    clock: Callable[[], float] = time.monotonic
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def end(self, part: SetUpPart) -> None:
        """A part has ended."""
        now = self.clock()
        self.report(part, now - self._began)
        self._began = now
