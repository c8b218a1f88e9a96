"""The values of a template: every function evaluated as far as it can be before a deployment, every mistake with its line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import foundation.cloudformation.functions as functions
from foundation.cloudformation.conditions import Conditions
from foundation.cloudformation.findings import Findings
from foundation.cloudformation.foreach import unrolled
from foundation.cloudformation.tree import value_of
from foundation.cloudformation.values import (
    Attribute,
    Text,
    Value,
    as_text,
    is_known,
    mapping_of,
    name_of,
    unknown,
)
from foundation.files.explaining import did_you_mean
from foundation.files.yaml_tree import Node

NO_VALUE = "AWS::NoValue"


class Nothing(Enum):
    """What Ref of AWS::NoValue gives: the key or the item is not there at all."""

    IS_THERE = "nothing"


_Found: TypeAlias = "Value | Nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A logical id that a function asks for, whether there is one or not, and where."""

    logical_id: str
    line: int
    place: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Evaluation:
    """The evaluation of one template; `scope` is what addresses of its resources begin with.

    `asked` are the logical ids that its functions name: whether each is one is known when all resources are.
    """

    scope: str
    parameters: Mapping[str, Value]
    mappings: Value
    findings: Findings
    conditions: Conditions = field(init=False)
    asked: list[AskedFor] = field(default_factory=list[AskedFor])

    def take_conditions(self, nodes: dict[str, Node]) -> None:
        """The conditions of the template, which its values may hang on."""
        self.conditions = Conditions(nodes=nodes, findings=self.findings, evaluate=self.value)

    def value(self, node: Node) -> Value:
        """The value of a node; nothing where its function says that it has none."""
        found = self._value(node)
        return None if found is Nothing.IS_THERE else found

    def _value(self, node: Node) -> _Found:
        match node.value:
            case dict() as mapping if len(mapping) == 1 and (name := _function_of(next(iter(mapping)))) is not None:
                return self._call(name, next(iter(mapping.values())), node.line)
            case dict():
                written = unrolled(node, self.value, self.findings)
                pairs = ((key, self._value(each)) for key, each in _pairs(written))
                return {key: each for key, each in pairs if each is not Nothing.IS_THERE}
            case list() as items:
                return tuple(each for each in map(self._value, items) if each is not Nothing.IS_THERE)
            case str() as text if "{{resolve:" in text:
                return functions.resolved_later(text)
            case _:
                return value_of(node)

    def _call(self, name: str, argument: Node, line: int) -> _Found:
        match name:
            case "Ref":
                return self._ref(argument, line)
            case "Fn::GetAtt":
                return self._attribute(argument, line)
            case "Fn::Sub":
                return self._substitute(argument, line)
            case "Fn::If":
                return self._if(argument, line)
            case "Fn::FindInMap":
                return self._find(argument, line)
            case "Fn::ImportValue":
                export = self.value(argument)
                return unknown(name_of("Import", as_text(export)), export=export)
            case "Fn::GetAZs":
                return unknown(name_of("AvailabilityZones", as_text(self.value(argument))))
            case "Fn::Transform":
                macro = self.value(argument)
                self.findings.note(
                    line, f"what Fn::Transform makes is not seen: {_macro(macro)} runs when it is deployed"
                )
                return unknown("Transform", possible=(macro,))
            case _ if "::" in name.removeprefix("Fn::"):
                self.findings.note(line, f"what {name[:80]} makes is not seen: a tool runs it before it is deployed")
                return unknown(name_of(name), possible=(self.value(argument),))
            case _:
                return self._plain(name, argument, line)

    def _plain(self, name: str, argument: Node, line: int) -> Value:
        value = self.value(argument)
        made: Value = None
        if isinstance(value, tuple) and (of_list := _OF_LISTS.get(name)) is not None:
            made = of_list(value)
        elif (of_value := _OF_VALUES.get(name)) is not None:
            made = of_value(value)
        elif isinstance(value, Text) and name in _OF_LISTS:
            made = unknown(name_of(name.removeprefix("Fn::")), possible=(value,))
        elif name not in _OF_LISTS and name not in _OF_VALUES:
            hint = did_you_mean(name, _KNOWN) or "remove it or correct its spelling"
            self.findings.problem(line, f"{name[:80]} is no function of CloudFormation; {hint}")
            return unknown("Function", possible=(value,))
        if made is None:
            self.findings.problem(line, f"{name}: its arguments are not those that it takes")
        return made

    def _ref(self, argument: Node, line: int) -> _Found:
        if not isinstance(argument.value, str) or not argument.value:
            self.findings.problem(line, "Ref takes the name of a parameter or of a resource")
            return None
        return self._named(argument.value.strip(), line)

    def _named(self, name: str, line: int) -> _Found:
        """What Ref and Fn::Sub make of a name."""
        if name == NO_VALUE:
            return Nothing.IS_THERE
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            hint = did_you_mean(name, (each for each in self.parameters if each.startswith("AWS::")))
            self.findings.problem(line, f"there is no {name[:80]}; {hint}")
            return None
        return self._resource(name, "", line)

    def _resource(self, logical_id: str, attribute: str, line: int) -> Text:
        self.asked.append(AskedFor(logical_id=logical_id, line=line, place=self.findings.place))
        return unknown(name_of(logical_id, attribute), of=Attribute(f"{self.scope}{logical_id}", attribute))

    def _attribute(self, argument: Node, line: int) -> Value:
        match argument.value:
            case str() as text if "." in text:
                logical_id, _, attribute = text.partition(".")
                return self._resource(logical_id, attribute, line)
            case [first, *parts] if parts and is_known(logical_id := self.value(first)):
                attribute = ".".join(as_text(self.value(each)) for each in parts)
                return self._resource(as_text(logical_id), attribute, line)
            case _:
                self.findings.problem(line, "Fn::GetAtt takes a resource and an attribute, such as Queue.Arn")
                return None

    def _substitute(self, argument: Node, line: int) -> Value:
        match argument.value:
            case [Node(value=str() as text), Node(value=dict()) as own]:
                variables = mapping_of(self.value(own))
            case [Node(value=str() as text)] | (str() as text):
                variables = mapping_of(None)
            case _:
                self.findings.problem(line, "Fn::Sub takes a text, or a text and a mapping of its variables")
                return None

        def filled(name: str) -> Value:
            if name in variables:
                return variables[name]
            logical_id, dot, attribute = name.partition(".")
            if dot:
                return self._resource(logical_id, attribute, line)
            found = self._named(name, line)
            return None if found is Nothing.IS_THERE else found

        made = functions.substitute(text, filled)
        return functions.resolved_later(made) if isinstance(made, str) else made

    def _if(self, argument: Node, line: int) -> _Found:
        match argument.value:
            case [Node(value=str() as condition), one, other]:
                pass
            case _:
                self.findings.problem(line, "Fn::If takes the name of a condition and two values")
                return None
        held = self.conditions.holds(condition, line)
        if held is not None:
            return self._value(one if held else other)
        self.findings.note(line, f"either of two values: the condition {condition[:80]} is known to a deployment alone")
        possible = tuple(each for each in map(self._value, (one, other)) if each is not Nothing.IS_THERE)
        if len(possible) == 2 and possible[0] == possible[1]:
            return possible[0]
        return unknown(name_of(condition), possible=possible) if possible else Nothing.IS_THERE

    def _find(self, argument: Node, line: int) -> Value:
        items = argument.value if isinstance(argument.value, list) else []
        keys = [self.value(each) for each in items[:3]]
        otherwise = self.value(items[3]) if len(items) == 4 else None
        if len(keys) < 3 or len(items) > 4:
            self.findings.problem(line, "Fn::FindInMap takes a mapping and two keys")
            return None
        found = self._leaves(self.mappings, keys)
        default = otherwise.get("DefaultValue") if isinstance(otherwise, Mapping) else None
        if not found:
            if default is not None:
                return default
            where = " ".join(as_text(key)[:80] for key in keys)
            self.findings.problem(line, f"Fn::FindInMap: there is no {where} in the mappings")
            return None
        distinct = tuple(each for number, each in enumerate(found) if each not in found[:number])
        if len(distinct) == 1 and (default is None or is_known(tuple(keys))):
            return distinct[0]
        return unknown(name_of(*(as_text(key) for key in keys if is_known(key))), possible=(*distinct, tuple(keys)))

    def _leaves(self, value: Value, keys: list[Value]) -> list[Value]:
        """All values that the keys may lead to; a key that is not known may be any."""
        if not keys:
            return [value]
        if not isinstance(value, Mapping):
            return []
        first, *rest = keys
        below = [value[as_text(first)]] if is_known(first) and as_text(first) in value else []
        if not is_known(first):
            below = list(value.values())
        return [leaf for each in below for leaf in self._leaves(each, rest)]


def _function_of(key: str) -> str | None:
    return key if key == "Ref" or (key.startswith("Fn::") and not key.startswith("Fn::ForEach")) else None


def _pairs(node: Node) -> list[tuple[str, Node]]:
    return list(node.value.items()) if isinstance(node.value, dict) else []


def _macro(value: Value) -> str:
    name = value.get("Name") if isinstance(value, Mapping) else value
    return as_text(name)[:80] or "a macro"


_OF_LISTS: Mapping[str, Callable[[tuple[Value, ...]], Value]] = {
    "Fn::Join": functions.join,
    "Fn::Split": functions.split,
    "Fn::Select": functions.select,
    "Fn::Cidr": functions.cidrs,
}
_OF_VALUES: Mapping[str, Callable[[Value], Value]] = {
    "Fn::Base64": functions.encoded,
    "Fn::Length": functions.length,
    "Fn::ToJsonString": functions.json_string,
}
_KNOWN = frozenset(
    {
        "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::FindInMap", "Fn::ImportValue", "Fn::GetAZs", "Fn::Transform",
        *_OF_LISTS, *_OF_VALUES,
    }
)  # fmt: skip
