"""A resource of every kind, with every fact that its kind knows, and the stage that it is in."""

from decimal import Decimal

from foundation.service.resource_type import FactKind, ResourceType
from foundation.service.resource_type_file import kinds_of, known_types
from foundation.service.resources import FactValue, Resource

KINDS = tuple(kind for of in known_types() for kind in kinds_of(of))
WATCHED = tuple(kind for kind in KINDS if kind.alarms)


def resource_of(kind: ResourceType) -> Resource:
    """A resource of a kind: its facts have the values that make it this kind, and else those of an example."""
    facts: dict[str, FactValue] = {rule.name: _example(rule.kind) for rule in kind.facts}
    facts |= {name: values[0] for name, values in kind.where}
    # What a general kind is not is another of its type.
    if not kind.name:
        others = {name for each in kinds_of(kind.type) for name, _ in each.where}
        facts |= {name: False if isinstance(facts[name], bool) else "another" for name in others}
    return Resource(type=kind.type, label="it", name="its-name", arn="arn:aws:its", facts=tuple(facts.items()))


def _example(kind: FactKind) -> FactValue:
    match kind:
        case FactKind.NUMBER | FactKind.COUNT | FactKind.SUM:
            return Decimal(10)
        case FactKind.FLAG:
            return True
        case FactKind.TEXT:
            return "a-text"
