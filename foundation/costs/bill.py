"""The bill of a month: quantities times prices, what is always free taken off or not, and where it crosses a limit.

A row is (service, usage type, operation) on a line. All rows of one key share its tiers and its free quantity, as they do
on AWS's bill; rows at whose expense a tier or a free quantity goes are charged in proportion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from foundation.costs.book import Key, Model, PriceBook, TokenPrices
from foundation.costs.origins import Factor
from foundation.costs.quantities import (
    MONTH_HOURS,
    OBSERVABILITY,
    Use,
    Work,
    tokens,
    tokens_usd,
    units_a_month,
    uses,
)
from foundation.costs.service_work import ServiceWork

CENT = Decimal("0.01")
# To round is to fail where the digits are more than a context has; a profile's quantities are at most 10^12 each.
WIDE = Context(prec=200)
_THOUSANDTH = Decimal("0.001")
# At a billion units a day a limit counts as never reached.
_MOST_THOUSANDTHS = 1_000_000_000_000
# What is free of Lambda is one allowance for both processors.
_SHARED_FREE = tuple(
    (Key("AWSLambda", of_x86), Key("AWSLambda", f"{of_x86}-ARM")) for of_x86 in ("Lambda-GB-Second", "Request")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One priced quantity; `free` of it was not charged. `is_confirmed` is whether a bill was seen to have its key.

    `resource` and `factors` are of a quantity that a resource uses; `row_factors` has those of a profile's, too.
    """

    line: str
    key: Key
    unit: str
    quantity: Decimal
    free: Decimal
    cost_usd: Decimal
    is_confirmed: bool = True
    resource: str = ""
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A month's bill of a profile or of a service's resources, at one rate of work; `model` is None without tokens."""

    work: Work
    per_day: Decimal
    model: Model | None
    with_free: bool
    rows: tuple[Row, ...]
    month_hours: Decimal = MONTH_HOURS

    @property
    def total_usd(self) -> Decimal:
        """All of it, unrounded."""
        return sum((row.cost_usd for row in self.rows), Decimal(0))

    @property
    def lines(self) -> dict[str, Decimal]:
        """What each line costs, unrounded, in order."""
        found: dict[str, Decimal] = {}
        for row in self.rows:
            found[row.line] = found.get(row.line, Decimal(0)) + row.cost_usd
        return found

    @property
    def observability_usd(self) -> Decimal:
        """What watching the platform costs of it."""
        return sum((cost for line, cost in self.lines.items() if line in OBSERVABILITY), Decimal(0))

    @property
    def model_name(self) -> str:
        """The model's name; empty where no tokens are billed."""
        return "" if self.model is None else self.model.name

    @property
    def token_prices(self) -> TokenPrices | None:
        """What the model charges for a prompt of this size; None where no tokens are billed."""
        profile = self.work.tokens_of if isinstance(self.work, ServiceWork) else self.work
        if self.model is None or profile is None:
            return None
        return self.model.prices_for(profile.per_unit.input_tokens)

    @property
    def per_unit_usd(self) -> Decimal | None:
        """The whole month over its units of work; None without any."""
        count = units_a_month(self.per_day, month_hours=self.month_hours)
        return self.total_usd / count if count else None


def cents(usd: Decimal) -> Decimal:
    """Rounded half up, as printed; never used in a sum."""
    return usd.quantize(CENT, ROUND_HALF_UP, WIDE)


def micros(number: Decimal) -> Decimal:
    """Rounded to six decimals, without zeros at their end, as data has quantities and their cost."""
    return number.quantize(Decimal("0.000001"), context=WIDE).normalize(WIDE)


def make_bill(
    work: Work, book: PriceBook, *, per_day: Decimal, model: str | None = None, with_free: bool = False,
    month_hours: Decimal = MONTH_HOURS,
) -> Bill:  # fmt: skip
    """The bill of a month of so many hours; a profile's by another model than its own, where one is named.

    Raises PriceError when a price is missing.
    """
    used = tokens(work, per_day=per_day, month_hours=month_hours)
    rows = price_rows(uses(work, per_day=per_day, month_hours=month_hours), book, with_free=with_free)
    profile = work.tokens_of if isinstance(work, ServiceWork) else work
    if used is None or profile is None:
        return Bill(work=work, per_day=per_day, model=None, with_free=with_free, rows=rows, month_hours=month_hours)
    chosen = book.model(model or profile.model)
    token_row = Row(
        line=used.line,
        key=Key(chosen.service, f"tokens:{chosen.name}"),
        unit="token",
        quantity=used.call_count * (used.input_tokens + used.output_tokens),
        free=Decimal(0),
        cost_usd=tokens_usd(used, chosen),
        # A bill has a usage type for each direction of a model's tokens, and none was seen.
        is_confirmed=False,
    )
    return Bill(
        work=work, per_day=per_day, model=chosen, with_free=with_free, rows=(*rows, token_row), month_hours=month_hours
    )  # fmt: skip


def price_rows(used: Sequence[Use], book: PriceBook, *, with_free: bool) -> tuple[Row, ...]:
    """Price quantities; all of one key are one quantity before the tiers. Raises PriceError when a price is missing."""
    totals: dict[Key, Decimal] = {}
    for use in used:
        totals[use.key] = totals.get(use.key, Decimal(0)) + use.quantity
    free = _free_of(totals, book) if with_free else dict.fromkeys(totals, Decimal(0))
    costs = {key: book[key].cost_usd(total - free[key]) for key, total in totals.items()}
    return tuple(
        Row(
            line=use.line,
            key=use.key,
            unit=book[use.key].unit,
            quantity=use.quantity,
            free=free[use.key] * _share(use.quantity, totals[use.key]),
            cost_usd=costs[use.key] * _share(use.quantity, totals[use.key]),
            is_confirmed=book[use.key].is_confirmed,
            resource=use.resource,
            factors=use.factors,
        )
        for use in used
    )


def unit_costs(work: Work, book: PriceBook, *, model: str | None = None) -> dict[str, Decimal]:
    """What one further unit of work costs at list price, line by line, those of zero left out."""
    one_a_month = 1 / units_a_month(Decimal(1))
    some = make_bill(work, book, per_day=one_a_month, model=model).lines
    none = make_bill(work, book, per_day=Decimal(0), model=model).lines
    return {line: cost - none[line] for line, cost in some.items() if cost != none[line]}


def crossing(
    work: Work, book: PriceBook, *, limit_usd: Decimal, model: str | None = None, with_free: bool = False,
    month_hours: Decimal = MONTH_HOURS,
) -> Decimal | None:  # fmt: skip
    """The fewest units a day, in thousandths, at which a month costs the limit or more.

    None when it never does, 0 when it always does.
    """

    def above_usd(thousandths: int) -> Decimal:
        made = make_bill(
            work, book, per_day=thousandths * _THOUSANDTH, model=model, with_free=with_free, month_hours=month_hours
        )  # fmt: skip
        return made.total_usd - limit_usd

    # Only rates that can be named are tried, so that nothing is rounded to below the limit afterwards.
    found = _first_not_negative(above_usd, _MOST_THOUSANDTHS)
    return None if found is None else found * _THOUSANDTH if found else Decimal(0)


def _first_not_negative(rising: Callable[[int], Decimal], end: int) -> int | None:
    """The first whole number below `end` at which a function that never falls is not negative; None where it always is.

    A bill is straight between two tiers, so the line through both ends soon leads there; every other step halves.
    """
    low, high = 0, end - 1
    below, above = rising(low), rising(high)
    if below >= 0:
        return 0
    if above < 0:
        return None
    halves = False
    while high - low > 1:
        along = 1 / Decimal(2) if halves else -below / (above - below)
        tried = min(max(low + int((high - low) * along), low + 1), high - 1)
        value = rising(tried)
        if value < 0:
            low, below = tried, value
        else:
            high, above = tried, value
        halves = not halves
    return high


def _free_of(totals: dict[Key, Decimal], book: PriceBook) -> dict[Key, Decimal]:
    free = {key: min(total, book[key].free) for key, total in totals.items()}
    for shared in _SHARED_FREE:
        together = sum((totals.get(key, Decimal(0)) for key in shared), Decimal(0))
        for key in shared:
            if totals.get(key):
                free[key] = min(totals[key], book[key].free * totals[key] / together)
    return free


def _share(part: Decimal, whole: Decimal) -> Decimal:
    """Of nothing, every part is nothing."""
    return part and part / whole
