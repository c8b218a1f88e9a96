"""What the resources of a service use a month, by the lines of their kinds: each of them is billed, free, or unknown, by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from foundation.costs.book import Key, PriceBook
from foundation.costs.origins import Assumed, Factor, OfTemplate
from foundation.costs.schedules import runs_a_month
from foundation.costs.service_traffic import A_MONTH, PER_UNIT, KnownNumber, ServiceTraffic
from foundation.costs.service_work import PricedResource, ResourceLine, Scale, ServiceWork, Standing, Unstated
from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_bill import (
    BillLine,
    Conditions,
    Constant,
    FactTerm,
    Hours,
    RunsTerm,
    Term,
    TrafficTerm,
    TrafficUse,
)
from foundation.service.resource_type_file import kind_of, kinds_of, why_free
from foundation.service.resources import FactValue, Resource

_PLACEHOLDER = re.compile(r"\$\{([a-z0-9_]+)\}")


def work_of(
    resources: Sequence[Resource], book: PriceBook, *, traffic: ServiceTraffic | None, unit: str
) -> ServiceWork:  # fmt: skip
    """What the resources use, at the traffic that a profile tells of; without one, what is paid whatever happens.

    Raises InputError for numbers of a resource that there is not, or that its kind has no use for.
    """
    _refuse_strangers(resources, traffic)
    made = [
        _Pricing(
            resource=each, book=book, numbers={} if traffic is None else traffic.numbers_of(each.label, each.type)
        ).made()
        for each in resources
    ]
    return ServiceWork(
        name="" if traffic is None else traffic.name,
        unit=unit,
        units_per_day=Decimal(0) if traffic is None else traffic.units_per_day,
        lines=tuple(line for each in made for line in each.lines),
        resources=tuple(each.resource for each in made),
        unstated=tuple(missing for each in made for missing in each.unstated),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    resource: PricedResource
    lines: tuple[ResourceLine, ...] = ()
    unstated: tuple[Unstated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missing:
    """A number that nobody has said, in words."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """One of the numbers of a product, and what the product is then of."""

    factor: Factor | None
    scale: Scale = Scale.MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pricing:
    """One resource with the numbers of its traffic."""

    resource: Resource
    book: PriceBook
    numbers: Mapping[str, KnownNumber]

    def made(self) -> _Priced:
        kind = kind_of(self.resource)
        if kind is None:
            free = why_free(self.resource.type)
            if free is not None:
                return self._standing(Standing.FREE, free)
            known = bool(kinds_of(self.resource.type))
            return self._standing(
                Standing.UNKNOWN,
                "none of the kinds of its type fits its facts" if known else "its type is not known here",
            )
        fitting = [
            line for line in kind.bill.lines if self._fits(kind, line.when) and not self._is_excluded(kind, line.unless)
        ]
        untaken = self._untaken(kind)
        if not fitting and not untaken:
            why = next((each.why for each in kind.bill.free if self._fits(kind, each.when)), None)
            if why is not None:
                return self._standing(Standing.FREE, why)
        reasons = [*([kind.bill.unknown] if kind.bill.unknown else []), *untaken]
        if not fitting and not reasons:
            reasons.append("no line of its kind is for its facts")
        lines: list[ResourceLine] = []
        unstated: list[Unstated] = []
        for line in fitting:
            key = self._key(kind, line)
            if key is None or key not in self.book.prices:
                reasons.append(f"no price of {line.key}" if key is None else f"no price of {key}")
                continue
            for found in self._quantities(kind, line, key):
                match found:
                    case ResourceLine():
                        lines.append(found)
                    case Unstated():
                        unstated.append(found)
        standing = Standing.UNKNOWN if reasons else Standing.BILLED
        return _Priced(
            resource=self._standing(standing, "; ".join(dict.fromkeys(reasons))).resource,
            lines=tuple(lines),
            unstated=tuple(unstated),
        )

    def _standing(self, standing: Standing, reason: str) -> _Priced:
        return _Priced(
            resource=PricedResource(
                label=self.resource.label, type=self.resource.type, standing=standing, reason=reason
            )
        )  # fmt: skip

    def _fits(self, kind: ResourceType, when: Conditions) -> bool:
        return all(self._has(kind, name, values) for name, values in when)

    def _has(self, kind: ResourceType, name: str, values: tuple[FactValue, ...]) -> bool:
        """Whether a fact has one of these values; what is not said is not so."""
        value = kind.fact_of(self.resource, name)
        return value in values or (value is None and False in values)

    def _is_excluded(self, kind: ResourceType, unless: Conditions) -> bool:
        return any(self._has(kind, name, values) for name, values in unless)

    def _untaken(self, kind: ResourceType) -> list[str]:
        """Why lines are missing that are chosen by a fact: nobody here knows its value, or no line is for it.

        A fact counts where the others that a line asks for are, or may be, as it asks.
        """
        bill = kind.bill
        taken: dict[str, list[FactValue]] = {name: [] for line in bill.lines for name, _ in (*line.when, *line.unless)}
        chosen = {name for line in bill.lines for name, _ in line.when}
        for name, values in (*(each for one in (*bill.lines, *bill.free) for each in one.when), *bill.nothing):
            if name in chosen:
                taken[name].extend(values)
        reasons = {name: why for name, values in taken.items() if (why := self._why_untaken(kind, name, values))}
        asked = {
            name
            for line in bill.lines
            if not self._is_excluded(kind, line.unless)
            and all(name in reasons or self._has(kind, name, values) for name, values in line.when)
            for name, _ in (*line.when, *line.unless)
        }
        return [why for name, why in reasons.items() if name in asked]

    def _why_untaken(self, kind: ResourceType, name: str, taken: Sequence[FactValue]) -> str | None:
        value = kind.fact_of(self.resource, name)
        if _is_parameter(value):
            return f"its {name} is {value}, which only a deployment knows"
        if value in taken or not any(isinstance(each, str) for each in taken):
            return None
        return f"its {name} is not known" if value is None else f"no line of its kind is for {name} {value}"

    def _key(self, kind: ResourceType, line: BillLine) -> Key | None:
        """The key of the line's price; None where a fact in it is not known."""
        facts = {name: kind.fact_of(self.resource, name) for name in _PLACEHOLDER.findall(line.key)}
        if any(value is None or _is_parameter(value) for value in facts.values()):
            return None
        return Key(*_PLACEHOLDER.sub(lambda found: str(facts[found[1]]), line.key).split("/"))

    def _quantities(self, kind: ResourceType, line: BillLine, key: Key) -> Iterator[ResourceLine | Unstated]:
        """The line's quantity: more than one where a count is told both of a unit of work and of a month."""
        products: list[list[_Number]] = [[]]
        missing: list[str] = []
        for term in line.terms:
            found = [*self._numbers(kind, line, term)]
            missing += [each.what for each in found if isinstance(each, _Missing)]
            numbers = [each for each in found if isinstance(each, _Number)]
            products = [[*product, number] for product in products for number in numbers]
        if missing:
            for what in missing:
                yield Unstated(resource=self.resource.label, line=line.line, key=key, missing=what)
            return
        for product in products:
            factors = tuple(number.factor for number in product if number.factor is not None)
            yield ResourceLine(
                resource=self.resource.label,
                line=line.line,
                key=key,
                scale=next((number.scale for number in product if number.scale is not Scale.MONTH), Scale.MONTH),
                factors=factors or (self._itself(kind),),
                over=line.over,
            )

    def _numbers(self, kind: ResourceType, line: BillLine, term: Term) -> Iterator[_Number | _Missing]:
        match term:
            case Constant(value=value):
                yield _Number(factor=Factor(what="of the kind", value=value, origin=Assumed(why=line.because)))
            case Hours():
                yield _Number(factor=None, scale=Scale.HOUR)
            case FactTerm(name=name, less=less):
                value = kind.fact_of(self.resource, name)
                if isinstance(value, Decimal):
                    yield _Number(factor=self._fact(kind, name, max(value - less, Decimal(0))))
                else:
                    yield _Missing(what=f"{name} of {self.resource.label}")
            case RunsTerm(name=name):
                runs = runs_a_month(str(kind.fact_of(self.resource, name)))
                if runs is None:
                    yield _Missing(what=f"runs of {self.resource.label}")
                else:
                    yield _Number(factor=self._fact(kind, name, runs, what="runs"), scale=Scale.AVERAGE_MONTH)
            case TrafficUse(name=name):
                yield from self._traffic(kind, kind.bill.term(name))
            case _:
                assert_never(term)

    def _traffic(self, kind: ResourceType, term: TrafficTerm) -> Iterator[_Number | _Missing]:
        scales = {PER_UNIT: Scale.UNIT, A_MONTH: Scale.AVERAGE_MONTH} if term.counts else {"": Scale.MONTH}
        known = [
            _Number(factor=Factor(what=term.name, value=number.value, origin=number.origin), scale=scale)
            for suffix, scale in scales.items()
            if (number := self.numbers.get(f"{term.name}{suffix}")) is not None
        ]
        if known:
            yield from known
            return
        most = None if term.most is None else kind.fact_of(self.resource, term.most)
        if term.assumed is not None:
            factor = Factor(what=term.name, value=term.assumed, origin=Assumed(why=term.because))
            yield _Number(factor=factor, scale=Scale.AVERAGE_MONTH if term.counts else Scale.MONTH)
        elif term.most is not None and isinstance(most, Decimal):
            yield _Number(factor=self._fact(kind, term.most, most, what=term.name, is_upper_bound=True))
        else:
            yield _Missing(what=f"{term.name} of {self.resource.label}")

    def _fact(
        self, kind: ResourceType, name: str, value: Decimal, *, what: str = "", is_upper_bound: bool = False
    ) -> Factor:  # fmt: skip
        is_default = self.resource.fact(name) is None and kind.fact_of(self.resource, name) is not None
        origin = OfTemplate(
            resource=self.resource.label, fact=name, is_default=is_default, is_upper_bound=is_upper_bound
        )  # fmt: skip
        return Factor(what=what or name, value=value, origin=origin)

    def _itself(self, kind: ResourceType) -> Factor:
        return Factor(what=kind.one, value=Decimal(1), origin=OfTemplate(resource=self.resource.label, fact=""))


def _is_parameter(value: FactValue | None) -> bool:
    """Whether a part of a fact is known to a deployment only."""
    return isinstance(value, str) and "${" in value


def _refuse_strangers(resources: Sequence[Resource], traffic: ServiceTraffic | None) -> None:
    """Every number of the profile must be of a resource or of a type, and one that its kind has a use for."""
    if traffic is None:
        return
    by_label = {each.label: each for each in resources}
    problems: list[str] = []
    for label, numbers in traffic.resources.items():
        where = f"traffic profile {traffic.name}: resources.{label}"
        if "::" in label:
            of_type, kinds = label, kinds_of(label)
            if not kinds:
                problems.append(f"{where}: no such type has lines of a bill here; name a resource, or another type")
                continue
        elif label not in by_label:
            problems.append(f"{where}: {with_hint('no resource is called so', label, list(by_label))}")
            continue
        else:
            kind, of_type = kind_of(by_label[label]), by_label[label].type
            kinds = () if kind is None else (kind,)
        terms = [term for kind in kinds for term in kind.bill.traffic]
        keys = [f"{each.name}{end}" for each in terms for end in ((PER_UNIT, A_MONTH) if each.counts else ("",))]
        problems += [
            f"{where}.{key}: {with_hint(f'{of_type} has no such number', key, keys)}"
            for key in numbers
            if key not in keys
        ]
    if problems:
        raise InputError("the traffic profile does not fit the resources", tuple(problems))
