"""A time series as CloudWatch gives it: one value a period, on the period's own grid, and periods without a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from foundation.errors import SourceError

Values = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]


class SeriesError(SourceError):
    """Datapoints that are no time series; the text names the first that is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """A value for every period from `start_at` on; NaN is a period without a datapoint.

    Raises SeriesError for a start that is off the grid or has no time zone, and for infinite values.
    """

    start_at: datetime
    period_seconds: int
    values: Values

    def __post_init__(self) -> None:
        epoch_seconds(self.start_at, self.period_seconds)
        if self.values.ndim != 1:
            raise SeriesError(f"a series has one axis, not {self.values.ndim}")
        if np.isinf(self.values).any():
            raise SeriesError("an infinite value: CloudWatch takes none, so it is no datapoint")

    @property
    def times(self) -> Times:
        """When each period begins, in seconds since 1970 UTC."""
        start = epoch_seconds(self.start_at, self.period_seconds)
        return start + self.period_seconds * np.arange(self.values.size, dtype=np.int64)

    @property
    def datapoint_count(self) -> int:
        """How many periods have a datapoint."""
        return int((~np.isnan(self.values)).sum())


def from_datapoints(
    datapoints: Iterable[tuple[datetime, float]], *, period_seconds: int, start_at: datetime, end_at: datetime
) -> Series:
    """A series on [start_at, end_at) from datapoints in any order; those outside are left out.

    Raises SeriesError for a timestamp without a zone, off the grid or given twice, and for a value that is no finite number.
    """
    given = list(datapoints)
    for at, value in given:
        epoch_seconds(at, period_seconds)
        if not np.isfinite(value):
            raise SeriesError(f"{value} at {at.isoformat()}: CloudWatch takes finite numbers only")
    times = np.array([int(at.timestamp()) for at, _ in given], dtype=np.int64)
    values = np.array([value for _, value in given], dtype=np.float64)
    return place(times, values, period_seconds=period_seconds, start_at=start_at, end_at=end_at)


def place(times: Times, values: Values, *, period_seconds: int, start_at: datetime, end_at: datetime) -> Series:
    """The same from arrays: epoch seconds on the period's grid, and values.

    Raises SeriesError for a timestamp off the grid or given twice, and for infinite values.
    """
    start, end = epoch_seconds(start_at, period_seconds), epoch_seconds(end_at, period_seconds)
    if _is_gapless(times, period_seconds):
        laid = np.full(max(0, end - start) // period_seconds, np.nan)
        ahead = (int(times[0]) - start) // period_seconds
        inside = values[max(0, -ahead) : max(0, laid.size - ahead)]
        laid[max(0, ahead) : max(0, ahead) + inside.size] = inside
        return Series(start_at=start_at, period_seconds=period_seconds, values=laid)
    if (off := times % period_seconds != 0).any():
        raise SeriesError(f"{_iso(times[off][0])} is no multiple of the period of {period_seconds} s")
    inside = (times >= start) & (times < end)
    places = (times[inside] - start) // period_seconds
    counts = np.bincount(places, minlength=max(0, end - start) // period_seconds)
    if (twice := np.flatnonzero(counts > 1)).size:
        raise SeriesError(f"two datapoints at {_iso(start + int(twice[0]) * period_seconds)}")
    laid = np.full(counts.size, np.nan)
    laid[places] = values[inside]
    return Series(start_at=start_at, period_seconds=period_seconds, values=laid)


def _is_gapless(times: Times, period_seconds: int) -> bool:
    """Whether the times are those of one period after the other, as most recordings are, which lie in place as they are."""
    return bool(times.size and int(times[0]) % period_seconds == 0 and (times[1:] - times[:-1] == period_seconds).all())


def epoch_seconds(at: datetime, period_seconds: int = 1) -> int:
    """Seconds since 1970 UTC.

    Raises SeriesError for a time without a zone, or one that is no multiple of the period.
    """
    if at.tzinfo is None:
        raise SeriesError(f"{at.isoformat()} has no time zone")
    seconds = at.timestamp()
    if seconds % period_seconds:
        raise SeriesError(f"{at.isoformat()} is no multiple of the period of {period_seconds} s")
    return int(seconds)


def _iso(seconds: int | np.int64) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
