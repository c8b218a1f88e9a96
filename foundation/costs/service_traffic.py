"""The traffic of a service by its resources: how often each is used, and how much one use takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from foundation.costs.origins import OfProfile, Origin
from foundation.costs.traffic import Profile

PER_UNIT, A_MONTH = "_per_unit", "_a_month"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """A number of a resource's traffic, and where it comes from."""

    value: Decimal
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTraffic:
    """A profile by the labels of resources: numbers by their keys, such as `requests_per_unit`, `requests_a_month`, `seconds`.

    Those of a type are of each of its resources that has none of its own. `unit` is what people call one unit of the work.
    `platform` is a profile of the whole platform, where the file has one, too.
    """

    name: str
    about: str
    units_per_day: Decimal
    unit: str
    resources: Mapping[str, Mapping[str, KnownNumber]]
    platform: Profile | None = None

    def numbers_of(self, resource: str, type_name: str) -> Mapping[str, KnownNumber]:
        """What is said of a resource: of it by its label, or else of each of its type."""
        return self.resources.get(resource, self.resources.get(type_name, {}))

    def with_known(self, resource: str, key: str, value: Decimal, origin: Origin) -> "ServiceTraffic":
        """The traffic with a number that is known better, and from where."""
        others = {
            name: number for name, number in self.resources.get(resource, {}).items() if _term(name) != _term(key)
        }
        numbers = {**others, key: KnownNumber(value=value, origin=origin)}
        return replace(self, resources={**self.resources, resource: numbers})


def of_profile(name: str, resource: str, key: str, value: Decimal) -> KnownNumber:
    """A number as a profile of this name has it."""
    return KnownNumber(value=value, origin=OfProfile(profile=name, key=f"resources.{resource}.{key}"))


def _term(key: str) -> str:
    return key.removesuffix(PER_UNIT).removesuffix(A_MONTH)
