"""Adds to a YAML file what is new, at the places that its tree gives, and changes no other byte of it.

Comments, quotes, order and line ends stay as a person wrote them. Only lists and mappings that stand in the file grow; one that
is an alias of another place is refused, because it would grow in both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from foundation.errors import InputError
from foundation.files.documents import KeyPath
from foundation.files.problem import Problem
from foundation.files.yaml_writing import Written, in_one_line, scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What may stand before the first item of a block: an anchor, with the rest of its line.
_ANCHORS = re.compile(r"(?:[&!]\S*(?:[ \t]*(?:#[^\n]*)?\r?\n?)*)*[ \t]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_COMMENT = re.compile(r"( *)#[^\n]*\n?|[ \t\r]*\n")


@dataclass(slots=True, kw_only=True)
class YamlEdits:
    """What is added to the one document of a text that `read_tree` takes. Places are of the text as it was.

    `filled` are the places in empty lists and mappings where something stands already.
    """

    text: str
    file: Path
    root: Any = field(init=False)
    added: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    filled: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self.root = yaml.compose(self.text, Loader=_LOADER)

    @property
    def result(self) -> str:
        """The text with all that was added."""
        parts: list[str] = []
        at = 0
        line_end = "\r\n" if "\r\n" in self.text else "\n"
        for index, text in sorted(self.added, key=lambda each: each[0]):
            parts += [self.text[at:index], text.replace("\n", line_end)]
            at = index
        return "".join((*parts, self.text[at:]))

    def add_items(self, path: KeyPath, items: Sequence[Written]) -> None:
        """Add items to the end of the list at a path; it is made where its mapping has none. Raises InputError."""
        node = self._node(path)
        if node is None:
            self.add_key(path[:-1], str(path[-1]), items)
        elif isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null"):
            self._replace_nothing(path, node, in_one_line(items))
        elif not isinstance(node, yaml.SequenceNode):
            raise self._refused(path, node, "is no list; write one")
        elif node.flow_style:
            self._into_flow(node, ", ".join(map(in_one_line, items)))
        else:
            self._below(node, [f"- {in_one_line(item)}" for item in items])

    def add_mappings(self, path: KeyPath, items: Sequence[Mapping[str, Written]]) -> None:
        """The same with mappings, each over several lines where the list is."""
        node = self._node(path)
        is_block = isinstance(node, yaml.SequenceNode) and not node.flow_style
        if is_block:
            self._below(node, [line for item in items for line in block(item)])
        else:
            self.add_items(path, items)

    def add_key(self, path: KeyPath, key: str, value: Written) -> None:
        """Add a key to the end of the mapping at a path. Raises InputError."""
        node = self._node(path)
        written = f"{scalar(key)}: {in_one_line(value)}"
        if isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null"):
            self._replace_nothing(path, node, f"{{{written}}}")
        elif not isinstance(node, yaml.MappingNode):
            raise self._refused(path, node, "is no mapping; write one")
        elif node.flow_style:
            self._into_flow(node, written)
        else:
            self._below(node, [written])

    def _node(self, path: KeyPath) -> Any:
        """The node at a path; None where its last key is not there. Raises InputError for one that stands elsewhere."""
        node, begins = self.root, 0
        for part in path:
            below = self._step(node, part)
            if below is None:
                return None
            key, node = below
            begins = max(begins, key.end_mark.index if key is not None else 0)
            if node.start_mark.index < begins:
                raise self._refused(path, node, "is an alias of what stands elsewhere; write it out")
            begins = node.start_mark.index
        return node

    def _step(self, node: Any, part: str | int) -> tuple[Any, Any] | None:
        match node, part:
            case yaml.MappingNode(), str():
                return next(((key, value) for key, value in node.value if key.value == part), None)
            case yaml.SequenceNode(), int() if -1 < part < len(node.value):
                return None, node.value[part]
            case _:
                return None

    def _into_flow(self, node: Any, written: str) -> None:
        last = _last_of(node)
        at = node.end_mark.index - 1 if last is None else _end_of(last)
        is_first = last is None and at not in self.filled
        self.filled.add(at)
        self.added.append((at, written if is_first else f", {written}"))

    def _below(self, node: Any, lines: Sequence[str]) -> None:
        """Lines after the last of a block, and after the comments that belong to it."""
        begin = _ANCHORS.match(self.text, node.start_mark.index)
        first = begin.end() if begin is not None else node.start_mark.index
        indent = " " * (first - self.text.rfind("\n", 0, first) - 1)
        end = _end_of(node)
        if end > 0 and self.text[end - 1] == "\n":
            at = end
        else:
            rest = _REST_OF_LINE.match(self.text, end)
            at = min(len(self.text), (rest.end() if rest else end) + 1)
        kept = at
        while (found := _COMMENT.match(self.text, at)) is not None and found.end() > at:
            at = found.end()
            if found[1] is not None:
                if len(found[1]) <= len(indent):
                    break
                kept = at
        before = "" if kept == 0 or self.text[kept - 1] == "\n" else "\n"
        self.added.append((kept, before + "".join(f"{indent}{line}\n" for line in lines)))

    def _replace_nothing(self, path: KeyPath, node: Any, written: str) -> None:
        """In the place of a value that is empty. One that says `null` is refused: a person wrote it."""
        if node.value != "":
            raise self._refused(path, node, f"is {node.value}; take it away, or write what it is")
        begin, _ = self._step(self._node(path[:-1]), path[-1]) or (None, None)
        colon = self.text.index(":", begin.end_mark.index if begin is not None else 0)
        self.added.append((colon + 1, f" {written}"))

    def _refused(self, path: KeyPath, node: Any, said: str) -> InputError:
        line = node.start_mark.line + 1 if node is not None else 1
        key = ".".join(each for each in path if isinstance(each, str))
        return InputError(Problem(f"{said}, so that something can be added", file=self.file, line=line, key=key))


def block(item: Mapping[str, Written]) -> list[str]:
    """The lines of a mapping that is an item of a list, a key in each."""
    lines = [f"{scalar(key)}: {in_one_line(value)}" for key, value in item.items()]
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def _last_of(node: Any) -> Any:
    """The last node of a list or a mapping; None of an empty one."""
    if not node.value:
        return None
    last: Any = node.value[-1]
    if not isinstance(last, tuple):
        return last
    key, value = cast("tuple[Any, Any]", last)
    is_there = value.end_mark.index > key.end_mark.index and value.start_mark.index >= key.end_mark.index
    return value if is_there else key


def _end_of(node: Any) -> int:
    """Where a node ends: of a block, where its last scalar does, without the comments after it."""
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    last = _last_of(node) if is_block else None
    return int(node.end_mark.index if last is None else _end_of(last))
