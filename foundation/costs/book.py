"""The price book: one row for each (service, usage type, operation), with its tiers, what is always free, source and date.

A look-up finds exactly one row or is an error: a price that is missing is never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from foundation.errors import InputError


class PriceError(InputError):
    """A price that is missing, found twice, or cannot be read; the text says which and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The join key of the Price List, of CUR and FOCUS, and of the pricing calculator."""

    service: str
    usage_type: str
    operation: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.service, self.usage_type, self.operation) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A price of a unit up to a quantity of a month; None is without an end."""

    up_to: Decimal | None
    price_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One row: its tiers in order, what is always free a month, and where and when it was read.

    `is_confirmed` is whether a bill or a price list was seen that calls it by this key; else it may be joined with none.
    """

    key: Key
    unit: str
    tiers: tuple[Tier, ...]
    free: Decimal
    source: str
    read_on: date
    note: str = ""
    is_confirmed: bool = True

    def cost_usd(self, quantity: Decimal) -> Decimal:
        """What a quantity of one month costs, each part at its own tier; ValueError for less than nothing."""
        if quantity < 0:
            raise ValueError(f"{self.key}: a quantity of {quantity}")
        total, start = Decimal(0), Decimal(0)
        for tier in self.tiers:
            end = quantity if tier.up_to is None else min(quantity, tier.up_to)
            total += (end - start) * tier.price_usd
            start = end
        return total

    @property
    def first_usd(self) -> Decimal:
        """The price of a unit in the first tier."""
        return self.tiers[0].price_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrices:
    """USD for a million tokens."""

    input_usd: Decimal
    output_usd: Decimal
    cache_read_usd: Decimal | None
    cache_write_usd: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model's token prices, and those of a prompt of more tokens than `long_above`."""

    name: str
    service: str
    prices: TokenPrices
    long_above: int | None
    long_prices: TokenPrices | None
    source: str
    read_on: date

    def prices_for(self, prompt_tokens: Decimal | int) -> TokenPrices:
        """The prices of a prompt: the step is for all of its tokens, not for those above it."""
        if self.long_above is not None and self.long_prices is not None and prompt_tokens > self.long_above:
            return self.long_prices
        return self.prices

    def run_usd(
        self, *, input_tokens: Decimal | int, output_tokens: Decimal | int, cache_read_tokens: Decimal | int = 0
    ) -> Decimal:  # fmt: skip
        """One call's tokens, a mean of them where they are no whole number; `cache_read_tokens` are those of the input that
        come from the cache.

        Raises PriceError when the model's cache has no price, and for more from the cache than there is in the prompt.
        """
        if cache_read_tokens > input_tokens:
            raise PriceError(
                f"cache_read_tokens: {cache_read_tokens:,} of a prompt of {input_tokens:,} input_tokens; those of the cache are "
                f"part of the prompt, so write no more than it has"
            )
        prices = self.prices_for(input_tokens)
        if cache_read_tokens and prices.cache_read_usd is None:
            raise PriceError(f"{self.name}: the price book has no price of reading its cache")
        cached = Decimal(0) if prices.cache_read_usd is None else cache_read_tokens * prices.cache_read_usd
        fresh = (input_tokens - cache_read_tokens) * prices.input_usd
        return (fresh + cached + output_tokens * prices.output_usd) / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Every price, of one Region in one currency; `version` is the digest of the file that they stand in."""

    version: str
    region: str
    currency: str
    prices: Mapping[Key, Price]
    models: Mapping[str, Model]

    def __getitem__(self, key: Key) -> Price:
        if key not in self.prices:
            raise PriceError(f"{key}: no price in the book; add a row with its source to foundation/costs/prices.yaml")
        return self.prices[key]

    def model(self, name: str) -> Model:
        """A model. Raises PriceError naming the known ones."""
        if name not in self.models:
            raise PriceError(f"{name}: no model has this name; the book knows {', '.join(self.models)}")
        return self.models[name]

    @property
    def oldest_on(self) -> date:
        """When the oldest of its prices was read."""
        return min(price.read_on for price in self.prices.values())

    def read_since(self, on: date) -> tuple[Price, ...]:
        """The prices that were read on a day or later, in the order of their keys."""
        return tuple(sorted((each for each in self.prices.values() if each.read_on >= on), key=lambda each: each.key))
