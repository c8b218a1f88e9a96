"""Reads a price book; every problem of it is reported at once, each with its line."""

import hashlib
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, cast

from pydantic import Field

from foundation.costs.book import Key, Model, Price, PriceBook, Tier, TokenPrices
from foundation.files.bounded import read_bytes
from foundation.files.documents import Document, yaml_documents
from foundation.files.forms import Day, Flag, Form, Number, Whole

DEFAULT_FILE = Path(__file__).with_name("prices.yaml")
_Price = Annotated[Number, Field(ge=0)]


class _Row(Form):
    service: str = Field(min_length=1)
    usageType: str = Field(min_length=1)
    operation: str = ""
    unit: str = Field(min_length=1)
    tiers: list[tuple[Annotated[Number, Field(gt=0)] | None, _Price]] = Field(min_length=1)
    free: Number = Field(default=Decimal(0), ge=0)
    source: str = Field(min_length=1)
    readOn: Day
    note: str = ""
    confirmed: Flag = True

    @property
    def key(self) -> Key:
        return Key(self.service, self.usageType, self.operation)

    def made(self) -> Price:
        return Price(
            key=self.key,
            unit=self.unit,
            tiers=tuple(Tier(up_to=up_to, price_usd=price) for up_to, price in self.tiers),
            free=self.free,
            source=self.source,
            read_on=self.readOn,
            note=self.note,
            is_confirmed=self.confirmed,
        )


class _TokenPrices(Form):
    input: _Price
    output: _Price
    cacheRead: _Price | None = None
    cacheWrite: _Price | None = None

    def prices(self) -> TokenPrices:
        return TokenPrices(
            input_usd=self.input,
            output_usd=self.output,
            cache_read_usd=self.cacheRead,
            cache_write_usd=self.cacheWrite,
        )


class _LongPrompt(_TokenPrices):
    above: Whole = Field(gt=0)


class _Model(_TokenPrices):
    name: str = Field(min_length=1)
    service: str = Field(min_length=1)
    longPrompt: _LongPrompt | None = None
    source: str = Field(min_length=1)
    readOn: Day

    def made(self) -> Model:
        return Model(
            name=self.name,
            service=self.service,
            prices=self.prices(),
            long_above=None if self.longPrompt is None else self.longPrompt.above,
            long_prices=None if self.longPrompt is None else self.longPrompt.prices(),
            source=self.source,
            read_on=self.readOn,
        )


class _Book(Form):
    region: str
    currency: Literal["USD"]
    prices: list[_Row] = Field(min_length=1)
    models: list[_Model]


def read_book(file: Path = DEFAULT_FILE) -> PriceBook:
    """Read a price book. Raises InputError with every problem, each with its line."""
    with yaml_documents(file) as found:
        document = found.only("a price book")
        read = document.read(_Book)
        if read is not None:
            _check(document, read)
    book = cast("_Book", read)
    return PriceBook(
        version=hashlib.sha256(read_bytes(file)).hexdigest()[:12],
        region=book.region,
        currency=book.currency,
        prices=MappingProxyType({row.key: row.made() for row in book.prices}),
        models=MappingProxyType({model.name: model.made() for model in book.models}),
    )


def _check(document: Document, book: _Book) -> None:
    keys = [row.key for row in book.prices]
    for number, row in enumerate(book.prices):
        if keys.index(row.key) != number:
            document.problem(("prices", number), f"{row.key} has a row already")
        *ends, last = [up_to for up_to, _ in row.tiers]
        known = [end for end in ends if end is not None]
        if last is not None or len(known) < len(ends) or known != sorted(set(known)):
            document.problem(("prices", number, "tiers"), "tiers must rise, and the last alone has no end")
    names = [model.name for model in book.models]
    for number, model in enumerate(book.models):
        if names.index(model.name) != number:
            document.problem(("models", number), f"{model.name} is there already")
