"""Series as `promtool test rules` writes them.

    1 2 _ 4      values, and a missing one
    0+1x3        0 1 2 3: from 0, three times 1 more       5-1x2    5 4 3
    7x2          7 7 7: the value and two more             _x3      three missing ones

https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

import math
import re

from foundation.errors import InputError

MAX_POINTS_COUNT = 500_000

_NUMBER = r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?"
_EXPANDING = re.compile(rf"({_NUMBER})(?:([+-]\d{{1,40}}(?:\.\d{{1,40}})?))?x(\d{{1,9}})", re.ASCII)
_MISSING = re.compile(r"_x(\d{1,9})", re.ASCII)


class NotationError(InputError):
    """A series that cannot be read; the text names the part."""


def values_of(text: str) -> list[float]:
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
    return values


def _expanded(part: str) -> list[float]:
    if part == "_":
        return [math.nan]
    if found := _MISSING.fullmatch(part):
        return [math.nan] * _times(found[1], part)
    if found := _EXPANDING.fullmatch(part):
        first, step, times = float(found[1]), float(found[2] or 0), _times(found[3], part)
        return [first + step * number for number in range(times + 1)]
    if re.fullmatch(_NUMBER, part, re.ASCII):
        return [float(part)]
    raise NotationError(f"{part[:40]!r} is no value; write 1, _, 0+1x10, 7x3 or _x5")


def _times(text: str, part: str) -> int:
    if int(text) > MAX_POINTS_COUNT:
        raise NotationError(f"{part!r}: a series has at most {MAX_POINTS_COUNT:,} values")
    return int(text)
