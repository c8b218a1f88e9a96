"""The work of a service as its resources have it: what each uses a month, which cost nothing, and which are unknown.

It stands where a traffic profile stands: a bill is made of either.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from foundation.costs.book import Key
from foundation.costs.origins import Factor
from foundation.costs.traffic import Profile


class Scale(Enum):
    """What the product of a line's factors is of: the whole month however long, an hour, 730 hours, or one unit of work."""

    MONTH = "month"
    HOUR = "hour"
    AVERAGE_MONTH = "average_month"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLine:
    """One quantity of one resource: the product of its factors, over `over`, for each of what its scale says."""

    resource: str
    line: str
    key: Key
    scale: Scale
    factors: tuple[Factor, ...]
    over: Decimal = Decimal(1)

    @property
    def each(self) -> Decimal:
        """The quantity of one of what its scale says."""
        product = Decimal(1)
        for factor in self.factors:
            product *= factor.value
        return product / self.over


class Standing(Enum):
    """What is known of the price of a resource."""

    BILLED = "billed"
    FREE = "free"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedResource:
    """A resource, and what is known of its price; `reason` says why it is free or not known, and is empty where it is billed."""

    label: str
    type: str
    standing: Standing
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstated:
    """A quantity of a resource that nobody knows, and which is in no total: `missing` is the number that it lacks."""

    resource: str
    line: str
    key: Key
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInTemplate:
    """A line of a traffic profile for which there is no resource: it is not billed. `usd` is what it would have cost."""

    line: str
    key: Key
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWork:
    """What a service's resources use, at one rate of its work.

    `name` is the traffic profile's, empty without one. `rest` is a profile of which only `rest_keys` count, lines with
    keys; its tokens do where the service `has_models`.
    """

    name: str
    unit: str
    units_per_day: Decimal
    lines: tuple[ResourceLine, ...]
    resources: tuple[PricedResource, ...]
    unstated: tuple[Unstated, ...] = ()
    not_in_template: tuple[NotInTemplate, ...] = ()
    rest: Profile | None = None
    rest_keys: frozenset[tuple[str, Key]] = frozenset()
    has_models: bool = False

    @property
    def tokens_of(self) -> Profile | None:
        """The profile whose tokens count; None where none do."""
        return self.rest if self.has_models else None

    @property
    def unknown(self) -> tuple[PricedResource, ...]:
        """The resources whose price is not known."""
        return tuple(each for each in self.resources if each.standing is Standing.UNKNOWN)

    @property
    def free(self) -> tuple[PricedResource, ...]:
        """The resources that cost nothing by themselves."""
        return tuple(each for each in self.resources if each.standing is Standing.FREE)
