"""Which times, shares and sums of money a text for people names: "under a second", "60 s", "99.9 %", "$500"."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_UNITS = {
    "ms": timedelta(milliseconds=1), "millisecond": timedelta(milliseconds=1), "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1), "second": timedelta(seconds=1), "min": timedelta(minutes=1), "minute": timedelta(minutes=1),
    "h": timedelta(hours=1), "hour": timedelta(hours=1), "d": timedelta(days=1), "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}  # fmt: skip
_WORDS = {
    "half a": Decimal("0.5"), "a": Decimal(1), "an": Decimal(1), "one": Decimal(1), "two": Decimal(2), "three": Decimal(3),
    "four": Decimal(4), "five": Decimal(5), "ten": Decimal(10), "thirty": Decimal(30), "sixty": Decimal(60),
}  # fmt: skip
_TIME = re.compile(
    rf"(?<![\w.,$]){_NUMBER}[ -]?(ms|milliseconds?|sec|seconds?|s|min|minutes?|h|hours?|d|days?|weeks?)\b"
)
# Of times in words only those that a threshold may be written in: "a day" is a way of speaking.
_SPOKEN = re.compile(rf"\b({'|'.join(_WORDS)})[ -](milliseconds?|seconds?|minutes?)\b", re.IGNORECASE)
_SHARE = re.compile(rf"(?<![\w.,$]){_NUMBER} ?%")
_MONEY = re.compile(rf"(?:\$ ?{_NUMBER}|(?<![\w.,]){_NUMBER} ?(?:USD|dollars?)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """What a text names, each as it is written, too."""

    times: tuple[tuple[str, timedelta], ...]
    percents: tuple[tuple[str, Decimal], ...]
    usd: tuple[tuple[str, Decimal], ...]


def quantities_in(text: str) -> Quantities:
    """The quantities of a text, in its order by kind."""
    times = [(found[0], _length(_decimal(found[1]), found[2])) for found in _TIME.finditer(text)]
    times += [(found[0], _length(_WORDS[found[1].lower()], found[2].lower())) for found in _SPOKEN.finditer(text)]
    return Quantities(
        times=tuple(times),
        percents=tuple((found[0], _decimal(found[1])) for found in _SHARE.finditer(text)),
        usd=tuple((found[0], _decimal(found[1] or found[2])) for found in _MONEY.finditer(text)),
    )


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", "").rstrip("."))


def _length(count: Decimal, unit: str) -> timedelta:
    one = _UNITS[unit if unit in _UNITS else unit.removesuffix("s")]
    # A text may name any number; one of more than a million of its unit is no time of ours.
    return float(min(count, Decimal(1_000_000))) * one
