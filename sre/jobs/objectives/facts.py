"""Facts of what follows from a service's files: words that a person reads, and what of them a program reads as a value."""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from foundation.pages.numbers import duration, usd


class Unit(Enum):
    """What a fact that is a number counts."""

    RATIO = "ratio"
    SECONDS = "seconds"
    USD = "usd"
    USD_PER_MONTH = "usd_per_month"
    MIB = "mib"
    COUNT = "count"
    PER_SECOND = "per_second"
    UNITS_PER_DAY = "units_per_day"


class Amount(str):
    """A fact that is a number, as a person reads it, and for a program the number; a setting's unit stands in its name."""

    __slots__ = ("unit", "value")
    value: Decimal
    unit: Unit | None

    def __new__(cls, words: str, value: Decimal | float, unit: Unit | None) -> "Amount":
        """The words of a number, and the number."""
        made = super().__new__(cls, words)
        made.value, made.unit = value if isinstance(value, Decimal) else Decimal(repr(value)), unit
        return made


class Several(str):
    """A fact that is several texts or whole numbers, as a person reads them in one line, and for a program each of them."""

    __slots__ = ("values",)
    values: tuple[str | int, ...]

    def __new__(cls, values: Iterable[str | int]) -> "Several":
        """The values, in their order."""
        each = tuple(values)
        made = super().__new__(cls, "; ".join(map(str, each)))
        made.values = each
        return made


def time(seconds: float) -> Amount:
    """A length of time."""
    return Amount(duration(seconds), seconds, Unit.SECONDS)


def days(count: int) -> Amount:
    """The same of whole days, which stay days."""
    return Amount(f"{count} d", count * 86_400, Unit.SECONDS)


def a_month(amount_usd: Decimal) -> Amount:
    """Money that is due each month."""
    return Amount(usd(amount_usd), amount_usd, Unit.USD_PER_MONTH)


def how_many(count: int) -> Amount:
    """A number of things."""
    return Amount(f"{count:,}", count, Unit.COUNT)


def rate(per_second: float) -> Amount:
    """So many a second."""
    return Amount(f"{per_second:g} per second", per_second, Unit.PER_SECOND)


def plain(value: Decimal | float) -> Amount:
    """A number in a unit that is told elsewhere, as it was written."""
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.10g}")
    return Amount(f"{exact.normalize():,f}", exact, None)
