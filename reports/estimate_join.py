"""An estimate and a bill, joined on (service, usage type): what was expected of a range of days, and what it came to.

A usage type of a service that nobody names is joined when exactly one service of the estimate has it, and else is left alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from foundation.costs.bill import Bill
from foundation.costs.quantities import MONTH_DAYS
from reports.money import Charge, CostActuals

# The Price List has it as a service of its own; a bill has it with whichever service sent the bytes.
_SENT_BY_ANY = {"DataTransfer-Out-Bytes": "AWSDataTransfer"}
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedUsage:
    """One usage type that both have; quantities are in `unit`, None where the bill has none."""

    service_code: str
    usage_type: str
    unit: str
    expected_quantity: Decimal
    expected_usd: Decimal
    actual_quantity: Decimal | None
    actual_usd: Decimal

    @property
    def miss_usd(self) -> Decimal:
        """By how much the bill is above the estimate."""
        return self.actual_usd - self.expected_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateJoin:
    """What both have, the greatest miss first; and what only one of them has. All of it adds up to both.

    `unconfirmed_usd` is what of the estimate alone stands under usage types that no bill was seen to have.
    """

    rows: tuple[JoinedUsage, ...]
    only_actual_usd: Decimal
    only_expected_usd: Decimal
    unconfirmed_usd: Decimal
    expected_by_code_usd: dict[str, Decimal]


def join_estimate(bill: Bill, cost: CostActuals, start_on: date, end_on: date) -> EstimateJoin:
    """Join the estimate's share of [start_on, end_on) with the gross charges of these days."""
    part = Decimal((end_on - start_on).days) / MONTH_DAYS
    expected: dict[_Key, tuple[Decimal, Decimal, str]] = {}
    unconfirmed = {(row.key.service, row.key.usage_type) for row in bill.rows if not row.is_confirmed}
    for row in bill.rows:
        key = (row.key.service, row.key.usage_type)
        quantity, usd, _ = expected.get(key, (Decimal(0), Decimal(0), ""))
        expected[key] = (quantity + row.quantity * part, usd + row.cost_usd * part, row.unit)
    codes: dict[str, set[str]] = {}
    by_code: dict[str, Decimal] = {}
    for (code, usage_type), (_, usd, _) in expected.items():
        codes.setdefault(usage_type, set()).add(code)
        by_code[code] = by_code.get(code, Decimal(0)) + usd
    charged: dict[_Key, list[Charge]] = {}
    only_actual = Decimal(0)
    for charge in cost.gross_charges(start_on, end_on):
        key = _key_of(charge, codes)
        if key in expected:
            charged.setdefault(key, []).append(charge)
        else:
            only_actual += charge.cost_usd
    rows = [
        JoinedUsage(
            service_code=code,
            usage_type=usage_type,
            unit=unit,
            expected_quantity=quantity,
            expected_usd=usd,
            actual_quantity=_quantity(charged[code, usage_type]),
            actual_usd=sum((each.cost_usd for each in charged[code, usage_type]), Decimal(0)),
        )
        for (code, usage_type), (quantity, usd, unit) in expected.items()
        if (code, usage_type) in charged
    ]
    return EstimateJoin(
        rows=tuple(sorted(rows, key=lambda row: (-abs(row.miss_usd), row.service_code, row.usage_type))),
        only_actual_usd=only_actual,
        only_expected_usd=sum((usd for key, (_, usd, _) in expected.items() if key not in charged), Decimal(0)),
        unconfirmed_usd=sum((expected[key][1] for key in unconfirmed - charged.keys()), Decimal(0)),
        expected_by_code_usd=by_code,
    )


def _key_of(charge: Charge, codes: dict[str, set[str]]) -> _Key:
    usage_type = charge.plain_usage_type
    if usage_type in _SENT_BY_ANY:
        return _SENT_BY_ANY[usage_type], usage_type
    if charge.service_code:
        return charge.service_code, usage_type
    known = codes.get(usage_type, set())
    return (next(iter(known)) if len(known) == 1 else "", usage_type)


def _quantity(charges: Iterable[Charge]) -> Decimal | None:
    known = [each.quantity for each in charges if each.quantity is not None]
    return sum(known, Decimal(0)) if known else None
