"""Names, ARNs and facts of the resources of templates, by what the files of their kinds say of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import assert_never

from foundation.cloudformation.stacks import Templates
from foundation.cloudformation.template import TemplateResource
from foundation.cloudformation.values import (
    Attribute,
    Text,
    Unknown,
    Value,
    as_text,
    attributes_in,
    every,
    is_known,
    items_of,
    mapping_of,
    name_of,
    parameter_name,
    texts_in,
)
from foundation.cloudwatch.parameters import Parameter, Part, parameters_in, parametrized, parts_of
from foundation.files.problem import Problem
from foundation.service.resource_type import (
    FactKind,
    FactRule,
    Identity,
    OtherPlace,
    Related,
    ResourceType,
    ReturnValue,
)
from foundation.service.resource_type_file import facts_of, kinds_of, why_free
from foundation.service.resources import FactValue
from foundation.service.template_names import TemplateNames

# A text that a file of a service would not take as a name.
_MOST_LETTERS = 2_000
# Of load balancers and of their target groups, as their metrics have it: what their ARNs end with.
_FULL_NAME = "FullName"
# What a resource refers to may refer to another, as the name of a queue in the name of its alarm.
_MOST_STEPS = 10


@dataclass(slots=True, kw_only=True)
class TemplateFacts:
    """What is known of the resources of templates. What only a deployment knows is a parameter, which is named after it.

    `physical` are the ids that a deployment gave, by address: what Ref gives of them. `notes` come with the facts: what a
    resource has several of, where a fact is one.
    """

    templates: Templates
    physical: Mapping[str, str] = field(default_factory=dict[str, str])
    by_address: dict[str, TemplateResource] = field(init=False)
    ids: dict[str, str] = field(init=False)
    by_type: dict[str, list[TemplateResource]] = field(init=False)
    notes: list[Problem] = field(default_factory=list[Problem])
    by_name: TemplateNames = field(init=False)
    related: dict[tuple[str, Related], dict[str, list[TemplateResource]]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_address = {each.address: each for each in self.templates.resources}
        self.by_type = {}
        for each in self.templates.resources:
            self.by_type.setdefault(each.type, []).append(each)
        counts = Counter(each.logical_id for each in self.templates.resources)
        self.ids = {
            each.address: parameter_name(each.logical_id) if counts[each.logical_id] == 1 else name_of(each.address)
            for each in self.templates.resources
        }
        self.related = {}
        self.by_name = TemplateNames(
            names={each.address: self.name(each) for each in self.templates.resources if why_free(each.type) is None},
            types={each.address: each.type for each in self.templates.resources},
        )

    def name(self, resource: TemplateResource, *, steps: int = 0) -> str:
        """The physical name, as far as the template gives it; else what its deployment gives."""
        identity = _identity_of(resource)
        if identity is None:
            return self.physical.get(resource.address) or parametrized(Parameter(self.ids[resource.address]))
        given = next(iter(every(resource.properties, *(identity.name_property or "").split("."))), None)
        if identity.name_property is not None and given is not None and (text := self.text(given, steps=steps + 1)):
            return identity.stored(text)
        if resource.address in self.physical:
            return _name_in(self.physical[resource.address], identity.ref)
        attribute = identity.name_attribute
        called = self.ids[resource.address]
        return parametrized(Parameter(called if attribute is None else name_of(called, attribute)))

    def arn(self, resource: TemplateResource, name: str, facts: tuple[tuple[str, FactValue], ...]) -> str:
        """The ARN: by the pattern of its kind, or as its deployment gives it."""
        kind = _kind_of(resource)
        followed = None if kind is None else kind.arn_of(name, facts)
        if followed is not None:
            return followed
        called, identity = self.ids[resource.address], _identity_of(resource)
        physical = self.physical.get(resource.address, "")
        if physical.startswith("arn:"):
            return physical
        attributes = (("Arn", ReturnValue.ARN),) if identity is None else identity.attributes
        attribute = next((each for each, gives in attributes if gives is ReturnValue.ARN), None)
        if attribute is None or (identity is not None and identity.ref is ReturnValue.ARN):
            return parametrized(Parameter(called))
        return parametrized(Parameter(name_of(called, attribute)))

    def facts(self, resource: TemplateResource) -> tuple[tuple[str, FactValue], ...]:
        """The facts that the templates say of it; what they say nothing of, and what is not known, is left out."""
        found = ((rule.name, self._fact(resource, rule)) for rule in facts_of(resource.type))
        return tuple((name, value) for name, value in found if value is not None)

    def text(self, value: Value, *, steps: int = 0) -> str:
        """A value as a text with parameters; empty where it is none."""
        if isinstance(value, Mapping):
            return ""
        parts = value.parts if isinstance(value, Text) else (as_text(value),)
        made = parametrized(*(part if isinstance(part, str) else self._part(part, steps) for part in parts))
        # What AWS takes for no name is none, and what looks like a parameter would be one where it is written.
        plain = "".join(part for part in parts_of(made) if isinstance(part, str))
        is_name = plain.isascii() and plain.isprintable() and "${" not in plain
        return made if is_name and len(made) <= _MOST_LETTERS else ""

    def _part(self, part: Unknown, steps: int) -> Part:
        if part.of is None:
            return Parameter(part.name)
        resource = self.by_address.get(part.of.address)
        if resource is None:
            return Parameter(part.name)
        gives = _gives(resource, part.of)
        if steps < _MOST_STEPS and gives is ReturnValue.NAME:
            return self.name(resource, steps=steps + 1)
        if steps < _MOST_STEPS and gives is ReturnValue.ARN:
            return self.arn(resource, self.name(resource, steps=steps + 1), ())
        called = self.ids[resource.address]
        return Parameter(name_of(called, part.of.name) if part.of.name else called)

    def _fact(self, resource: TemplateResource, rule: FactRule) -> FactValue | None:
        found = self._in_its_place(resource, rule)
        if found is not None:
            return found
        return next((value for place in rule.otherwise if (value := self._in(place, resource, rule)) is not None), None)

    def _in(self, place: OtherPlace, resource: TemplateResource, rule: FactRule) -> FactValue | None:
        among = (resource,) if place.related is None else self._all_related(resource, place.related)
        if rule.kind is FactKind.SUM and place.value is None:
            return self._sum(among, place.property)
        of = self._that_says(among, place.property)
        value = None if of is None else self._at(of, place.property)
        if of is None or value is None or not _is_met(place, value):
            return None
        if place.value is not None:
            return place.value
        if place.attribute is not None:
            return self._attribute(of, value, place.attribute, is_of_another=True)
        return Decimal(len(items_of(value))) if place.is_counted else self._value(rule, value, of)

    def _in_its_place(self, resource: TemplateResource, rule: FactRule) -> FactValue | None:
        of = resource
        if rule.related is not None:
            among = self._all_related(resource, rule.related)
            if rule.kind is FactKind.COUNT and rule.property is None:
                # That there is none may be that what there is stands elsewhere, as the methods of an API in its definition.
                return Decimal(len(among)) if among else None
            if rule.kind is FactKind.SUM and rule.property is not None:
                return self._sum(among, rule.property)
            related = self._that_says(among, rule.property)
            if rule.kind is FactKind.TEXT and len(among) > 1:
                self._tell_others(resource, rule, (self._of(each, rule) for each in among))
            if rule.property is None and rule.attribute is None:
                # Only that it is so: that it is not is what its kind takes it for.
                return True if related is not None else None
            if related is None:
                return None
            of = related
        if rule.kind is FactKind.SUM and rule.property is not None:
            return self._sum((of,), rule.property)
        if rule.kind is FactKind.COUNT and rule.property is not None:
            return _count(of, rule.property)
        return self._of(of, rule)

    def _that_says(self, among: Sequence[TemplateResource], path: str | None) -> TemplateResource | None:
        """The first that says what is at a path, as of several aliases the one that keeps environments ready; else the first."""
        says = (each for each in among if path is not None and self._at(each, path) is not None)
        return next(says, next(iter(among), None))

    def _sum(self, among: Iterable[TemplateResource], path: str) -> Decimal | None:
        """The sum of all numbers at a path; None where there are none, or one of them is not known before a deployment."""
        items = [item for of in among for item in self._every(of.properties, path.split("."))]
        numbers = [_number(as_text(item)) if is_known(item) else None for item in items]
        known = [each for each in numbers if each is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(numbers) else None

    def _of(self, of: TemplateResource, rule: FactRule) -> FactValue | None:
        """A fact as its own resource has it, or the one that is related."""
        value = None if rule.property is None else self._at(of, rule.property)
        if rule.attribute is not None:
            return self._attribute(of, value, rule.attribute, is_of_another=rule.property is not None)
        return None if value is None else self._value(rule, value, of)

    def _tell_others(
        self, resource: TemplateResource, rule: FactRule, values: Iterable[FactValue | None]
    ) -> None:  # fmt: skip
        first, *others = dict.fromkeys(str(each) for each in values if each is not None) or [""]
        if others:
            said = (
                f"of its {rule.name} {first} is told, and {', '.join(others)} not: "
                f"in service.yaml, write a resource more for each that is to be watched"
            )
            file, _, line = resource.where.rpartition(":")
            about = ("Resources", resource.address)
            self.notes.append(Problem(said, file=Path(file), line=int(line), about=about))

    def _at(self, resource: TemplateResource, path: str) -> Value:
        """What stands at a path, which a reference on the way leads on into the resource that it is to."""
        found = tuple(self._every(resource.properties, path.split(".")))
        return found[0] if len(found) == 1 else found or None

    def _every(self, value: Value, path: Sequence[str]) -> Iterator[Value]:
        if not path:
            yield from items_of(value)
            return
        for each in items_of(value):
            yield from self._every(mapping_of(self._referred(each)).get(path[0]), path[1:])

    def _referred(self, value: Value) -> Value:
        """The properties of the resource that a value refers to as a whole; else the value."""
        if not isinstance(value, Text) or len(value.parts) != 1:
            return value
        to = next((self.by_address.get(each.address) for each in attributes_in(value)), None)
        return None if to is None else to.properties

    def _attribute(
        self, of: TemplateResource, value: Value, attribute: str, *, is_of_another: bool
    ) -> FactValue | None:
        address = of.address
        if is_of_another:
            address = next((each.address for each in attributes_in(value)), "")
        called = self.ids.get(address)
        physical = self.physical.get(address, "")
        if physical.startswith("arn:") and attribute.endswith(_FULL_NAME):
            return physical.rpartition(":")[2].removeprefix("loadbalancer/")
        return None if called is None else parametrized(Parameter(name_of(called, attribute)))

    def _all_related(self, resource: TemplateResource, related: Related) -> tuple[TemplateResource, ...]:
        """Those that refer to it, or name it by its name or its ARN."""
        key = (resource.type, related)
        if key not in self.related:
            self.related[key] = self._by_what_they_name(*key)
        return tuple(each for each in self.related[key].get(resource.address, ()) if each is not resource)

    def _by_what_they_name(self, of_type: str, related: Related) -> dict[str, list[TemplateResource]]:
        found: dict[str, list[TemplateResource]] = {}
        for each in self.by_type.get(related.type, ()):
            values = tuple(every(each.properties, *related.by.split(".")))
            named = dict.fromkeys(of.address for of in attributes_in(values))
            texts = (self.by_name.named_of(of_type, as_text(text)) for text in texts_in(values))
            for address in named | dict.fromkeys(text for text in texts if text is not None):
                found.setdefault(address, []).append(each)
        return found

    def _value(self, rule: FactRule, value: Value, of: TemplateResource) -> FactValue | None:
        match rule.kind:
            case FactKind.FLAG:
                text = as_text(value).lower() if is_known(value) else ""
                return text == "true" if text in ("true", "false") else True
            case FactKind.NUMBER | FactKind.COUNT | FactKind.SUM:
                # Of several that are the same, such as the periods of an alarm's metrics, there is one number.
                # One that is a parameter stays it: what AWS takes where nothing is said is not what it is.
                texts = {self.text(item) for item in items_of(value)}
                text = texts.pop() if len(texts) == 1 else ""
                return text or None if parameters_in(text) else _number(text)
            case FactKind.TEXT:
                texts = [text for text in dict.fromkeys(map(self.text, items_of(value))) if text]
                if rule.is_first and texts:
                    self._tell_others(of, rule, texts)
                    del texts[1:]
                return _joined(texts, rule)
            case _:
                assert_never(rule.kind)


def _identity_of(resource: TemplateResource) -> Identity | None:
    kind = _kind_of(resource)
    return None if kind is None else kind.identity


def _kind_of(resource: TemplateResource) -> ResourceType | None:
    """The general kind of its type: what they differ in is not how they are named."""
    return next(iter(kinds_of(resource.type)), None)


def _name_in(physical: str, ref: ReturnValue) -> str:
    """The name in what Ref gives: an ARN and a URL end with it."""
    match ref:
        case ReturnValue.ARN:
            return physical.replace("/", ":").rpartition(":")[2]
        case ReturnValue.URL:
            return physical.rpartition("/")[2]
        case _:
            return physical


def _gives(resource: TemplateResource, of: Attribute) -> ReturnValue | None:
    identity = _identity_of(resource)
    if identity is None:
        return None
    return identity.ref if not of.name else dict(identity.attributes).get(of.name)


def _is_met(place: OtherPlace, value: Value) -> bool:
    """Whether what stands in a place is what the place is for."""
    if place.matches is not None and not (is_known(value) and re.fullmatch(place.matches, as_text(value))):
        return False
    if place.above is None:
        return True
    number = Decimal(len(value)) if isinstance(value, tuple) else _number(as_text(value)) if is_known(value) else None
    return number is not None and number > place.above


def _joined(texts: Sequence[str], rule: FactRule) -> str | None:
    named = [_last_of_arn(text) for text in texts] if rule.is_name else texts
    parts = [part for text in named for part in (",", text)]
    return parametrized(*parts[1:]) or None


def _last_of_arn(text: str) -> str:
    """The name that an ARN ends with; what is no ARN is one itself."""
    parts = parts_of(text)
    if not (isinstance(parts[0], str) and parts[0].startswith("arn:")):
        return text
    behind: list[Part] = []
    for part in reversed(parts):
        name = part.replace("/", ":").rpartition(":")[2] if isinstance(part, str) else part
        behind.insert(0, name)
        if name != part:
            break
    return parametrized(*behind)


def _count(resource: TemplateResource, path: str) -> Decimal | None:
    """How many there are at a path; None where a list is not known before a deployment."""
    found = [item for value in every(resource.properties, *path.split(".")) for item in items_of(value)]
    return None if any(isinstance(item, Text) and len(found) == 1 for item in found) else Decimal(len(found))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None
