"""YAML as a tree with lines, built from the parser's events within bounds of depth and count.

Every scalar stays the text that it is: what it means is for the form that reads it, so that 99.9 is 99.9, `on` is no flag and
1:30 no number. Plain null is None. An alias counts as all that it stands for. Keys given twice, tags and merge keys are refused;
in a template alone a node keeps its tag, which is a short form of CloudFormation, and `<<` is a key like any other.
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
_TAGS_OF_YAML = "tag:yaml.org,2002:"


@dataclass(slots=True, kw_only=True)
class Node:
    """A scalar, a list, or a mapping with the lines of its keys; `size_count` counts it with all that is below it.

    `tag` is the local one that it has, such as `!Ref`; `is_plain` is a scalar without quotes, which a dialect may take for more.
    """

    line: int
    value: "str | list[Node] | dict[str, Node] | None" = None
    key_lines: dict[str, int] = field(default_factory=dict[str, int])
    size_count: int = 1
    tag: str | None = None
    is_plain: bool = False

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
    documents, twice = _read(text, file, keeps_tags=False)
    if twice:
        raise refused(file, twice)
    return documents


def read_template_tree(text: str, file: Path) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The documents of a text of CloudFormation, with their tags, and the keys that are given twice: the last of one is taken.

    Raises InputError for what is no YAML, or is none that is read here.
    """
    return _read(text, file, keeps_tags=True)


def _read(text: str, file: Path, *, keeps_tags: bool) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    documents: list[Node] = []
    builder = _Builder(file=file, keeps_tags=keeps_tags)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.DocumentStartEvent():
                    builder = _Builder(file=file, keeps_tags=keeps_tags, twice=builder.twice)
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
    return tuple(documents), tuple(builder.twice)


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
    keeps_tags: bool
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
                tag = self._tag_of(event, line)
                if len(self.stack) >= MOST_LEVELS:
                    raise self._refused(line, f"nested more than {MOST_LEVELS} levels deep")
                node = Node(line=line, value={} if isinstance(event, yaml.MappingStartEvent) else [], tag=tag)
                under = self.stack[-1].key if self.stack else None
                self._place(node, line)
                self.stack.append(_Open(node=node, anchor=event.anchor, under=under))
            case _:
                raise AssertionError(event)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        tag = self._tag_of(event, line)
        # `!!str 0123` is no number, and `!Ref 0123` names what it says.
        is_plain = not event.style and (event.tag is None or any(event.implicit))
        node = Node(
            line=line, value=None if is_plain and event.value in _NULLS else event.value, tag=tag, is_plain=is_plain
        )  # fmt: skip
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        above = self.stack[-1] if self.stack else None
        if above is not None and isinstance(above.node.value, dict) and above.key is None:
            if is_plain and event.value == "<<" and not self.keeps_tags:
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

    def _tag_of(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> str | None:
        """The local tag of a node, where tags are kept; those of YAML itself say nothing of a text, a list and a mapping."""
        is_implied = any(event.implicit) if isinstance(event, yaml.ScalarEvent) else event.implicit
        if event.tag is None or is_implied:
            return None
        if not self.keeps_tags:
            raise self._refused(line, f"the tag {event.tag} is not read; remove it")
        return None if event.tag.startswith(_TAGS_OF_YAML) else event.tag


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
