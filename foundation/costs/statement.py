"""A bill in words: a table, and how one line breaks down."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from foundation.costs.bill import Bill, Row
from foundation.costs.book import PriceBook, PriceError
from foundation.costs.completeness import without
from foundation.costs.labels import label_of
from foundation.costs.levers import LeverEffect
from foundation.costs.origins import Factor, Word, words_of
from foundation.costs.quantities import LONGEST_MONTH_DAYS
from foundation.costs.reasons import row_reasons
from foundation.pages.numbers import (
    counted,
    exact,
    exact_usd,
    percent,
    plural_of,
    quantity,
    reached_at,
    signed_usd,
    unit_usd,
    usd,
)

UNCONFIRMED = "usage type not confirmed"


def headline(bill: Bill, *, limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    """The month in two sentences."""
    tier = "always-free tier subtracted" if bill.with_free else "list price"
    model = "" if bill.model is None else f" with {bill.model_name}"
    profile = f", profile {bill.work.name}" if bill.work.name else ""
    return (
        f"{usd(bill.total_usd)} for a month of {exact(bill.month_hours)} hours {_at(bill)}{model} ({tier}{profile})"
        f"{without(bill)}. {_crossed(bill, limit_usd, crossing_per_day)}."
    )


def judged(longest: Bill, *, limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    """What the limit is held against: the longest month, and where that reaches it."""
    held = "below" if longest.total_usd < limit_usd else "at or above"
    return (
        f"The longest month, of {LONGEST_MONTH_DAYS} days, costs {usd(longest.total_usd)}, {held} the limit. "
        f"{_crossed(longest, limit_usd, crossing_per_day)} in such a month."
    )


def _at(bill: Bill) -> str:
    """At how much work; a bill of resources without a profile is one without traffic."""
    return f"at {exact(bill.per_day)} {plural_of(bill.work.unit)} a day" if bill.work.name else "without any traffic"


def _crossed(bill: Bill, limit_usd: Decimal, crossing_per_day: Decimal | None) -> str:
    limit, unit = exact_usd(limit_usd), bill.work.unit
    if not bill.work.name:
        return f"The limit of {limit} is {'not ' if bill.total_usd < limit_usd else ''}reached without any traffic"
    if crossing_per_day is None:
        return f"The limit of {limit} is never reached"
    if crossing_per_day == 0:
        return f"The limit of {limit} is reached without any {unit}"
    return f"The limit of {limit} is reached at {reached_at(crossing_per_day)} {plural_of(unit)} a day"


def table(bill: Bill, *, fixed_usd: Decimal, marginal_usd: Decimal) -> str:
    """Every line with its cost and share, what watching costs, and fixed and marginal cost apart."""
    total = bill.total_usd
    words = _words_of_lines(bill)
    rows = [
        _cost_row(label_of(line), usd(cost), _percent(cost, total), line=f"{line:18} {', '.join(words.get(line, ()))}")
        for line, cost in bill.lines.items()
    ]
    rows.append(_cost_row("total", usd(total), ""))
    rows.append(_cost_row("  observability", usd(bill.observability_usd), _percent(bill.observability_usd, total)))
    rows.append(_cost_row("  fixed cost", usd(fixed_usd), _percent(fixed_usd, total)))
    if bill.work.name:
        rows.append(_cost_row(f"per further {bill.work.unit}", unit_usd(marginal_usd), ""))
    if bill.per_unit_usd is not None:
        rows.append(_cost_row(f"average per {bill.work.unit}", unit_usd(bill.per_unit_usd), "  fixed cost included"))
    return "\n".join(rows)


def _cost_row(name: str, cost: str, more: str, *, line: str = "") -> str:
    """A row; a line of the bill ends with the identifier that `cost explain` takes, and where its quantities come from."""
    return f"{name:22} {cost:>14}  {more:>8}  {line}".rstrip()


def _words_of_lines(bill: Bill) -> dict[str, tuple[Word, ...]]:
    """Where the quantities of each line come from; of those that are nothing only where a line has no others."""
    factors: dict[str, tuple[Factor, ...]] = {}
    for row, reason in zip(bill.rows, row_reasons(bill), strict=True):
        if reason is not None and row.quantity:
            factors[row.line] = (*factors.get(row.line, ()), *reason.factors)
    return {line: words_of(found) for line, found in factors.items()}


def levers_table(effects: Sequence[LeverEffect], *, limit_usd: Decimal, unit: str) -> str:
    """Every lever, the greatest saving first."""
    lines = [f"   a month  {'limit reached at*':>18}   change"]
    for each in effects:
        where = "never" if each.crossing_per_day is None else reached_at(each.crossing_per_day)
        lines.append(f"{signed_usd(each.difference_usd):>10}  {where:>18}   {each.lever.what}")
    return "\n".join([*lines, f"* {plural_of(unit)} a day at which {exact_usd(limit_usd)} a month is then reached"])


def explain(bill: Bill, book: PriceBook, line: str) -> str:
    """How one line breaks down: each quantity and why, its price, where that was read and when. Raises PriceError for no line."""
    spent = line_usd(bill, line)
    text = [f"{label_of(line)}: {usd(spent)} a month {_at(bill)}"]
    unused = 0
    for row, reason in zip(bill.rows, row_reasons(bill), strict=True):
        if row.line != line:
            continue
        if not row.quantity:
            unused += 1
            continue
        free = f", {quantity(row.free, digits=2)} of it free" if row.free else ""
        step = " in the first tier" if row.key in book.prices and len(book[row.key].tiers) > 1 else ""
        price, source, read_on, note = _price_of(row, bill, book)
        text.append(
            f"  {row.key}: {counted_in(row.quantity, row.unit)}{free} = {unit_usd(row.cost_usd)}\n"
            + (f"    {', '.join(words_of(reason.factors)) or 'profile'}: {reason.text}\n" if reason else "")
            + f"    {price}{step} (price from {source}, read on {read_on})"
            + (f"\n    note: {note}" if note else "")
        )
    if unused:
        text.append(f"  {counted(unused, 'more quantity')} of this line {'is' if unused == 1 else 'are'} not used.")
    return "\n".join(text)


def counted_in(number: Decimal, unit: str) -> str:
    """A quantity with its unit, in singular or plural: 4,380 hours, 1 key."""
    said = quantity(number, digits=4)
    return f"{said} {unit if number == 1 or unit.endswith('s') or unit.isupper() else f'{unit}s'}"


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
        return f"{exact_usd(price.first_usd)} per {row.unit}", price.source, price.read_on, note
    prices = bill.token_prices
    if bill.model is None or prices is None:
        raise PriceError(f"{row.key}: no price in the book, and no model's tokens")
    words = f"{exact_usd(prices.input_usd)} per million input tokens, {exact_usd(prices.output_usd)} per million output tokens"
    return words, bill.model.source, bill.model.read_on, "" if row.is_confirmed else UNCONFIRMED


def _percent(part: Decimal, whole: Decimal) -> str:
    return percent(part / whole) if whole else "–"
