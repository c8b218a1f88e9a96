"""`sre cost`: the JSON of an estimate, of one line of it, and of prices that moved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from foundation.costs.bill import Bill, Row, cents, micros
from foundation.costs.book import Key, Price, PriceBook, PriceError
from foundation.costs.labels import label_of
from foundation.costs.levers import LeverEffect
from foundation.costs.origins import Word, origin_text, word_of, words_of
from foundation.costs.price_list import PriceListDifference
from foundation.costs.quantities import LONGEST_MONTH_DAYS, OBSERVABILITY, Work
from foundation.costs.reasons import Reason, row_reasons
from foundation.costs.service_work import ServiceWork
from foundation.costs.statement import UNCONFIRMED, line_usd
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.words import Outcome


class CostLine(Part):
    """One line of the bill: all rows of one part of the platform. `line` is its identifier, `label` what people call it."""

    line: str
    label: str
    cost_usd: Decimal
    is_observability: bool


class Factor(Part):
    """A number that a quantity is a product of, or follows from: `kind` is where it comes from, `origin` says so in words."""

    name: str
    value: Decimal
    kind: Word
    origin: str


class CostRow(Part):
    """One priced quantity of a month; `free_quantity` of it was not charged.

    `resource` is the label of the resource that uses it, null of a profile's. `origins` are the kinds of its `factors`.
    """

    line: str
    resource: str | None
    service: str
    usage_type: str
    operation: str
    unit: str
    quantity: Decimal
    free_quantity: Decimal
    cost_usd: Decimal
    is_usage_type_confirmed: bool
    origins: tuple[Word, ...]
    factors: tuple[Factor, ...]


class ResourceOfBill(Part):
    """A resource, and what is known of its price; `reason` says why it is free or unknown."""

    label: str
    type: str
    standing: Literal["billed", "free", "unknown"]
    reason: str | None


class UnstatedQuantity(Part):
    """A quantity that nobody has said, and which is in no total: `missing` is the number that it lacks."""

    resource: str
    line: str
    service: str
    usage_type: str
    missing: str


class NotInTemplateRow(Part):
    """What the profile has and no resource of the templates: it is not billed; `cost_usd` is what it would have been."""

    line: str
    service: str
    usage_type: str
    cost_usd: Decimal


class LongestMonth(Part):
    """The month of 31 days, which the limit is held against."""

    day_count: int
    total_usd: Decimal
    over_limit: bool
    crossing_units_per_day: Decimal | None


class LeverRow(Part):
    """What one change does to the month; a negative difference saves."""

    description: str
    difference_usd: Decimal
    crossing_units_per_day: Decimal | None


class Estimate(Output):
    """A month at list prices. `over_limit` says that a month of 31 days costs the limit or more, and `outcome` is then a miss.

    `unit` is what the service calls one unit of its work. `fixed_usd` is a month without any of it; `usd_per_unit` is the
    average, fixed cost included. Of a bill of resources, `resources` has all of them, and those of unknown price are in no total.
    2 renamed the keys that had the unit in them.
    """

    schema_version: int = 2
    outcome: Outcome
    objective: str | None
    limit_usd: Decimal
    over_limit: bool
    total_usd: Decimal
    observability_usd: Decimal
    fixed_usd: Decimal
    marginal_usd_per_unit: Decimal
    usd_per_unit: Decimal | None
    crossing_units_per_day: Decimal | None
    longest_month: LongestMonth
    profile: str | None
    model: str | None
    unit: str
    units_per_day: Decimal
    month_hours: Decimal
    is_free_tier_taken_off: bool
    oldest_price_on: date
    lines: tuple[CostLine, ...]
    rows: tuple[CostRow, ...]
    resources: tuple[ResourceOfBill, ...]
    unstated: tuple[UnstatedQuantity, ...]
    not_in_template: tuple[NotInTemplateRow, ...]
    levers: tuple[LeverRow, ...]


class PriceTier(Part):
    """USD a unit, up to a quantity of a month; null is without an end."""

    up_to_quantity: Decimal | None
    price_usd: Decimal


class ExplainedRow(CostRow):
    """A priced quantity, its price, and where that was read: either `tiers`, or a model's prices of a million tokens.

    `reason` says in words why it is so much.
    """

    reason: str | None
    tiers: tuple[PriceTier, ...]
    input_usd_per_million: Decimal | None
    output_usd_per_million: Decimal | None
    source: str
    read_on: date
    note: str | None


class Explanation(Output):
    """How one line of the bill breaks down; `line` is its identifier, `label` what people call it. 2 renamed keys of 1."""

    schema_version: int = 2
    line: str
    label: str
    cost_usd: Decimal
    unit: str
    units_per_day: Decimal
    rows: tuple[ExplainedRow, ...]


class PriceKey(Part):
    """What a price is of, as AWS's Price List has it."""

    service: str
    usage_type: str
    operation: str


class PriceList(Part):
    """One offer file, and how many of its prices are as in the book."""

    service: str
    published_on: date
    unchanged_count: int


class MovedPrice(Part):
    """A price that is no longer as in the book."""

    key: PriceKey
    unit: str
    before: tuple[PriceTier, ...]
    after: tuple[PriceTier, ...]


class Comparison(Output):
    """What moved, and what that does to the bill. 2 renamed keys of 1."""

    schema_version: int = 2
    price_lists: tuple[PriceList, ...]
    moved: tuple[MovedPrice, ...]
    missing: tuple[PriceKey, ...]
    unit: str
    units_per_day: Decimal
    before_usd: Decimal
    after_usd: Decimal
    difference_usd: Decimal


def estimate_output(
    bill: Bill, book: PriceBook, *, objective: str | None, limit_usd: Decimal, crossing_per_day: Decimal | None, longest: Bill,
    longest_crossing_per_day: Decimal | None, effects: Sequence[LeverEffect], fixed_usd: Decimal, marginal_usd: Decimal,
) -> Estimate:  # fmt: skip
    """The estimate; the limit is held against the `longest` month."""
    over_limit = longest.total_usd >= limit_usd
    return Estimate(
        outcome=Outcome.MISS if over_limit else Outcome.PASS,
        objective=objective,
        limit_usd=limit_usd,
        over_limit=over_limit,
        total_usd=cents(bill.total_usd),
        observability_usd=cents(bill.observability_usd),
        fixed_usd=cents(fixed_usd),
        marginal_usd_per_unit=micros(marginal_usd),
        usd_per_unit=None if bill.per_unit_usd is None else micros(bill.per_unit_usd),
        crossing_units_per_day=crossing_per_day,
        longest_month=LongestMonth(
            day_count=LONGEST_MONTH_DAYS,
            total_usd=cents(longest.total_usd),
            over_limit=over_limit,
            crossing_units_per_day=longest_crossing_per_day,
        ),
        profile=bill.work.name or None,
        model=None if bill.model is None else bill.model.name,
        unit=bill.work.unit,
        units_per_day=bill.per_day,
        month_hours=bill.month_hours,
        is_free_tier_taken_off=bill.with_free,
        oldest_price_on=book.oldest_on,
        lines=tuple(
            CostLine(line=line, label=label_of(line), cost_usd=cents(cost), is_observability=line in OBSERVABILITY)
            for line, cost in bill.lines.items()
        ),
        rows=tuple(
            CostRow.model_validate(_row(row, reason)) for row, reason in zip(bill.rows, row_reasons(bill), strict=True)
        ),
        **_of_resources(bill.work),
        levers=tuple(
            LeverRow(
                description=each.lever.what,
                difference_usd=cents(each.difference_usd),
                crossing_units_per_day=each.crossing_per_day,
            )
            for each in effects
        ),
    )


def explanation_output(bill: Bill, book: PriceBook, line: str) -> Explanation:
    """One line. Raises PriceError where the bill has no such line."""
    spent = line_usd(bill, line)
    return Explanation(
        line=line,
        label=label_of(line),
        cost_usd=cents(spent),
        unit=bill.work.unit,
        units_per_day=bill.per_day,
        rows=tuple(
            _explained(row, reason, bill, book)
            for row, reason in zip(bill.rows, row_reasons(bill), strict=True)
            if row.line == line
        ),
    )


def comparison_output(compared: Sequence[PriceListDifference], before: Bill, after: Bill) -> Comparison:
    """What moved in all of the files, and both bills."""
    return Comparison(
        price_lists=tuple(
            PriceList(service=each.service, published_on=each.published_on, unchanged_count=len(each.unchanged))
            for each in compared
        ),
        moved=tuple(
            MovedPrice(
                key=_key(each.before.key), unit=each.before.unit, before=_tiers(each.before), after=_tiers(each.after)
            )
            for found in compared
            for each in found.moved
        ),
        missing=tuple(_key(key) for found in compared for key in found.missing),
        unit=before.work.unit,
        units_per_day=before.per_day,
        before_usd=cents(before.total_usd),
        after_usd=cents(after.total_usd),
        difference_usd=cents(after.total_usd - before.total_usd),
    )


def _of_resources(work: Work) -> dict[str, Any]:
    """What a bill of resources says of them; nothing of a profile's."""
    if not isinstance(work, ServiceWork):
        return {"resources": (), "unstated": (), "not_in_template": ()}
    return {
        "resources": tuple(
            ResourceOfBill(
                label=each.label, type=each.type, standing=each.standing.value, reason=each.reason or None
            )
            for each in work.resources
        ),
        "unstated": tuple(
            UnstatedQuantity(
                resource=each.resource, line=each.line, service=each.key.service, usage_type=each.key.usage_type,
                missing=each.missing,
            )
            for each in work.unstated
        ),
        "not_in_template": tuple(
            NotInTemplateRow(
                line=each.line, service=each.key.service, usage_type=each.key.usage_type, cost_usd=micros(each.usd)
            )
            for each in work.not_in_template
        ),
    }  # fmt: skip


def _row(row: Row, reason: Reason | None) -> dict[str, Any]:
    factors = () if reason is None else reason.factors
    return {
        "resource": row.resource or None,
        "origins": words_of(factors),
        "factors": tuple(
            Factor(
                name=each.what, value=each.value, kind=word_of(each.origin), origin=origin_text(each.origin)
            )
            for each in factors
        ),
        "line": row.line, "service": row.key.service, "usage_type": row.key.usage_type, "operation": row.key.operation,
        "unit": row.unit, "quantity": micros(row.quantity), "free_quantity": micros(row.free), "cost_usd": micros(row.cost_usd),
        "is_usage_type_confirmed": row.is_confirmed,
    }  # fmt: skip


def _explained(row: Row, reason: Reason | None, bill: Bill, book: PriceBook) -> ExplainedRow:
    price = book.prices.get(row.key)
    prices, model = bill.token_prices, bill.model
    if price is None and (prices is None or model is None):
        raise PriceError(f"{row.key}: no price in the book, and no model's tokens")
    notes = ("" if row.is_confirmed else UNCONFIRMED, price.note if price else "")
    return ExplainedRow.model_validate(
        {
            **_row(row, reason),
            "reason": None if reason is None else reason.text,
            "tiers": _tiers(price) if price else (),
            "input_usd_per_million": None if price or prices is None else prices.input_usd,
            "output_usd_per_million": None if price or prices is None else prices.output_usd,
            "source": price.source if price else getattr(model, "source", ""),
            "read_on": price.read_on if price else getattr(model, "read_on", None),
            "note": "; ".join(filter(None, notes)) or None,
        }
    )


def _key(key: Key) -> PriceKey:
    return PriceKey(service=key.service, usage_type=key.usage_type, operation=key.operation)


def _tiers(price: Price) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(up_to_quantity=tier.up_to, price_usd=tier.price_usd) for tier in price.tiers)
