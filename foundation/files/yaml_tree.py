"""YAML as a tree with lines, built from the parser's events within bounds of depth and count.

Every scalar stays the text that it is: what it means is for the form that reads it, so that 99.9 is 99.9, `on` is no flag and
1:30 no number. Plain null is None. An alias counts as all that it stands for. Keys given twice, tags and merge keys are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from foundation.errors import InputError
from foundation.files.problem import Problem

MOST_NODES = 200_000
MOST_LEVELS = 50
MOST_PROBLEMS = 100
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True, kw_only=True)
class Node:
    """A scalar, a list, or a mapping with the lines of its keys; `size_count` counts it with all that is below it."""

    line: int
    value: "str | list[Node] | dict[str, Node] | None" = None
    key_lines: dict[str, int] = field(default_factory=dict[str, int])
    size_count: int = 1

    def data(self) -> Any:
        """What it holds, as JSON has it."""
        match self.value:
            case dict() as mapping:
                return {key: node.data() for key, node in mapping.items()}
            case list() as items:
                return [node.data() for node in items]
            case scalar:
                return scalar


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or mapping whose end has not come, under a key of its own; `key` is the one that waits for its value."""

    node: Node
    anchor: str | None
    under: str | None
    key: str | None = None
    key_line: int = 0


def read_tree(text: str, file: Path) -> tuple[Node, ...]:
    """The documents of the text of a file. Raises InputError for what is no YAML, or is none that is read here."""
    documents: list[Node] = []
    builder = _Builder(file=file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.DocumentStartEvent():
                    builder = _Builder(file=file, twice=builder.twice)
                case yaml.DocumentEndEvent():
                    documents.append(builder.root)
                case yaml.NodeEvent() | yaml.CollectionEndEvent():
                    builder.take(event)
                case _:
                    pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _invalid(file, line, error.problem or error.context) from error
    except yaml.YAMLError as error:
        raise _invalid(file, 1, getattr(error, "reason", error)) from error
    if builder.twice:
        raise refused(file, builder.twice)
    return tuple(documents)


def _invalid(file: Path, line: int, said: object) -> InputError:
    return InputError(Problem(f"not valid YAML: {said}", file=file, line=line, plain=True))


def refused(file: Path, problems: Sequence[str]) -> InputError:
    """The error that names the problems of a file, every one up to a number that a person reads."""
    more = () if len(problems) <= MOST_PROBLEMS else (f"and {len(problems) - MOST_PROBLEMS:,} more",)
    return InputError(
        f"{file} has {len(problems):,} problem{'s'[: len(problems) != 1]}:", (*problems[:MOST_PROBLEMS], *more)
    )


@dataclass(slots=True, kw_only=True)
class _Builder:
    """One document on its way from events to a tree."""

    file: Path
    twice: list[str] = field(default_factory=list[str])
    root: Node = field(default_factory=lambda: Node(line=1))
    stack: list[_Open] = field(default_factory=list[_Open])
    anchors: dict[str, Node] = field(default_factory=dict[str, Node])
    count: int = 0

    def take(self, event: yaml.Event) -> None:
        # The reader of a text sets it on every event.
        line = cast("yaml.Mark", event.start_mark).line + 1
        match event:
            case yaml.CollectionEndEvent():
                ended = self.stack.pop()
                if ended.anchor is not None:
                    self.anchors[ended.anchor] = ended.node
                if self.stack:
                    self.stack[-1].node.size_count += ended.node.size_count
            case yaml.AliasEvent():
                node = self.anchors.get(event.anchor or "")
                if node is None:
                    raise self._refused(line, f"*{event.anchor} stands for nothing that ends before it")
                self._place(node, line)
                if self.stack:
                    self.stack[-1].node.size_count += node.size_count
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_tag(event, line)
                if len(self.stack) >= MOST_LEVELS:
                    raise self._refused(line, f"nested more than {MOST_LEVELS} levels deep")
                node = Node(line=line, value={} if isinstance(event, yaml.MappingStartEvent) else [])
                under = self.stack[-1].key if self.stack else None
                self._place(node, line)
                self.stack.append(_Open(node=node, anchor=event.anchor, under=under))
            case _:
                raise AssertionError(event)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._refuse_tag(event, line)
        is_plain = not event.style
        node = Node(line=line, value=None if is_plain and event.value in _NULLS else event.value)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        above = self.stack[-1] if self.stack else None
        if above is not None and isinstance(above.node.value, dict) and above.key is None:
            if is_plain and event.value == "<<":
                raise self._refused(line, "merge keys (<<) are not read; write the keys out")
            above.key, above.key_line = event.value, line
            return
        self._place(node, line)
        if above is not None:
            above.node.size_count += 1

    def _place(self, node: Node, line: int) -> None:
        """Put a value where it belongs."""
        self.count += node.size_count
        if self.count > MOST_NODES:
            raise self._refused(line, f"more than {MOST_NODES:,} values, those that aliases stand for counted")
        if not self.stack:
            self.root = node
            return
        above = self.stack[-1]
        match above.node.value:
            case list() as items:
                items.append(node)
            case dict() as mapping if above.key is not None:
                if above.key in mapping:
                    self.twice.append(Problem("is given twice", file=self.file, line=above.key_line, key=self._path()))
                mapping[above.key], above.node.key_lines[above.key] = node, above.key_line
                above.key = None
            case _:
                raise self._refused(line, "a key must be a text")

    def _path(self) -> str:
        """Where it is, its key counted."""
        return ".".join(
            each for each in (*(above.under for above in self.stack), self.stack[-1].key) if each is not None
        )

    def _refused(self, line: int, problem: str) -> InputError:
        return InputError(Problem(problem, file=self.file, line=line, plain=True))

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        is_implied = any(event.implicit) if isinstance(event, yaml.ScalarEvent) else event.implicit
        if event.tag is not None and not is_implied:
            raise self._refused(line, f"the tag {event.tag} is not read; remove it")


def node_at(root: Node, path: Sequence[str | int]) -> tuple[Node, int, int]:
    """The deepest node on a path that there is, how many parts lead to it, and the line where it begins, its key counted."""
    node, line = root, root.line
    for depth, part in enumerate(path):
        match node.value, part:
            case dict() as mapping, str() if part in mapping:
                line, node = node.key_lines.get(part, mapping[part].line), mapping[part]
            case list() as items, int() if -1 < part < len(items):
                node = items[part]
                line = node.line
            case _:
                return node, depth, line
    return node, len(path), line
