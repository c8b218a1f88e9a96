"""YAML with the line of every key kept, and numbers with a fraction as Decimal, so that 99.9 is 99.9."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from foundation.errors import InputError

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML document: its data, and the line (from 1) of each key and list item by its path."""

    file: Path
    data: Any
    lines: dict[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """The line of the deepest part of `path` that exists."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def problem(self, path: KeyPath, text: str) -> str:
        """One line that names file, line and key."""
        return f"{self.file}:{self.line_of(path)}: {'.'.join(map(str, path)) or 'document'}: {text}"


class _DecimalLoader(yaml.SafeLoader):
    """SafeLoader whose floats are Decimals."""


def _construct_decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal | float:
    text = str(loader.construct_scalar(node)).replace("_", "")
    try:
        return Decimal(text)
    except ArithmeticError:
        return float(text.replace(".", "", 1) if text.lstrip("+-").startswith(".") else text)


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _construct_decimal)


def read_documents(file: Path) -> tuple[Document, ...]:
    """Read every document of a YAML file.

    Raises InputError when the file cannot be read, is not YAML, or gives a key twice.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}") from error
    try:
        nodes = list(yaml.compose_all(text, Loader=_DecimalLoader))
        documents: list[Document] = []
        problems: list[str] = []
        for node in nodes:
            lines: dict[KeyPath, int] = {}
            _collect(node, (), lines, problems, file)
            documents.append(Document(file=file, data=_construct(node), lines=lines))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        raise InputError(f"{where}: not valid YAML: {getattr(error, 'problem', error)}") from error
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return tuple(documents)


def _construct(node: yaml.Node) -> Any:
    loader = _DecimalLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _collect(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], problems: list[str], file: Path) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    match node:
        case yaml.MappingNode():
            for key_node, value_node in node.value:
                key = str(key_node.value)
                line = key_node.start_mark.line + 1
                if (*path, key) in lines:
                    problems.append(f"{file}:{line}: {'.'.join(map(str, (*path, key)))}: is given twice")
                lines[*path, key] = line
                _collect(value_node, (*path, key), lines, problems, file)
        case yaml.SequenceNode():
            for index, item in enumerate(node.value):
                _collect(item, (*path, index), lines, problems, file)
        case _:
            pass
