"""A Price List offer file (JSON) held against the book: which prices moved, and what that does to the bill.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from foundation.costs.book import Key, Price, PriceBook, PriceError, Tier

# us-east-1's usage types have this prefix, or none.
_PREFIX = "USE1-"


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

    Raises PriceError when it is no offer file, when the book has nothing of its service, and when more than one of its
    products matches a row.
    """
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"), parse_float=str)
        service, published_on = data["offerCode"], date.fromisoformat(data["publicationDate"][:10])
        products: dict[str, Any] = data["products"]
        terms: dict[str, Any] = data["terms"]["OnDemand"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PriceError(f"{file}: no Price List offer file: {type(error).__name__}: {error}") from error
    rows = [price for price in book.prices.values() if price.key.service == service]
    if not rows:
        raise PriceError(f"{file}: the book has no price of {service}")
    moved: list[Moved] = []
    unchanged: list[Key] = []
    missing: list[Key] = []
    for row in rows:
        matching = [sku for sku, product in products.items() if _matches(row.key, product["attributes"], book.region)]
        if not matching:
            missing.append(row.key)
            continue
        if len(matching) > 1:
            raise PriceError(f"{file}: {row.key} is {len(matching)} products: {', '.join(sorted(matching))}")
        tiers = _tiers(file, row.key, terms.get(matching[0], {}))
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
    if attributes.get("usagetype", "").removeprefix(_PREFIX) != key.usage_type:
        return False
    return not key.operation or attributes.get("operation") == key.operation


def _tiers(file: Path, key: Key, offers: dict[str, Any]) -> tuple[Tier, ...]:
    """The tiers that are paid for: one that is free begins the list where a service is free up to a quantity."""
    dimensions = [each for offer in offers.values() for each in offer["priceDimensions"].values()]
    try:
        found = sorted(
            (Decimal(each["beginRange"]), each["endRange"], Decimal(each["pricePerUnit"]["USD"])) for each in dimensions
        )
    except (KeyError, ArithmeticError) as error:
        raise PriceError(f"{file}: {key}: no prices in USD can be read: {error}") from error
    paid = [(end, price) for _, end, price in found if price]
    if not paid:
        raise PriceError(f"{file}: {key} has no price that is paid")
    return tuple(Tier(up_to=None if end == "Inf" else Decimal(end), price_usd=price) for end, price in paid)
