"""A Price List offer file (JSON) held against the book: which prices moved, and what that does to the bill.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, cast

from pydantic import AfterValidator, BeforeValidator, Field

from foundation.costs.book import Key, Price, PriceBook, PriceError, Tier
from foundation.files.documents import json_document
from foundation.files.forms import Form, Moment, Number

# us-east-1's usage types have the first of these prefixes, or none; KMS spells its Region out.
_PREFIXES = ("USE1-", "us-east-1-")


# Beyond these it is no price and no quantity that AWS has, and a sum of them could not be printed.
_MOST_PRICE, _LEAST_PRICE, _MOST_UNITS = 10**9, Decimal("1e-18"), 10**18


def _end(given: object) -> object:
    return None if given == "Inf" else given


def _amount(given: Decimal) -> Decimal:
    if 0 < given < _LEAST_PRICE:
        raise ValueError(f"must be 0 or at least {_LEAST_PRICE}")
    return given


_Amount = Annotated[Number, Field(ge=0, le=_MOST_PRICE), AfterValidator(_amount)]


class _Dimension(Form, extra="ignore"):
    beginRange: Annotated[Number, Field(ge=0, le=_MOST_UNITS)]
    endRange: Annotated[Annotated[Number, Field(gt=0, le=_MOST_UNITS)] | None, BeforeValidator(_end)]
    pricePerUnit: dict[str, _Amount]


class _Term(Form, extra="ignore"):
    priceDimensions: dict[str, _Dimension]


class _Terms(Form, extra="ignore"):
    OnDemand: dict[str, dict[str, _Term]]


class _Product(Form, extra="ignore"):
    attributes: dict[str, str] = Field(default_factory=dict[str, str])


class _Offer(Form, extra="ignore"):
    """What is read of AWS's form of an offer; it has more."""

    offerCode: str
    publicationDate: Moment
    products: dict[str, _Product]
    terms: _Terms

    def parts(self) -> tuple[str, date, dict[str, _Product], dict[str, dict[str, _Term]]]:
        return self.offerCode, self.publicationDate.date(), self.products, self.terms.OnDemand


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One row of the book, and what the file says of it."""

    before: Price
    after: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListDifference:
    """What a file says: rows that moved, rows that are as they were, and rows of its service that it does not have."""

    service: str
    published_on: date
    moved: tuple[Moved, ...]
    unchanged: tuple[Key, ...]
    missing: tuple[Key, ...]


def compare_price_list(book: PriceBook, file: Path) -> PriceListDifference:
    """Hold one offer file against the book.

    Raises InputError when it is no offer file, when the book has nothing of its service, and when more than one of its
    products matches a row.
    """
    with json_document(file) as document:
        offer = document.read(_Offer)
    service, published_on, products, terms = cast("_Offer", offer).parts()
    rows = [price for price in book.prices.values() if price.key.service == service]
    if not rows:
        raise PriceError(f"{file}: the book has no price of {service}")
    moved: list[Moved] = []
    unchanged: list[Key] = []
    missing: list[Key] = []
    for row in rows:
        matching = [sku for sku, product in products.items() if _matches(row.key, product.attributes, book.region)]
        if not matching:
            missing.append(row.key)
            continue
        if len(matching) > 1:
            raise PriceError(f"{file}: {row.key} is {len(matching)} products: {', '.join(sorted(matching))}")
        tiers = _tiers(file, row.key, list(terms.get(matching[0], {}).values()))
        if tiers == row.tiers:
            unchanged.append(row.key)
        else:
            after = dataclasses.replace(row, tiers=tiers, source=f"{file.name}", read_on=published_on)
            moved.append(Moved(before=row, after=after))
    return PriceListDifference(
        service=service,
        published_on=published_on,
        moved=tuple(moved),
        unchanged=tuple(unchanged),
        missing=tuple(missing),
    )  # fmt: skip


def with_moved(book: PriceBook, moved: Sequence[Moved]) -> PriceBook:
    """The book as it would be with the file's prices."""
    changed = {each.after.key: each.after for each in moved}
    return dataclasses.replace(book, prices=MappingProxyType({**book.prices, **changed}))


def _matches(key: Key, attributes: dict[str, str], region: str) -> bool:
    if attributes.get("regionCode", region) not in (region, ""):
        return False
    if _plain(attributes.get("usagetype", "")) != key.usage_type:
        return False
    return not key.operation or attributes.get("operation") == key.operation


def _tiers(file: Path, key: Key, terms: Sequence["_Term"]) -> tuple[Tier, ...]:
    """The tiers that are paid for: one that is free begins the list where a service is free up to a quantity."""
    dimensions = [each for term in terms for each in term.priceDimensions.values()]
    if any("USD" not in each.pricePerUnit for each in dimensions):
        raise PriceError(f"{file}: {key}: it has no price in USD")
    found = sorted(dimensions, key=lambda each: each.beginRange)
    edges = [(each.beginRange, each.endRange) for each in found]
    ends = [end for _, end in edges]
    if found and ([begin for begin, _ in edges] != [Decimal(0), *ends[:-1]] or ends[-1] is not None):
        there = ", ".join(f"{begin} to {'Inf' if end is None else end}" for begin, end in edges)
        raise PriceError(
            f"{file}: {key}: beginRange and endRange must lead from 0 to Inf without a gap, not {there[:300]}"
        )
    if any(not each.pricePerUnit["USD"] for each in found[1:]):
        raise PriceError(f"{file}: {key}: pricePerUnit is 0 beyond the first tier, and only the first can be free")
    paid = [(each.endRange, each.pricePerUnit["USD"]) for each in found if each.pricePerUnit["USD"]]
    if not paid:
        raise PriceError(f"{file}: {key} has no price that is paid")
    return tuple(Tier(up_to=end, price_usd=price) for end, price in paid)


def _plain(usage_type: str) -> str:
    prefix = next((each for each in _PREFIXES if usage_type.startswith(each)), "")
    return usage_type.removeprefix(prefix)
