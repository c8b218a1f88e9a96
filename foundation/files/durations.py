"""The one notation of durations, in files and on the command line: 90s, 5m, 1h30m, 6d. Without numpy, so that help is quick."""

import re
from datetime import timedelta

from foundation.errors import InputError

LONGEST = timedelta(days=3_660)

# ASCII digits, and few: `\d` takes the digits of every script, and int() of ten thousand of them takes long or refuses.
_FORM = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")


def read_duration(text: str) -> timedelta:
    """Read whole days, hours, minutes and seconds, in this order, each at most once. Raises InputError for anything else."""
    found = _FORM.fullmatch(text)
    if not text or found is None:
        raise InputError(f"{text[:40]!r} is no duration; write 90s, 5m, 1h30m or 6d")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total_seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total_seconds > LONGEST.total_seconds():
        raise InputError(f"{text!r} is more than ten years, {write_duration(LONGEST)}")
    return timedelta(seconds=total_seconds)


def write_duration(duration: timedelta, *, has_days: bool = True) -> str:
    """The shortest way to write one, with hours for days where these are not wanted; parts of a second are left out."""
    days, rest = divmod(int(duration.total_seconds()), 86_400)
    hours, rest = divmod(rest, 3_600)
    if not has_days:
        days, hours = 0, hours + 24 * days
    minutes, seconds = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
