"""Conditions of a template: true, false, or not to be known before a deployment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from foundation.cloudformation.findings import Findings
from foundation.cloudformation.values import Value, as_text, is_known
from foundation.files.explaining import with_hint
from foundation.files.yaml_tree import Node

Known = bool | None
_MOST_LEVELS = 50


@dataclass(slots=True, kw_only=True)
class Conditions:
    """The conditions of a template, each evaluated when it is asked for; `evaluate` gives the values that they compare."""

    nodes: dict[str, Node]
    findings: Findings
    evaluate: Callable[[Node], Value]
    found: dict[str, Known] = field(default_factory=dict[str, Known])
    asked: list[str] = field(default_factory=list[str])

    def holds(self, name: str, line: int) -> Known:
        """Whether the condition of a name holds."""
        if name in self.found:
            return self.found[name]
        node = self.nodes.get(name)
        if node is None:
            self.findings.problem(line, with_hint(f"no condition is named {name[:80]!r}", name, self.nodes))
            return None
        if name in self.asked or len(self.asked) >= _MOST_LEVELS:
            said = "hangs on itself" if name in self.asked else f"hangs on others more than {_MOST_LEVELS} levels deep"
            self.findings.problem(line, f"the condition {name[:80]} {said}")
            return None
        self.asked.append(name)
        with self.findings.within("Conditions", name):
            held = self.of(node)
        self.asked.remove(name)
        self.found[name] = held
        return held

    def of(self, node: Node) -> Known:
        """Whether what is written at a node holds."""
        match node.value:
            case dict() as mapping if len(mapping) == 1:
                ((key, argument),) = mapping.items()
            case _:
                return self._as_flag(node)
        items = argument.value if isinstance(argument.value, list) else []
        match key, items:
            case "Condition", _ if isinstance(argument.value, str):
                return self.holds(argument.value, node.line)
            case "Fn::Equals", [one, other]:
                return _equal(self.evaluate(one), self.evaluate(other))
            case "Fn::Not", [one]:
                held = self.of(one)
                return None if held is None else not held
            case "Fn::And", [_, *_]:
                return _all([self.of(each) for each in items])
            case "Fn::Or", [_, *_]:
                held = _all([None if each is None else not each for each in map(self.of, items)])
                return None if held is None else not held
            case (("Ref" | "Fn::FindInMap" | "Fn::Select" | "Fn::If"), _):
                return self._as_flag(node)
            case _:
                said = "a condition is Fn::Equals of two, Fn::Not of one, Fn::And or Fn::Or of several, or Condition"
                self.findings.problem(node.line, f"{said}; this is none of them")
                return None

    def _as_flag(self, node: Node) -> Known:
        value = self.evaluate(node)
        return as_text(value).lower() == "true" if is_known(value) else None


def _equal(one: Value, other: Value) -> Known:
    if is_known(one) and is_known(other):
        return as_text(one) == as_text(other)
    return True if one == other else None


def _all(held: Sequence[Known]) -> Known:
    if False in held:
        return False
    return None if None in held else True
