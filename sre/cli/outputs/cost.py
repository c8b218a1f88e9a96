"""`sre cost`: the JSON of an estimate, of one line of it, and of prices that moved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from foundation.costs.bill import Bill, Row, cents, micros
from foundation.costs.book import Key, Price, PriceBook
from foundation.costs.labels import label_of
from foundation.costs.levers import LeverEffect
from foundation.costs.price_list import PriceListDifference
from foundation.costs.quantities import LONGEST_MONTH_DAYS, OBSERVABILITY
from foundation.costs.reasons import quantity_reasons
from foundation.costs.statement import UNCONFIRMED, line_usd
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.words import Outcome


class CostLine(Part):
    """One line of the bill: all rows of one part of the platform. `line` is its identifier, `label` what people call it."""

    line: str
    label: str
    cost_usd: Decimal
    is_observability: bool


class CostRow(Part):
    """One priced quantity of a month; `free_quantity` of it was not charged."""

    line: str
    service: str
    usage_type: str
    operation: str
    unit: str
    quantity: Decimal
    free_quantity: Decimal
    cost_usd: Decimal
    is_usage_type_confirmed: bool


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
    average, fixed cost included. 2 renamed the keys that said pipeline.
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
    profile: str
    model: str
    unit: str
    units_per_day: Decimal
    month_hours: Decimal
    is_free_tier_taken_off: bool
    oldest_price_on: date
    lines: tuple[CostLine, ...]
    rows: tuple[CostRow, ...]
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
        profile=bill.profile.name,
        model=bill.model.name,
        unit=bill.profile.unit,
        units_per_day=bill.per_day,
        month_hours=bill.month_hours,
        is_free_tier_taken_off=bill.with_free,
        oldest_price_on=book.oldest_on,
        lines=tuple(
            CostLine(line=line, label=label_of(line), cost_usd=cents(cost), is_observability=line in OBSERVABILITY)
            for line, cost in bill.lines.items()
        ),
        rows=tuple(CostRow.model_validate(_row(row)) for row in bill.rows),
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
    reasons = quantity_reasons(bill)
    return Explanation(
        line=line,
        label=label_of(line),
        cost_usd=cents(spent),
        unit=bill.profile.unit,
        units_per_day=bill.per_day,
        rows=tuple(
            _explained(row, reasons.get((row.line, row.key, row.quantity)), bill, book)
            for row in bill.rows
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
        unit=before.profile.unit,
        units_per_day=before.per_day,
        before_usd=cents(before.total_usd),
        after_usd=cents(after.total_usd),
        difference_usd=cents(after.total_usd - before.total_usd),
    )


def _row(row: Row) -> dict[str, str | Decimal | bool]:
    return {
        "line": row.line, "service": row.key.service, "usage_type": row.key.usage_type, "operation": row.key.operation,
        "unit": row.unit, "quantity": micros(row.quantity), "free_quantity": micros(row.free), "cost_usd": micros(row.cost_usd),
        "is_usage_type_confirmed": row.is_confirmed,
    }  # fmt: skip


def _explained(row: Row, reason: str | None, bill: Bill, book: PriceBook) -> ExplainedRow:
    price = book.prices.get(row.key)
    prices = bill.model.prices_for(bill.profile.per_unit.input_tokens)
    notes = ("" if row.is_confirmed else UNCONFIRMED, price.note if price else "")
    return ExplainedRow.model_validate(
        {
            **_row(row),
            "reason": reason,
            "tiers": _tiers(price) if price else (),
            "input_usd_per_million": None if price else prices.input_usd,
            "output_usd_per_million": None if price else prices.output_usd,
            "source": price.source if price else bill.model.source,
            "read_on": price.read_on if price else bill.model.read_on,
            "note": "; ".join(filter(None, notes)) or None,
        }
    )


def _key(key: Key) -> PriceKey:
    return PriceKey(service=key.service, usage_type=key.usage_type, operation=key.operation)


def _tiers(price: Price) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(up_to_quantity=tier.up_to, price_usd=tier.price_usd) for tier in price.tiers)
