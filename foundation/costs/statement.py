"""A bill in words: a table, and how one line comes about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from foundation.costs.bill import Bill, Row, cents, plain
from foundation.costs.book import PriceBook, PriceError
from foundation.costs.levers import LeverEffect
from foundation.costs.quantities import LONGEST_MONTH_DAYS

UNCONFIRMED = "usage type not confirmed"


def headline(bill: Bill, *, limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    """The month in two sentences."""
    tier = "always-free allowances taken off" if bill.with_free else "list price"
    return (
        f"${cents(bill.total_usd):,} a month of {plain(bill.month_hours)} hours at {bill.per_day:,.0f} pipelines a day with "
        f"{bill.model.name} ({tier}, profile {bill.profile.name}). {_crossed(limit_usd, crossing_per_day)}."
    )


def judged(longest: Bill, *, limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    """What the limit is held against: the longest month, and where that reaches it."""
    held = "below" if longest.total_usd < limit_usd else "at or above"
    return (
        f"A month of {LONGEST_MONTH_DAYS} days, the longest, is ${cents(longest.total_usd):,}, {held} the limit; in it "
        f"{_crossed(limit_usd, crossing_per_day)}."
    )


def _crossed(limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    if crossing_per_day is None:
        return f"${limit_usd} is never reached"
    if crossing_per_day == 0:
        return f"${limit_usd} is reached without any pipeline"
    return f"${limit_usd} is crossed at {plain(crossing_per_day)} pipelines a day"


def table(bill: Bill) -> str:
    """Every line with its cost and share, and what watching costs."""
    total = bill.total_usd
    rows = [f"{line:20} {cents(cost):>12,}  {_percent(cost, total):>6}" for line, cost in bill.lines.items()]
    rows.append(f"{'total':20} {cents(total):>12,}")
    rows.append(
        f"{'of it observability':20} {cents(bill.observability_usd):>12,}  {_percent(bill.observability_usd, total):>6}"
    )
    if bill.per_pipeline_usd is not None:
        rows.append(f"{'a pipeline':20} {bill.per_pipeline_usd:>12.4f}")
    return "\n".join(rows)


def levers_table(effects: Sequence[LeverEffect], *, limit_usd: Decimal) -> str:
    """Every lever, the greatest saving first."""
    lines = [f"   a month  {f'${limit_usd:,} at*':>12}   change"]
    for each in effects:
        where = "never" if each.crossing_per_day is None else plain(each.crossing_per_day)
        lines.append(f"{cents(each.difference_usd):>+10,}  {where:>12}   {each.lever.what}")
    return "\n".join([*lines, "* pipelines a day at which the limit is crossed then"])


def explain(bill: Bill, book: PriceBook, line: str) -> str:
    """How one line comes about: each quantity, its price, where that was read and when. Raises PriceError for no line."""
    text = [f"{line}: ${cents(line_usd(bill, line)):,} a month at {bill.per_day:,.0f} pipelines a day"]
    for row in rows_of(bill, line):
        free = f", {row.free:,.2f} of it free" if row.free else ""
        step = " in the first tier" if row.key in book.prices and len(book[row.key].tiers) > 1 else ""
        price, source, read_on, note = _price_of(row, bill, book)
        text.append(
            f"  {row.key}: {row.quantity:,.4f} {row.unit}{free} = ${row.cost_usd:,.4f}\n"
            f"    {price}{step} ({source}, {read_on})" + (f"\n    note: {note}" if note else "")
        )
    return "\n".join(text)


def rows_of(bill: Bill, line: str) -> list[Row]:
    """The rows of a line."""
    return [row for row in bill.rows if row.line == line]


def line_usd(bill: Bill, line: str) -> Decimal:
    """What a line costs. Raises PriceError where the bill has no such line."""
    if line not in bill.lines:
        raise PriceError(f"{line}: the bill has no such line; it has {', '.join(bill.lines)}")
    return bill.lines[line]


def _price_of(row: Row, bill: Bill, book: PriceBook) -> tuple[str, str, date, str]:
    """The price in words, its source, the day it was read, and what is to be known of it."""
    if row.key in book.prices:
        price = book[row.key]
        note = "; ".join(each for each in ("" if row.is_confirmed else UNCONFIRMED, price.note) if each)
        return f"${price.first_usd.normalize():f} a {row.unit}", price.source, price.read_on, note
    prices = bill.model.prices_for(bill.profile.pipeline.input_tokens)
    words = f"${prices.input_usd} in and ${prices.output_usd} out a million"
    return words, bill.model.source, bill.model.read_on, "" if row.is_confirmed else UNCONFIRMED


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{part / whole * 100:.0f} %" if whole else "–"
