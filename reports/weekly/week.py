"""An ISO week in UTC, as a report covers it: [Monday 00:00, next Monday 00:00)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from foundation.errors import InputError

_FORM = re.compile(r"([0-9]{4})-W([0-9]{2})")
# Arithmetic on what is earlier or later leaves the years that there are.
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week; it prints as 2026-W46."""

    first_on: date

    def __str__(self) -> str:
        year, number, _ = self.first_on.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def start_at(self) -> datetime:
        """Monday, midnight in UTC."""
        return datetime(self.first_on.year, self.first_on.month, self.first_on.day, tzinfo=UTC)

    @property
    def end_at(self) -> datetime:
        """The next Monday, which is not part of it."""
        return self.start_at + timedelta(days=7)


def read_week(text: str) -> Week:
    """Read 2026-W46. Raises InputError for anything else, a week that its year does not have, and other centuries."""
    problem = f"{text!r} is no ISO week of these years; write an ISO week, such as 2026-W46"
    found = _FORM.fullmatch(text)
    if found is None or int(found[1]) not in _YEARS:
        raise InputError(problem)
    try:
        return Week(first_on=date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError as error:
        raise InputError(problem) from error


def week_of(at: datetime) -> Week:
    """The week that an instant lies in, in UTC whatever its zone."""
    on = at.astimezone(UTC).date()
    return Week(first_on=on - timedelta(days=on.weekday()))


def last_complete_week(now: datetime) -> Week:
    """The newest week that is over."""
    return Week(first_on=week_of(now).first_on - timedelta(days=7))
