"""Durations, moments, weeks and times of the day."""

import re
from datetime import UTC, date, datetime, time, timedelta

from foundation.errors import InputError
from foundation.files.durations import read_duration, write_duration
from sre.cli.types.written import Written, shown

# What is earlier or later is a slip, and arithmetic on it leaves the years that datetime has.
_YEARS = range(2000, 2100)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class Duration(Written[timedelta]):
    """A duration from `at_least` to `at_most`, in the one notation of durations."""

    name = "duration"

    def __init__(self, at_least: str, at_most: str) -> None:
        self.at_least, self.at_most = read_duration(at_least), read_duration(at_most)

    def read(self, text: str) -> timedelta:
        """Read one such as 90s, 5m, 1h30m or 6d."""
        if re.fullmatch(r"[0-9]{1,9}", text):
            raise InputError(f"{shown(text)} has no unit; write {text}s for seconds, or 5m, 1h30m, 6d")
        duration = read_duration(text)
        if not self.at_least <= duration <= self.at_most:
            bounds = f"{write_duration(self.at_least)} and {write_duration(self.at_most)}"
            raise InputError(f"{shown(text)} is not between {bounds}")
        return duration


class Moment(Written[datetime]):
    """A moment in ISO 8601, with its zone: without one it is another moment on every machine. It is in UTC from here on."""

    name = "moment"

    def read(self, text: str) -> datetime:
        """Read one such as 2026-03-02T00:00:00Z."""
        how = "write 2026-03-02T00:00:00Z"
        if not (found := _MOMENT.fullmatch(text)):
            raise InputError(f"{shown(text)} is no moment; {how}")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise InputError(f"{shown(text)} is no moment: {error}; {how}") from error
        if found[3] is None:
            raise InputError(f"{shown(text)} has no zone; {how}, Z for UTC")
        # The years that datetime begins and ends with have no other zone.
        if moment.year not in _YEARS or (moment := moment.astimezone(UTC)).year not in _YEARS:
            raise InputError(f"{shown(text)} is not in the years {_YEARS.start} to {_YEARS.stop - 1}")
        return moment


class Week(Written[str]):
    """An ISO week, as it is written."""

    name = "week"

    def read(self, text: str) -> str:
        """Read one such as 2026-W46."""
        found = _WEEK.fullmatch(text)
        if found is None or int(found[1]) not in _YEARS:
            raise InputError(f"{shown(text)} is no ISO week of these years; write one such as 2026-W46")
        try:
            date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError as error:
            raise InputError(f"{shown(text)}: its year has no such week; write an ISO week such as 2026-W46") from error
        return text


class TimeOfDay(Written[time]):
    """A time of the day, without a zone of its own."""

    name = "time"

    def read(self, text: str) -> time:
        """Read one such as 07:00."""
        found = _TIME.fullmatch(text)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise InputError(f"{shown(text)} is no time of the day; write one such as 07:00")
        return time(int(found[1]), int(found[2]))
