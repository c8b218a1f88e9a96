"""Numbers with bounds. ASCII digits alone: no NaN, no infinity, no exponent, no underscore, no digits of other scripts."""

import re
from decimal import Decimal

from foundation.errors import InputError
from sre.cli.types.written import Written, shown

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_WHOLE = re.compile(r"-?[0-9]{1,12}")


class Number(Written[Decimal]):
    """A number from `at_least` to `at_most`."""

    name = "number"

    def __init__(self, at_least: str, at_most: str) -> None:
        self.at_least, self.at_most = Decimal(at_least), Decimal(at_most)

    def read(self, text: str) -> Decimal:
        """Read one such as 12.5."""
        if not _NUMBER.fullmatch(text):
            raise InputError(f"{shown(text)} is no number; write one such as 50 or 12.5")
        if not self.at_least <= (number := Decimal(text)) <= self.at_most:
            raise InputError(f"{shown(text)} is not between {self.at_least:,f} and {self.at_most:,f}")
        return number


class Count(Written[int]):
    """A whole number from `at_least` to `at_most`."""

    name = "count"

    def __init__(self, at_least: int, at_most: int, *, name: str = "count") -> None:
        self.at_least, self.at_most, self.name = at_least, at_most, name

    def read(self, text: str) -> int:
        """Read one such as 4."""
        if not _WHOLE.fullmatch(text):
            raise InputError(f"{shown(text)} is no whole number; write one such as {max(self.at_least, 4)}")
        if not self.at_least <= (number := int(text)) <= self.at_most:
            raise InputError(f"{shown(text)} is not between {self.at_least:,} and {self.at_most:,}")
        return number


class Share(Written[Decimal]):
    """A percentage with its sign, as a ratio; bounds are percentages, too."""

    name = "percent"

    def __init__(self, at_least: str, at_most: str) -> None:
        self.at_least, self.at_most = Decimal(at_least), Decimal(at_most)

    def read(self, text: str) -> Decimal:
        """Read one such as 0.02%."""
        digits = text.removesuffix("%")
        if not _NUMBER.fullmatch(digits):
            raise InputError(f"{shown(text)} is no percentage; write one such as 0.02%")
        if digits == text:
            raise InputError(f"{shown(text)} has no unit; write a percentage with its sign, such as {text}%")
        if not self.at_least <= (percent := Decimal(digits)) <= self.at_most:
            raise InputError(f"{shown(text)} is not between {self.at_least:f}% and {self.at_most:f}%")
        return percent / 100


class Tokens(Written[tuple[int, int, Decimal, Decimal]]):
    """Tokens of a turn, in and out, and what a million of each costs in dollars."""

    name = "in,out,usd,usd"
    _count = Count(0, 1_000_000_000)
    _usd = Number("0", "100000")

    def read(self, text: str) -> tuple[int, int, Decimal, Decimal]:
        """Read some such as 8000,900,3,15."""
        parts = text.split(",")
        if len(parts) != 4:
            raise InputError(f"{shown(text)}: write IN,OUT,USD,USD, such as 8000,900,3,15")
        given, made, given_usd, made_usd = parts
        return self._count.read(given), self._count.read(made), self._usd.read(given_usd), self._usd.read(made_usd)


PORT = Count(1_024, 65_535, name="port")
# What numpy, and the random numbers of the standard library alike, take as a seed.
SEED = Count(0, 2**32 - 1, name="seed")
