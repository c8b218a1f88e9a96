"""A template's file as a tree with lines: JSON, or YAML with its short forms written out as the functions that they stand for."""

from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from foundation.cloudformation.scalars import plain_scalar
from foundation.cloudformation.values import Value
from foundation.errors import InputError
from foundation.files.bounded import read_text
from foundation.files.json_text import read_json, tree_of
from foundation.files.problem import Problem
from foundation.files.yaml_tree import MOST_LEVELS, MOST_NODES, Node, read_template_tree

# These keep their names; every other short form is one of Fn::
_WITHOUT_FN = frozenset({"Ref", "Condition"})
_MERGE = "<<"


def template_tree(file: Path) -> tuple[Node, tuple[str, ...]]:
    """The tree of a template, and what is to be told of its text. Raises InputError for what cannot be read, or is no mapping."""
    text = read_text(file)
    notes: tuple[str, ...] = ()
    if text.lstrip()[:1] == "{":
        read_json(text, file)
        root = tree_of(text)
        _refuse_beyond(root, file)
    else:
        documents, notes = read_template_tree(text, file)
        if len(documents) != 1:
            raise _refused(file, 1, f"a template is one document, and there are {len(documents)}")
        root = _written_out(documents[0], file)
    if not isinstance(root.value, dict):
        raise _refused(file, root.line, "a template is a mapping with the key Resources; this is none")
    return root, notes


def value_of(node: Node) -> Value:
    """What a node holds that has no functions: the scalars of YAML as CloudFormation takes them."""
    scalar: Any = node.value
    match scalar:
        case dict():
            return {key: value_of(each) for key, each in cast("dict[str, Node]", scalar).items()}
        case list():
            return tuple(value_of(each) for each in cast("list[Node]", scalar))
        case str() if node.is_plain:
            return plain_scalar(scalar)
        case float():
            return Decimal(repr(scalar))
        case _:
            return cast("Value", scalar)


def _written_out(node: Node, file: Path) -> Node:
    match node.value:
        case dict() as mapping:
            below = {key: _written_out(each, file) for key, each in mapping.items()}
            written = Node(line=node.line, value=_merged(below, file), key_lines=node.key_lines)
        case list() as items:
            written = Node(line=node.line, value=[_written_out(each, file) for each in items])
        case _:
            written = node
    if node.tag is None:
        return written
    name = node.tag.removeprefix("!")
    if not name or not node.tag.startswith("!"):
        raise _refused(file, node.line, f"the tag {node.tag} is none of CloudFormation's")
    key = name if name in _WITHOUT_FN else f"Fn::{name}"
    # What follows a short form is a text: !Ref 0123 names what it says.
    inner = Node(line=written.line, value=written.value, key_lines=written.key_lines)
    return Node(line=node.line, value={key: inner}, key_lines={key: node.line})


def _merged(mapping: dict[str, Node], file: Path) -> dict[str, Node]:
    """A mapping with what its `<<` names, which CloudFormation itself does not read, and its tools do."""
    merge = mapping.pop(_MERGE, None)
    if merge is None:
        return mapping
    merged: dict[str, Node] = {}
    for each in merge.value if isinstance(merge.value, list) else [merge]:
        if not isinstance(each.value, dict):
            raise _refused(file, merge.line, "<< stands for a mapping or a list of mappings")
        merged = {**each.value, **merged}
    return {**merged, **mapping}


def _refuse_beyond(root: Node, file: Path) -> None:
    waiting, count = [(root, 1)], 0
    while waiting:
        node, level = waiting.pop()
        count += 1
        if count > MOST_NODES:
            raise _refused(file, node.line, f"more than {MOST_NODES:,} values")
        if level > MOST_LEVELS:
            raise _refused(file, node.line, f"nested more than {MOST_LEVELS} levels deep")
        match node.value:
            case dict() as mapping:
                waiting += ((each, level + 1) for each in mapping.values())
            case list() as items:
                waiting += ((each, level + 1) for each in items)
            case _:
                pass


def _refused(file: Path, line: int, said: str) -> InputError:
    return InputError(Problem(said, file=file, line=line, plain=True))
