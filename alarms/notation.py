"""Series as `promtool test rules` writes them, and times such as 1h30m.

    1 2 _ 4      values, and a missing one
    0+1x3        0 1 2 3: from 0, three times 1 more       5-1x2    5 4 3
    7x2          7 7 7: the value and two more             _x3      three missing ones

https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

import math
import re
from datetime import timedelta

import numpy as np

from foundation.cloudwatch.series import Values
from foundation.errors import InputError

MAX_POINTS_COUNT = 500_000

_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_EXPANDING = re.compile(rf"({_NUMBER})(?:([+-]\d+(?:\.\d+)?))?x(\d+)")
_TIME = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class NotationError(InputError):
    """A series or a time that cannot be read; the text names the part."""


def read_series(text: str) -> Values:
    """The values of a series; NaN is a missing one.

    Raises NotationError.
    """
    values: list[float] = []
    for part in text.split():
        values += _expanded(part)
        if len(values) > MAX_POINTS_COUNT:
            raise NotationError(f"{part!r}: a series has at most {MAX_POINTS_COUNT:,} values")
    if not values:
        raise NotationError("a series has at least one value")
    return np.array(values)


def read_span(text: str) -> timedelta:
    """A time span such as 90s, 5m or 3d12h.

    Raises NotationError.
    """
    found = _TIME.fullmatch(text)
    if not text or found is None:
        raise NotationError(f"{text!r} is no time span; write 90s, 5m or 3d12h")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def write_span(span: timedelta) -> str:
    """The shortest way to write a span."""
    days, rest = divmod(int(span.total_seconds()), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def _expanded(part: str) -> list[float]:
    if part == "_":
        return [math.nan]
    if found := re.fullmatch(r"_x(\d+)", part):
        return [math.nan] * _times(found[1], part)
    if found := _EXPANDING.fullmatch(part):
        first, step, times = float(found[1]), float(found[2] or 0), _times(found[3], part)
        return [first + step * number for number in range(times + 1)]
    if re.fullmatch(_NUMBER, part):
        return [float(part)]
    raise NotationError(f"{part!r} is no value; write 1, _, 0+1x10, 7x3 or _x5")


def _times(text: str, part: str) -> int:
    if int(text) > MAX_POINTS_COUNT:
        raise NotationError(f"{part!r}: a series has at most {MAX_POINTS_COUNT:,} values")
    return int(text)
