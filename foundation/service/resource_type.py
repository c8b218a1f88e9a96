"""What is known of a kind of resource: how it is named and referred to, its facts, and what alarms, dashboards and bill need.

A kind is a CloudFormation type, or those resources of a type whose facts have certain values: a queue for dead letters.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from foundation.cloudwatch.parameters import Parameter, Part, parametrized, parts_of
from foundation.service.panels import PanelTemplate
from foundation.service.resource_alarms import ResourceAlarm
from foundation.service.resource_type_bill import BillSection
from foundation.service.resources import FactValue, Resource

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_:.]+)\}", re.ASCII)


class ReturnValue(Enum):
    """What a reference to a resource gives in a template; `OTHER` is a text that is none of the others."""

    NAME = "name"
    ARN = "arn"
    ID = "id"
    URL = "url"
    OTHER = "other"


class FactKind(Enum):
    """What the value of a fact is; a count is how many there are at its path: items of a list, or things of each item.

    A sum is of the numbers at its path, of all that are related.
    """

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    COUNT = "count"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How a resource is named: `name_property` is None where a template cannot name it, and its name is then what Ref gives.

    `name_attribute` is the attribute (Fn::GetAtt) that gives the name where Ref does not. `arn` is a pattern; None where a
    resource has none that follows from its name and facts. `attributes` are what Fn::GetAtt gives, by attribute.
    `is_lower_case` says that AWS stores the name in small letters, whatever a template has.
    """

    name_property: str | None
    name_attribute: str | None
    arn: str | None
    ref: ReturnValue
    attributes: tuple[tuple[str, ReturnValue], ...]
    is_lower_case: bool = False

    def stored(self, name: str) -> str:
        """A name as AWS stores it, and its metrics have it; a parameter stays what it is."""
        if not self.is_lower_case:
            return name
        return parametrized(*(part.lower() if isinstance(part, str) else part for part in parts_of(name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """The resources of a type one of whose properties (a dotted path; a list stands for each of its items) refers to this one."""

    type: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlace:
    """Where a fact stands, if it does not stand where it should: a property, of a related resource where there is a relation.

    `attribute` is what Fn::GetAtt gives of the resource that the property refers to. With `matches`, a regular expression, or
    `above`, a number that what stands there or how many stand there is above, the place counts only where that is so.
    `value` is what the fact then is; None where it is what stands there, or how many where it `is_counted`.
    """

    property: str
    related: Related | None
    value: FactValue | None
    attribute: str | None = None
    matches: str | None = None
    above: Decimal | None = None
    is_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRule:
    """Where a fact of a resource stands in a template.

    `property` is a dotted path in the resource's own properties, or in those of the first resource that is `related`.
    Where neither `property` nor `attribute` is given, the fact is whether there is a related resource; and where there is no
    `related` either, no template has it, and a person says it.
    `attribute` is what Fn::GetAtt gives: of the resource that the property refers to, or of itself where there is no property.
    A flag of a property that is neither true nor false is whether it is there. `default` is what AWS takes where nothing is said.
    `otherwise` are the places that are looked at, in their order, where it is not there.
    A text that `is_name` is a name, where a template may have an ARN; of several that stand in a list it `is_first`, or all.
    """

    name: str
    kind: FactKind
    property: str | None
    attribute: str | None
    related: Related | None
    default: FactValue | None
    source: str | None
    otherwise: tuple[OtherPlace, ...] = ()
    is_name: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCommitment:
    """What AWS commits itself to in its service level agreement: the monthly uptime as a ratio, and where it says so."""

    uptime_ratio: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One kind of resource, as its file has it.

    `name` is the kind's among those of its type, empty for the general one; `where` are the facts that make it this kind and no
    other, each with the values that it may have. `title` is for several, `one` for a single one.
    `unwatched` says why it has no alarms of its own; empty where it has some. `commitment` is None where none is known.
    """

    type: str
    name: str
    where: tuple[tuple[str, tuple[FactValue, ...]], ...]
    title: str
    one: str
    source: str
    commitment: ServiceCommitment | None
    identity: Identity
    facts: tuple[FactRule, ...]
    unwatched: str
    alarms: tuple[ResourceAlarm, ...]
    panels: tuple[PanelTemplate, ...]
    bill: BillSection

    def fact_of(self, resource: Resource, name: str) -> FactValue | None:
        """A fact of a resource: as the resource has it, or what AWS takes where nothing is said; None where it is not known."""
        given = resource.fact(name)
        if given is not None:
            return given
        return next((rule.default for rule in self.facts if rule.name == name), None)

    def with_defaults(self, resource: Resource) -> Resource:
        """The resource with what AWS takes where nothing is said of it."""
        defaults = {rule.name: rule.default for rule in self.facts if rule.default is not None}
        return replace(resource, facts=tuple((defaults | dict(resource.facts)).items()))

    def is_of(self, resource: Resource) -> bool:
        """Whether a resource is of this kind, by its facts and by what AWS takes where nothing is said."""
        return resource.type == self.type and all(self.fact_of(resource, name) in values for name, values in self.where)

    def arn_of(self, name: str, facts: tuple[tuple[str, FactValue], ...]) -> str | None:
        """The ARN of a resource of this name, with parameters for what only a deployment knows; None where it does not follow."""
        if self.identity.arn is None:
            return None
        defaults = {rule.name: rule.default for rule in self.facts if rule.default is not None}
        known: dict[str, Part] = {each: _written(value) for each, value in (defaults | dict(facts)).items()}
        known["name"] = name
        parts: list[Part] = []
        for number, part in enumerate(_PLACEHOLDER.split(self.identity.arn)):
            if number % 2 == 0:
                parts.append(part)
            elif part.startswith("AWS::"):
                parts.append(Parameter(part))
            elif part in known:
                parts.append(known[part])
            else:
                return None
        return parametrized(*parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTypes:
    """Types that cost nothing by themselves and need no watch, and why."""

    reason: str
    types: frozenset[str]


def placeholders_in(pattern: str) -> tuple[str, ...]:
    """The names in the `${…}` of a pattern."""
    return tuple(_PLACEHOLDER.findall(pattern))


def _written(value: FactValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case str():
            return value
