"""How often a schedule of AWS comes up in a month of 730 hours: rate(…) and cron(…), as EventBridge and Synthetics write them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(([^()]{1,200})\)")
_MINUTES: Mapping[str, int] = MappingProxyType({"minute": 1, "hour": 60, "day": 1_440})
_MONTH_MINUTES = Decimal(730 * 60)
_MONTH_DAYS = Decimal(730) / 24
_PART = re.compile(r"(\*|\d{1,2}(?:-\d{1,2})?)(?:/(\d{1,2}))?")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_ANY = ("*", "?")


def runs_a_month(expression: str) -> Decimal | None:
    """The runs of an average month; None for what is no such schedule, or comes up once only."""
    rate = _RATE.fullmatch(expression)
    if rate is not None:
        every = int(rate[1]) * _MINUTES[rate[2]]
        return _MONTH_MINUTES / every if every else None
    cron = _CRON.fullmatch(expression)
    return None if cron is None else _of_cron(cron[1].upper().split())


def seconds_between_runs(expression: str) -> int | None:
    """How far apart they are on the average; None for what is no such schedule, or comes up once only."""
    runs = runs_a_month(expression)
    return round(_MONTH_MINUTES * 60 / runs) if runs else None


def _of_cron(fields: list[str]) -> Decimal | None:
    """Minutes, hours, day of the month, month, day of the week, and a year that is not looked at."""
    if len(fields) not in (5, 6):
        return None
    minute, hour, day, month, weekday = fields[:5]
    minutes, hours = _count(minute, 0, 59), _count(hour, 0, 23)
    months = 12 if month in _ANY else _count(_numbered(month, _MONTHS), 1, 12)
    days = _days(day, weekday)
    if minutes is None or hours is None or months is None or days is None:
        return None
    return minutes * hours * days * months / 12


def _days(day: str, weekday: str) -> Decimal | None:
    """Days of an average month that both fields name; one of them is always any."""
    if weekday not in _ANY:
        if "#" in weekday or weekday.endswith("L"):
            return Decimal(1)
        count = _count(_numbered(weekday, _DAYS), 1, 7)
        return None if count is None else _MONTH_DAYS * count / 7
    if day in _ANY:
        return _MONTH_DAYS
    if day.startswith("L") or day.endswith("W"):
        return Decimal(1)
    count = _count(day, 1, 31)
    return None if count is None else Decimal(count)


def _numbered(field: str, names: tuple[str, ...]) -> str:
    for number, name in enumerate(names, start=1):
        field = field.replace(name, str(number))
    return field


def _count(field: str, first: int, last: int) -> int | None:
    """How many values of a field's range are named; None where it is no field."""
    named: set[int] = set()
    for part in field.split(","):
        found = _PART.fullmatch(part)
        if found is None:
            return None
        step = 1 if found[2] is None else int(found[2])
        low, high = first, last
        if found[1] != "*":
            ends = [int(end) for end in found[1].split("-")]
            low, high = ends[0], ends[-1] if len(ends) > 1 or found[2] is None else last
        if step < 1 or not first <= low <= high <= last:
            return None
        named.update(range(low, high + 1, step))
    return len(named)
