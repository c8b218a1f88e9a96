"""How much of a time is known, which part is not, and whether that is enough to judge it; printed beside each number.

The one place that says what a judgement needs: nine tenths of its time, be it a budget's window, a burn rate's or a week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR

from foundation.pages.numbers import percent, quantity
from foundation.readings import Interval, Known

# Of 28 days with a tenth hidden, 3 to 5 % of what is called healthy is not; with three tenths 12 %. So the share is always shown.
ENOUGH_RATIO = 0.9
_LISTED_COUNT = 3
_HOUR = timedelta(hours=1)
_UNITS = (("days", timedelta(days=1)), ("hours", _HOUR), ("minutes", timedelta(minutes=1)), ("s", timedelta(seconds=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLittle:
    """Less is known than a judgement needs: `missing` is the time that it lacks, and `reason` says so in words."""

    reason: str
    missing: Known


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
    def is_whole(self) -> bool:
        """Whether all of it is known."""
        return not self.missing.spans

    @property
    def is_enough(self) -> bool:
        """Whether so much is known that what is known speaks for all of it."""
        return self.known_ratio >= ENOUGH_RATIO

    @property
    def percent(self) -> str:
        """The share in words of a table, never rounded up: 100 % is all of it."""
        share = percent(self.known_ratio, rounding=ROUND_FLOOR)
        return share if self.is_stated else f"{share}, inferred"

    @property
    def known_of(self) -> str:
        """What is known, as 26.1 of 28 days: never rounded up, and never as if it were all of it where it is not."""
        length = self.window.length
        known = length - timedelta(seconds=self.missing.seconds)
        first = next((place for place, (_, unit) in enumerate(_UNITS) if length >= 2 * unit), len(_UNITS) - 1)
        said = [
            f"{quantity(_tenths(known, unit))} of {quantity(_tenths(length, unit))} {name}"
            for name, unit in _UNITS[first:]
        ]
        differing = (
            text
            for text, (_, unit) in zip(said, _UNITS[first:], strict=True)
            if self.is_whole or _tenths(known, unit) < _tenths(length, unit)
        )
        return next(differing, said[-1])

    @property
    def missing_said(self) -> str:
        """Which part is not known, in words: the first few of its intervals."""
        return listed(self.missing)


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


def too_little(of: Mapping[str, Coverage]) -> TooLittle | None:
    """What is lacking where one of several times, each by what it is called, is not known well enough; None where each is."""
    short = {name: each for name, each in of.items() if not each.is_enough}
    if not short:
        return None
    missing = Known.nothing()
    for each in short.values():
        missing |= each.missing
    shares = " and ".join(f"{each.known_of} of the {name}" for name, each in short.items())
    return TooLittle(reason=f"{shares} are known; not {listed(missing)}", missing=missing)


def listed(spans: Known) -> str:
    """Spans in words, the first few of many."""
    first = ", ".join(str(each) for each in spans.intervals[:_LISTED_COUNT])
    rest = len(spans.spans) - _LISTED_COUNT
    return f"{first} and {rest} more" if rest > 0 else first or "no time"


def last_known_hour(known: Known, as_of: datetime) -> datetime | None:
    """When the last whole hour ended that is known, at most an hour before `as_of`; None where it ended earlier."""
    newest = as_of - timedelta(seconds=as_of.timestamp() % _HOUR.total_seconds())
    ends = (newest, newest - _HOUR)
    return next(
        (
            end_at
            for end_at in ends
            if as_of - end_at <= _HOUR and not known.missing(Interval(start_at=end_at - _HOUR, end_at=end_at)).spans
        ),
        None,
    )


def settled_until(end_at: datetime, *, now: datetime, delay: timedelta, period_seconds: int) -> datetime:
    """The end of the last whole period that has ended by `end_at` and is settled by now: what came later is not known yet."""
    at = min(end_at, now - delay).timestamp()
    return datetime.fromtimestamp(int(at // period_seconds) * period_seconds, UTC)


def _tenths(length: timedelta, unit: timedelta) -> float:
    """In units, rounded down to a tenth."""
    return (10 * length) // unit / 10
