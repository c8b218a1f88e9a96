"""What is known: a source's answer together with the time that was asked and the time that is known, and who said so, when.

A period without a datapoint is empty where it is known, and nobody can say what it is elsewhere. What is known is a few spans
of time beside the answer, exact to the second; only a mask of whole periods (foundation/cloudwatch/whole_periods.py) is rounded
to a grid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise
from typing import Generic, TypeVar

from foundation.errors import SourceError

Span = tuple[int, int]
Answered_co = TypeVar("Answered_co", covariant=True)

# The years that times here may lie in begin later, and end then.
_LAST_SECONDS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
_BEYOND = 2**62


class IntervalError(SourceError):
    """A time without a zone, or an interval that does not end after it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData:
    """Nothing was measured; never 0, never 100 %. The reason says why and what would change it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The time from one moment to a later one, without its end; in UTC whatever zone it was given in. Raises IntervalError."""

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start_at", in_utc(self.start_at))
        object.__setattr__(self, "end_at", in_utc(self.end_at))
        if self.start_at >= self.end_at:
            raise IntervalError(
                f"{self.start_at.isoformat()} to {self.end_at.isoformat()} does not end after it begins"
            )

    def __str__(self) -> str:
        return f"{_said(self.start_at)} to {_said(self.end_at)}"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end_at - self.start_at

    @property
    def span(self) -> Span:
        """The whole seconds that it lies in, since 1970."""
        start, end = self.start_at.timestamp(), self.end_at.timestamp()
        return int(start // 1), int(-(-end // 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The time of which something is known: spans [start, end) in seconds since 1970 UTC.

    They are in normal form: in order of time, none empty, none touching another, so that a period across a seam is known.
    Raises ValueError for others; `of` brings any into it.
    """

    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if any(first >= second for first, second in pairwise(edges)):
            raise ValueError(f"{self.spans} are not in normal form")

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Known":
        """From spans in any order, which may overlap, touch or be empty."""
        merged: list[Span] = []
        for start, end in sorted(each for each in spans if each[0] < each[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls(spans=tuple(merged))

    @classmethod
    def nothing(cls) -> "Known":
        """Of no time."""
        return cls(spans=())

    @classmethod
    def always(cls) -> "Known":
        """Of every time that there may be here: what was made up holds all of it."""
        return cls(spans=((0, _LAST_SECONDS),))

    @classmethod
    def throughout(cls, start_at: datetime, end_at: datetime) -> "Known":
        """Of the whole seconds from one moment to another, and of nothing where there are none. Raises IntervalError."""
        start, end = in_utc(start_at).timestamp(), in_utc(end_at).timestamp()
        return cls.of([(int(-(-start // 1)), int(end // 1))])

    def __and__(self, other: "Known") -> "Known":
        both: list[Span] = []
        mine, others = 0, 0
        while mine < len(self.spans) and others < len(other.spans):
            (start, end), (other_start, other_end) = self.spans[mine], other.spans[others]
            both.append((max(start, other_start), min(end, other_end)))
            if end <= other_end:
                mine += 1
            else:
                others += 1
        return Known.of(both)

    def __or__(self, other: "Known") -> "Known":
        return Known.of((*self.spans, *other.spans))

    def __sub__(self, other: "Known") -> "Known":
        edges = [-_BEYOND, *(edge for span in other.spans for edge in span), _BEYOND]
        return self & Known.of(zip(edges[::2], edges[1::2], strict=True))

    def __str__(self) -> str:
        return ", ".join(str(each) for each in self.intervals) or "no time"

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The spans as intervals."""
        return tuple(Interval(start_at=_at(start), end_at=_at(end)) for start, end in self.spans)

    @property
    def newest_at(self) -> datetime | None:
        """Until when anything is known; None where nothing is."""
        return _at(self.spans[-1][1]) if self.spans else None

    @property
    def seconds(self) -> int:
        """How long all of it is."""
        return sum(end - start for start, end in self.spans)

    def within(self, asked: Interval) -> "Known":
        """What of an interval is known."""
        return self & Known.of([asked.span])

    def share(self, asked: Interval) -> float:
        """The share of an interval that is known, 0 to 1."""
        start, end = asked.span
        return self.within(asked).seconds / (end - start)

    def missing(self, asked: Interval) -> "Known":
        """What of an interval is not known."""
        return Known.of([asked.span]) - self


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who answered, and how. One is shared by all readings of a call.

    `region` is None for what is in no Region; `read_at` is None where nobody wrote down when it was read. A period is settled
    `delay` after its end. `is_stated` is whether the source itself says what is known: else it is inferred. `notes` are what
    it said beside its answer.
    """

    source: str
    region: str | None
    read_at: datetime | None
    delay: timedelta
    is_stated: bool
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.read_at is not None:
            object.__setattr__(self, "read_at", in_utc(self.read_at))


def in_memory(source: str) -> Origin:
    """The origin of values that were not read but made here: settled at once, by its own statement."""
    return Origin(source=source, region=None, read_at=None, delay=timedelta(0), is_stated=True, notes=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[Answered_co]):
    """An answer, the interval that it was asked of, and what of it is known.

    What is known lies within what was asked. `resolution_seconds` is how long the periods are that the answer is told in.
    """

    asked: Interval
    known: Known
    resolution_seconds: int
    origin: Origin
    answer: Answered_co

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", self.known.within(self.asked))


def known_together(inputs: Sequence[Known], asked: Interval, *, along_time: bool) -> Known:
    """What is known of something that is worked out from several inputs: what is known of all of them.

    Where a value depends on those of other times (`along_time`), all of what was asked must be, else nothing is. From no input
    at all, everything is known.
    """
    both = reduce(lambda one, other: one & other, inputs, Known.of([asked.span]))
    return Known.nothing() if along_time and both.missing(asked).spans else both


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC. Raises IntervalError for one without a zone, which is another moment on every machine."""
    if at.utcoffset() is None:
        raise IntervalError(f"{at.isoformat()} has no time zone; write +00:00 for UTC")
    return at.astimezone(UTC)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}" + (f":{at:%S}" if at.second or at.microsecond else "")
