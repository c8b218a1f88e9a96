"""The one way from a file to values: YAML, JSON or CSV, within bounds, then a form (pydantic), then every problem at once.

    with yaml_documents(file) as found:
        document = found.only("Profile")
        form = document.read(_Form)          # None where it has problems, which are then in `found`
        document.problem(("a", "b"), "…")    # what a form alone cannot say

A problem has file, line, the name of what it is about, key, and what to do. At the end of `with`, all are raised as one error.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from foundation.errors import InputError, SreError
from foundation.files import json_text
from foundation.files.bounded import MOST_BYTES, MOST_BYTES_OF_DATA, read_text
from foundation.files.explaining import did_you_mean, explain, keys_around, keys_of, place_of, shown, with_hint
from foundation.files.problem import Problem
from foundation.files.yaml_tree import Node, node_at, read_tree, refused

KeyPath = tuple[str | int, ...]
Read = TypeVar("Read")
MOST_ROWS = 100_000
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}", re.ASCII)
_NUMBER_OF_JSON = re.compile(r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_PLACEHOLDER = re.compile(r"\$\{([^}]*)(\}?)")
# What an item of a list is called by, the first that it has.
_NAMES = ("name", "what", "stepName", "title")


@dataclass(kw_only=True)
class Document:
    """One document of a file, or one row of a table; `problems` are those of the whole file.

    So are `warnings`: what may well be meant, and is worth a look.
    """

    file: Path
    problems: list[str]
    tree: Callable[[], Node]
    warnings: list[Problem] = field(default_factory=list[Problem])

    @cached_property
    def root(self) -> Node:
        """Its tree, with lines."""
        return self.tree()

    @property
    def data(self) -> Any:
        """What it holds; the scalars of YAML and CSV are texts."""
        return self.root.data()

    def line_of(self, path: KeyPath) -> int:
        """The line of the deepest part of `path` that exists."""
        return node_at(self.root, path)[2]

    def where(self, path: KeyPath, said: str) -> Problem:
        """A problem at a path: file, line, the names of what it is in, and its key. A place in a list is told by the line."""
        # A document of OpenSLO is called by its metadata, a row of a table by its own name.
        called = ((at, self._value(at)) for at in (("metadata", "name"), ("name",)))
        names = [name for at, name in called if isinstance(name, str) and at != path]
        keys: list[str] = []
        for depth, part in enumerate(path, start=1):
            match part:
                case str():
                    keys.append(part)
                case int():
                    at = path[:depth]
                    found = (self._value((*at, key)) for key in _NAMES)
                    name = next((each for each in found if isinstance(each, str) and each), None)
                    if name is not None:
                        names.append(name)
                        keys.clear()
        return Problem(said, file=self.file, line=self.line_of(path), about=tuple(names), key=".".join(keys))

    def problem(self, path: KeyPath, text: str) -> None:
        """Add one problem to those of the file."""
        self.problems.append(self.where(path, text))

    def warning(self, path: KeyPath, text: str) -> None:
        """Add one warning to those of the file."""
        self.warnings.append(self.where(path, text))

    def read(self, form: type[Read], path: KeyPath = ()) -> Read | None:
        """What stands at a path, as a form; None where it has problems, which are added to those of the file."""
        try:
            return _adapter(form).validate_python(node_at(self.root, path)[0].data() if path else self.data)
        except ValidationError as error:
            self._explain(error, form, path)
            return None

    def text(self, path: KeyPath) -> str | None:
        """The text that stands at a path; None where there is none."""
        value = self._value(path)
        return value if isinstance(value, str) else None

    def json_at(self, path: KeyPath) -> Any:
        """What stands at a path, as JSON: a scalar without quotes that is written as a number, true, false or null is one.

        Numbers are int or Decimal (https://yaml.org/spec/1.2.2/#json-schema). None where there is nothing.
        """
        node, depth, _ = node_at(self.root, path)
        return _json_of(node) if depth == len(path) else None

    @contextmanager
    def at(self, path: KeyPath) -> Generator[None]:
        """What is made of a part of the file: an error of it becomes a problem of the file."""
        try:
            yield
        except SreError as error:
            self.problem(path, str(error))

    def names(self, path: KeyPath = ()) -> tuple[str, ...]:
        """The names that things have in a mapping; a problem for each that is none, and for what is no mapping or empty."""
        node = node_at(self.root, path)[0]
        if not isinstance(node.value, dict) or not node.value:
            self.problem(path, f"must be a mapping of names, not {'empty' if node.value == {} else shown(node.data())}")
            return ()
        wrong = [name for name in node.value if not _NAME.fullmatch(name)]
        for name in wrong:
            self.problem((*path, name), "is no name; write letters, digits, - and _, at most 60")
        return tuple(name for name in node.value if name not in wrong)

    def items(self, path: KeyPath = ()) -> tuple[KeyPath, ...]:
        """The paths of the items of a list; a problem for what is no list or empty."""
        node = node_at(self.root, path)[0]
        if not isinstance(node.value, list) or not node.value:
            self.problem(path, f"must be a list, not {'empty' if node.value == [] else shown(node.data())}")
            return ()
        return tuple((*path, number) for number in range(len(node.value)))

    def expand(self, variables: Mapping[str, str], *, kept: Collection[str] = ()) -> None:
        """Put the value of `${name}` in its place, in every text; one that is neither known nor `kept` is a problem."""
        self._expand(self.root, (), variables, kept)

    def _expand(self, node: Node, path: KeyPath, variables: Mapping[str, str], kept: Collection[str]) -> None:
        match node.value:
            case dict() as mapping:
                for key, below in mapping.items():
                    self._expand(below, (*path, key), variables, kept)
            case list() as items:
                for number, below in enumerate(items):
                    self._expand(below, (*path, number), variables, kept)
            case str() as text:
                for name, end in _PLACEHOLDER.findall(text):
                    if not end:
                        self.problem(path, f"${{{name[:40]} has no closing brace")
                    elif name not in variables and name not in kept:
                        hint = did_you_mean(name, variables) or "nothing is filled in here"
                        self.problem(path, f"${{{name}}} is not known; {hint}")
                node.value = _PLACEHOLDER.sub(lambda found: variables.get(found[1], found[0]), text)
            case _:
                pass

    def _explain(self, error: ValidationError, form: Any, path: KeyPath) -> None:
        details = error.errors(include_url=False)
        unknown = [detail for detail in details if detail["type"] == "extra_forbidden"]
        seen: set[KeyPath] = set()
        for detail in (*unknown, *(each for each in details if each not in unknown)):
            location = (*path, *place_of(detail))
            at = self._path_of(location, is_missing=detail["type"] in ("missing", "union_tag_not_found"))
            around, _, _ = node_at(self.root, at[:-1])
            there = set(around.value) if isinstance(around.value, dict) else set[str]()
            under = next((part for part in reversed(at[:-1]) if isinstance(part, str)), None)
            keys = keys_around(form, there, under)
            own = keys_of(form, str(detail.get("ctx", {}).get("class_name", "")))
            text = explain(detail, keys - there, own)
            if at in seen:
                continue
            seen.add(at)
            if detail["type"] == "extra_forbidden" and text.endswith("?"):
                # The key that it was meant to be is then not missing.
                seen.add((*at[:-1], text.rpartition(" ")[2].rstrip("?")))
            self.problem(at, text)

    def _path_of(self, location: KeyPath, *, is_missing: bool) -> KeyPath:
        """A location without the parts that pydantic adds, which stand nowhere in the file: tags of unions, `[key]`."""
        path: KeyPath = ()
        for part in location[:-1] if is_missing else location:
            if node_at(self.root, (*path, part))[1] == len(path) + 1:
                path = (*path, part)
        return (*path, location[-1]) if is_missing else path

    def _value(self, path: KeyPath) -> Any:
        node, depth, _ = node_at(self.root, path)
        return node.value if depth == len(path) else None


@dataclass(kw_only=True)
class _JsonDocument(Document):
    """Its lines are looked for where there is a problem, and not before."""

    value: Any

    @property
    def data(self) -> Any:
        return self.value


@dataclass(slots=True, kw_only=True)
class Documents:
    """The documents of one file, and its problems so far."""

    file: Path
    items: tuple[Document, ...]
    problems: list[str] = field(default_factory=list[str])
    warnings: list[Problem] = field(default_factory=list[Problem])

    def problem(self, text: str) -> None:
        """Add a problem of the file as a whole."""
        self.problems.append(Problem(text, file=self.file, line=1))

    def only(self, what: str) -> Document:
        """The one document that such a file has. Raises InputError when there are none or several."""
        match self.items:
            case (document,) if document.root.value is not None:
                return document
            case () | (_,):
                there = "it is empty"
            case several:
                there = f"it has {len(several)}"
        raise InputError(Problem(f"one document is needed, {what}; {there}", file=self.file, line=1, plain=True))


@contextmanager
def yaml_documents(file: Path) -> Generator[Documents]:
    """The documents of a YAML file. Raises InputError when it cannot be read, and at the end with all of its problems."""
    problems: list[str] = []
    warnings: list[Problem] = []
    trees = read_tree(read_text(file, most_bytes=MOST_BYTES), file)
    with _all_problems(file, problems):
        yield Documents(
            file=file,
            problems=problems,
            warnings=warnings,
            items=tuple(
                Document(file=file, problems=problems, warnings=warnings, tree=partial(_same, each)) for each in trees
            ),
        )


@contextmanager
def json_document(file: Path, *, most_bytes: int = MOST_BYTES_OF_DATA) -> Generator[Document]:
    """The one value of a JSON file. Raises InputError when it cannot be read, and at the end with all of its problems."""
    with json_document_of(read_text(file, most_bytes=most_bytes), file) as document:
        yield document


@contextmanager
def json_document_of(text: str, file: Path) -> Generator[Document]:
    """The one value of a text in JSON; `file` is what its problems name. Raises InputError as `json_document` does."""
    problems: list[str] = []
    data = json_text.read_json(text, file)
    document = _JsonDocument(file=file, problems=problems, tree=partial(json_text.tree_of, text), value=data)
    with _all_problems(file, problems):
        yield document


@contextmanager
def csv_documents(file: Path, *, needed: Sequence[str], optional: Sequence[str] = ()) -> Generator[Documents]:
    """The rows of a CSV file, a document each; its first line names the columns that there may be.

    Raises InputError when it cannot be read or has other columns, and at the end with all of its problems.
    """
    problems: list[str] = []
    text = read_text(file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                raise InputError(f"{file}:{reader.line_num}: more than {MOST_ROWS:,} rows, the most that are read")
    except csv.Error as error:
        raise InputError(f"{file}:{reader.line_num}: not valid CSV: {error}") from error
    names = [name.strip() for name in rows[0][1]] if rows else []
    for name in names:
        if name not in (*needed, *optional):
            problems.append(
                _of_a_head(file, name, with_hint("unknown column", name, {*needed, *optional} - set(names)))
            )
        elif names.count(name) > 1:
            problems.append(_of_a_head(file, name, "is given twice"))
    problems += [
        _of_a_head(file, name, "there is no such column, and it is needed") for name in needed if name not in names
    ]
    if problems:
        raise refused(file, problems)
    items: list[Document] = []
    for line, row in rows[1:]:
        if not row:
            continue
        try:
            cells = {name: cell for name, cell in zip(names, row, strict=True) if cell.strip()}
        except ValueError:
            said = f"it has {len(row)} fields where {len(names)} columns are named"
            problems.append(Problem(said, file=file, line=line, plain=True))
        else:
            items.append(Document(file=file, problems=problems, tree=partial(_row, cells, line)))
    if text.endswith(","):
        # An empty last field would be taken for one that was left empty.
        said = "ends within a row: it may be cut; end it with a line break if it is whole"
        problems.append(Problem(said, file=file, line=rows[-1][0], plain=True))
    with _all_problems(file, problems):
        yield Documents(file=file, problems=problems, items=tuple(items))


@contextmanager
def _all_problems(file: Path, problems: list[str]) -> Generator[None]:
    yield
    if problems:
        raise refused(file, list(dict.fromkeys(problems)))


def _of_a_head(file: Path, column: str, said: str) -> Problem:
    return Problem(said, file=file, line=1, key=column)


def _same(tree: Node) -> Node:
    return tree


def _row(cells: Mapping[str, str], line: int) -> Node:
    return Node(line=line, value={name: Node(line=line, value=cell) for name, cell in cells.items()})


def _json_of(node: Node) -> Any:
    match node.value:
        case dict() as mapping:
            return {key: _json_of(below) for key, below in mapping.items()}
        case list() as items:
            return [_json_of(below) for below in items]
        case str() as text if node.is_plain:
            if text in ("true", "false"):
                return text == "true"
            if not _NUMBER_OF_JSON.fullmatch(text):
                return text
            return int(text) if text.lstrip("-").isdigit() else Decimal(text)
        case scalar:
            return scalar


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    return TypeAdapter(form)
