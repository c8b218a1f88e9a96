"""How much of a window is known, which part is not, and how old the newest known moment is: printed beside each number."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.readings import Interval, Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a window is known, `is_stated` by the source itself; `newest_at` is until when anything of it is."""

    window: Interval
    known_ratio: float
    missing: Known
    newest_at: datetime | None
    is_stated: bool

    def age(self, now: datetime) -> timedelta | None:
        """How old the newest known moment is; None where nothing is known."""
        return None if self.newest_at is None else now - self.newest_at

    @property
    def percent(self) -> str:
        """The share in words of a table, never rounded up: 100 % is all of it."""
        tenths = math.floor(self.known_ratio * 1_000)
        share = "100 %" if tenths == 1_000 else f"{tenths / 10:.1f} %"
        return share if self.is_stated else f"{share}, inferred"


def coverage_of(known: Known, window: Interval, *, is_stated: bool) -> Coverage:
    """What is known of a window."""
    within = known.within(window)
    return Coverage(
        window=window,
        known_ratio=known.share(window),
        missing=known.missing(window),
        newest_at=within.newest_at,
        is_stated=is_stated,
    )
