"""Why a bill has a quantity: what is there without any unit of work, what each unit adds, and by which inputs of the profile.

The inputs are found by changing one at a time and looking whether the quantity changes.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal

from foundation.costs.bill import Bill
from foundation.costs.book import Key
from foundation.costs.quantities import MONTH_HOURS, tokens, units_a_month, uses
from foundation.costs.traffic import Profile
from foundation.pages.numbers import exact, plural_of, quantity

_HOURS = "hours of the month"
_DIGITS = 4
QuantityKey = tuple[str, Key, Decimal]


def quantity_reasons(bill: Bill) -> Mapping[QuantityKey, str]:
    """The reason of each quantity that follows from the bill's profile, by its line, key and size."""
    per_day, hours = bill.per_day, bill.month_hours
    fixed, whole = _quantities(bill.profile, Decimal(0), hours), _quantities(bill.profile, per_day, hours)
    units = units_a_month(per_day, month_hours=hours)
    of_fixed: list[list[str]] = [[] for _ in fixed]
    of_unit: list[list[str]] = [[] for _ in fixed]
    for name, changed, changed_hours in _variations(bill.profile, hours):
        other_fixed = _quantities(changed, Decimal(0), changed_hours)
        for place, (before, after) in enumerate(zip(fixed, other_fixed, strict=True)):
            if before != after:
                of_fixed[place].append(name)
        if changed_hours == hours:
            added = _quantities(changed, per_day, hours)
            for place, (now, then) in enumerate(zip(whole, added, strict=True)):
                if then - other_fixed[place] != now - fixed[place]:
                    of_unit[place].append(name)
    of = zip(_keys(bill), fixed, whole, of_fixed, of_unit, strict=True)
    return {
        (line, key, all_of_it): _reason(base, all_of_it - base, units, names, more, unit=bill.profile.unit)
        for (line, key), base, all_of_it, names, more in of
    }


def _keys(bill: Bill) -> list[tuple[str, Key]]:
    """Whose quantities `_quantities` has, in its order."""
    used = uses(bill.profile, per_day=bill.per_day, month_hours=bill.month_hours)
    model = bill.model
    line = tokens(bill.profile, per_day=bill.per_day, month_hours=bill.month_hours).line
    return [*((each.line, each.key) for each in used), (line, Key(model.service, f"tokens:{model.name}"))]


def _quantities(profile: Profile, per_day: Decimal, hours: Decimal) -> tuple[Decimal, ...]:
    """Of the rows that a bill has, the tokens last."""
    used = tokens(profile, per_day=per_day, month_hours=hours)
    counted = (each.quantity for each in uses(profile, per_day=per_day, month_hours=hours))
    return (*counted, used.call_count * (used.input_tokens + used.output_tokens))


def _variations(profile: Profile, hours: Decimal) -> Iterator[tuple[str, Profile, Decimal]]:
    """The profile with each of its numbers changed, by what is called; and a longer month."""
    for half in (profile.per_unit, profile.fixed):
        for each in dataclasses.fields(half):
            value = getattr(half, each.name)
            if isinstance(value, Decimal):
                yield f"{each.name} {exact(value)}", profile.with_changes(**{each.name: value + 1}), hours
    yield f"{_HOURS} {exact(hours)}", profile, hours + MONTH_HOURS


def _reason(
    fixed: Decimal, added: Decimal, units: Decimal, fixed_names: list[str], unit_names: list[str],
    *, unit: str,
) -> str:  # fmt: skip
    parts: list[str] = []
    if fixed:
        parts.append(
            f"fixed: {quantity(fixed, digits=_DIGITS)}, from {', '.join(fixed_names) or 'the kind of resource'}"
        )
    if added:
        each = quantity(added / units, digits=_DIGITS)
        said = f"{each} per {unit} × {quantity(units, digits=1)} {plural_of(unit)} a month"
        parts.append(f"{said}, from {', '.join(unit_names)}")
    return "; ".join(parts) or "nothing is used"
