"""The parameters of a template: given, taken from their defaults, or known to a deployment alone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.cloudformation.findings import Findings
from foundation.cloudformation.tree import value_of
from foundation.cloudformation.values import Value, as_text, at, every, is_known, parameter_name, unknown
from foundation.files.yaml_tree import Node

_LISTS = ("List<", "CommaDelimitedList")
# Its value is the name of what a deployment looks up.
_LOOKED_UP = "AWS::SSM::Parameter::Value<"
# What is the same wherever a template is deployed, under the name that it has there.
_PSEUDO = ("AWS::AccountId", "AWS::Partition", "AWS::Region")
# What is of the one stack, and would be another's in every other stack: a parameter under a name of its own.
_OF_THE_STACK = {
    "AWS::StackName": "StackName",
    "AWS::StackId": "StackId",
    "AWS::NotificationARNs": "NotificationArns",
    "AWS::URLSuffix": "UrlSuffix",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDefault:
    """A parameter that nobody gave a value, so that its default is taken."""

    name: str
    value: str


def pseudo_parameters(stack: str | None) -> dict[str, Value]:
    """AWS's own, by name; `stack` is the stack's name where it is known. AWS::NoValue is none of them."""
    found: dict[str, Value] = {name: unknown(name) for name in _PSEUDO}
    found |= {name: unknown(called) for name, called in _OF_THE_STACK.items()}
    return found if stack is None else found | {"AWS::StackName": stack}


def parameter_values(
    declared: Node, given: Mapping[str, Value], findings: Findings
) -> tuple[dict[str, Value], tuple[TakenDefault, ...]]:
    """The value of each parameter that is declared, and the defaults that are taken. A given value may be partly unknown."""
    values: dict[str, Value] = {}
    taken: list[TakenDefault] = []
    if not isinstance(declared.value, dict):
        findings.problem(declared.line, "Parameters is a mapping of names to parameters")
        return values, ()
    for name, node in declared.value.items():
        with findings.within("Parameters", name):
            declaration = value_of(node)
            of_type = as_text(at(declaration, "Type"))
            default = declaration.get("Default") if isinstance(declaration, Mapping) else None
            if of_type == "":
                findings.problem(node.line, "a parameter needs a Type, such as String")
            value = given.get(name, default)
            if value is None or of_type.startswith(_LOOKED_UP):
                values[name] = unknown(parameter_name(name))
                continue
            _refuse_others(value, declaration, node, findings)
            values[name] = _listed(value) if of_type.startswith(_LISTS) else _written(value)
            if name not in given:
                taken.append(TakenDefault(name=name, value=as_text(value)))
    return values, tuple(taken)


def _written(value: Value) -> Value:
    """As a text, which every parameter is to a template; a list that another stack passes stays one."""
    return value if isinstance(value, tuple) or not is_known(value) else as_text(value)


def _listed(value: Value) -> Value:
    if isinstance(value, tuple) or not is_known(value):
        return value
    return tuple(each.strip() for each in as_text(value).split(",")) if as_text(value) else ()


def _refuse_others(value: Value, declaration: Value, node: Node, findings: Findings) -> None:
    allowed = [as_text(each) for each in every(declaration, "AllowedValues")]
    text = as_text(value)
    if allowed and is_known(value) and text not in allowed and not isinstance(value, tuple):
        findings.problem(node.line, f"{text[:80]!r} is none of the values that it allows: {', '.join(allowed)[:400]}")
