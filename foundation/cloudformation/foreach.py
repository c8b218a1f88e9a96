"""Fn::ForEach of AWS::LanguageExtensions: what stands for several keys, written out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable, Mapping

from foundation.cloudformation.findings import Findings
from foundation.cloudformation.values import Value, as_text, is_known, items_of
from foundation.files.yaml_tree import MOST_NODES, Node

LOOP = "Fn::ForEach::"
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]")


def unrolled(node: Node, evaluate: Callable[[Node], Value], findings: Findings) -> Node:
    """A mapping with the loops among its keys written out; a loop whose items cannot be known is told, and left out."""
    if not isinstance(node.value, dict) or not any(key.startswith(LOOP) for key in node.value):
        return node
    made = Node(line=node.line, value={})
    for key, each in node.value.items():
        parts = _iterations(key, each, evaluate, findings) if key.startswith(LOOP) else ((key, each),)
        for name, below in parts:
            _add(made, name, below, node.key_lines.get(key, each.line), findings)
        if made.size_count > MOST_NODES:
            findings.problem(node.line, f"more than {MOST_NODES:,} values, those of its loops counted")
            return Node(line=node.line, value={})
    return made


def _add(made: Node, key: str, below: Node, line: int, findings: Findings) -> None:
    assert isinstance(made.value, dict)  # noqa: S101 - it was made so above
    if key in made.value:
        findings.problem(line, f"{key[:80]} is given twice, once by {LOOP}")
        return
    made.size_count += below.size_count
    made.value[key], made.key_lines[key] = below, line


def _iterations(
    key: str, loop: Node, evaluate: Callable[[Node], Value], findings: Findings
) -> tuple[tuple[str, Node], ...]:
    match loop.value:
        case [Node(value=str() as identifier), collection, Node(value=dict() as outputs)] if identifier:
            items = evaluate(collection)
        case _:
            findings.problem(loop.line, f"{key} takes a name, a list, and a mapping of what is made of each item")
            return ()
    if not is_known(items):
        findings.note(loop.line, f"{key} is left out: its items are known to a deployment alone")
        return ()
    made: list[tuple[str, Node]] = []
    for text in (as_text(item) for item in items_of(items)):
        of_item = _substituted(Node(line=loop.line, value=outputs), identifier, text)
        # What loops inside has the same name in each.
        inner = unrolled(of_item, evaluate, findings).value
        made += inner.items() if isinstance(inner, dict) else ()
        if len(made) > MOST_NODES:
            break
    return tuple(made)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", _NOT_A_WORD.sub("", value))
    return text


def _substituted(node: Node, identifier: str, text: str) -> Node:
    match node.value:
        case {"Ref": Node(value=str() as name)} if name == identifier and len(node.value) == 1:
            return Node(line=node.line, value=text)
        case dict() as mapping:
            return Node(
                line=node.line,
                value={
                    _filled(key, {identifier: text}): _substituted(each, identifier, text)
                    for key, each in mapping.items()
                },
                key_lines={_filled(key, {identifier: text}): line for key, line in node.key_lines.items()},
                size_count=node.size_count,
            )
        case list() as items:
            below = [_substituted(each, identifier, text) for each in items]
            return Node(line=node.line, value=below, size_count=node.size_count)
        case str() as written:
            return Node(line=node.line, value=_filled(written, {identifier: text}), is_plain=node.is_plain)
        case _:
            return node
