"""Why a bill has a quantity: which numbers it is a product of, and where each of them comes from.

A quantity of a resource has its factors. Of a profile's quantity the inputs are found by changing one at a time and looking
whether it changes: what is there without any unit of work, and what each unit adds.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from foundation.costs.bill import Bill, Row
from foundation.costs.book import Key
from foundation.costs.origins import Factor, OfProfile, origin_text
from foundation.costs.quantities import MONTH_HOURS, TOKENS, tokens, units_a_month, uses
from foundation.costs.service_work import ServiceWork
from foundation.costs.traffic import Profile
from foundation.pages.numbers import exact, plural_of, quantity

_HOURS = "hours of the month"
_DIGITS = 4
QuantityKey = tuple[str, Key, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a quantity is so much, in words, and the numbers that it follows from."""

    text: str
    factors: tuple[Factor, ...]


def row_reasons(bill: Bill) -> tuple[Reason | None, ...]:
    """The reason of each row of a bill, in their order; None of one that does not follow from the bill's work."""
    profile = bill.work.rest if isinstance(bill.work, ServiceWork) else bill.work
    of_profile: Mapping[QuantityKey, Reason] = {} if profile is None else _of_profile(profile, bill)
    return tuple(
        _of_resource(row) if row.factors else of_profile.get((row.line, row.key, row.quantity)) for row in bill.rows
    )


def _of_resource(row: Row) -> Reason:
    said = " × ".join(
        f"{each.what} {quantity(each.value, digits=_DIGITS)} ({origin_text(each.origin)})" for each in row.factors
    )
    return Reason(text=f"{row.resource}: {said}", factors=row.factors)


def _of_profile(profile: Profile, bill: Bill) -> Mapping[QuantityKey, Reason]:
    """The reasons of a profile's quantities by line, key and size."""
    per_day, hours = bill.per_day, bill.month_hours
    fixed, whole = _quantities(profile, Decimal(0), hours), _quantities(profile, per_day, hours)
    units = units_a_month(per_day, month_hours=hours)
    of_fixed: list[list[str]] = [[] for _ in fixed]
    of_unit: list[list[str]] = [[] for _ in fixed]
    for name, changed, changed_hours in _variations(profile, hours):
        other_fixed = _quantities(changed, Decimal(0), changed_hours)
        for place, (before, after) in enumerate(zip(fixed, other_fixed, strict=True)):
            if before != after:
                of_fixed[place].append(name)
        if changed_hours == hours:
            added = _quantities(changed, per_day, hours)
            for place, (now, then) in enumerate(zip(whole, added, strict=True)):
                if then - other_fixed[place] != now - fixed[place]:
                    of_unit[place].append(name)
    found: dict[QuantityKey, Reason] = {}
    for place, (line, key) in enumerate(_keys(profile, bill)):
        base, added = fixed[place], whole[place] - fixed[place]
        names = [*(of_fixed[place] if base else ()), *(of_unit[place] if added else ())]
        factors = _factors(profile, names or [*of_fixed[place], *of_unit[place]])
        named = [_named(profile, names_of[place], hours) for names_of in (of_fixed, of_unit)]
        text = _reason(base, added, units, *named, unit=profile.unit)
        found[line, key, whole[place]] = Reason(text=text, factors=factors)
    return found


def _keys(profile: Profile, bill: Bill) -> list[tuple[str, Key]]:
    """Whose quantities `_quantities` has, in its order; the tokens are of no key where the bill has none."""
    used = uses(profile, per_day=bill.per_day, month_hours=bill.month_hours)
    model = bill.model
    key = Key("", "") if model is None else Key(model.service, f"tokens:{model.name}")
    return [*((each.line, each.key) for each in used), (TOKENS, key)]


def _quantities(profile: Profile, per_day: Decimal, hours: Decimal) -> tuple[Decimal, ...]:
    """Of the rows that a bill of a profile has, the tokens last."""
    used = tokens(profile, per_day=per_day, month_hours=hours)
    counted = (each.quantity for each in uses(profile, per_day=per_day, month_hours=hours))
    return (*counted, used.call_count * (used.input_tokens + used.output_tokens) if used else Decimal(0))


def _variations(profile: Profile, hours: Decimal) -> Iterator[tuple[str, Profile, Decimal]]:
    """The profile with each of its numbers changed, by what is called; and a longer month."""
    for name, _ in _numbers(profile):
        yield name, profile.with_changes(**{name: dict(_numbers(profile))[name] + 1}), hours
    yield _HOURS, profile, hours + MONTH_HOURS


def _numbers(profile: Profile) -> Iterator[tuple[str, Decimal]]:
    for half in (profile.per_unit, profile.fixed):
        for each in dataclasses.fields(half):
            value = getattr(half, each.name)
            if isinstance(value, Decimal):
                yield each.name, value


def _factors(profile: Profile, names: list[str]) -> tuple[Factor, ...]:
    numbers = dict(_numbers(profile))
    found = tuple(
        Factor(what=name, value=numbers[name], origin=profile.origin_of(name))
        for name in dict.fromkeys(names)
        if name in numbers
    )
    # Some are paid for by the hour, and the profile only says which kind there is.
    return found or (
        Factor(what="kind of resource", value=Decimal(1), origin=OfProfile(profile=profile.name, key="fixed")),
    )


def _named(profile: Profile, names: list[str], hours: Decimal) -> list[str]:
    """Each input with its value."""
    numbers = dict(_numbers(profile)) | {_HOURS: hours}
    known = dict(profile.origins)
    better = {name: f" ({origin_text(origin)})" for name, origin in known.items()}
    return [f"{name} {exact(numbers[name])}{better.get(name, '')}" for name in names]


def _reason(
    fixed: Decimal, added: Decimal, units: Decimal, fixed_names: list[str], unit_names: list[str], *, unit: str
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
