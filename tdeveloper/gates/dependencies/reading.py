"""Files of the tree as data: TOML, JSON and text, within bounds. Whatever is wrong with one is said in words."""

import re
import tomllib
from pathlib import Path
from typing import Any, cast

from foundation.errors import InputError
from foundation.files.plain_json import demand_flat, read_plain_json
from tdeveloper.gates.source_files import is_regular

_HEADER = re.compile(r"^\[\[([a-z]+)\]\]", re.MULTILINE)
# Python's reader takes time in the square of a dotted key's parts. No key that is read here has five.
_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
_LONG_KEY = re.compile(rf"(?:^[ \t]*\[{{0,2}}|[{{{{,])[ \t]*(?:{_PART}\.[ \t]*){{20}}", re.MULTILINE)
_JSON_KEY = re.compile(r'^[ \t]*("(?:[^"\\\n]|\\.){1,400}")[ \t]*:[ \t]*\{', re.MULTILINE)


class UnreadableError(InputError):
    """A file that cannot be read for what its name says it is; the text says why."""


def read_text(tree: Path, path: str, most_bytes: int) -> str:
    """The text of a file. Raises UnreadableError for what is no regular file, too large, or no UTF-8."""
    try:
        content = _content(tree, path, most_bytes)
    except OSError as error:
        raise UnreadableError("cannot be read") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("is not text in UTF-8") from error


def _content(tree: Path, path: str, most_bytes: int) -> bytes:
    file = tree / path
    if not is_regular(file) or not file.resolve().is_relative_to(tree.resolve()):
        raise UnreadableError("is not a regular file")
    with file.open("rb") as opened:
        content = opened.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise UnreadableError(f"has more than the {most_bytes:,} bytes that are read")
    return content


def read_toml(text: str) -> dict[str, Any]:
    """A TOML document. Raises UnreadableError for what is none, or has a key of more than twenty parts."""
    if _LONG_KEY.search(text):
        raise UnreadableError("has a key of more than twenty parts")
    try:
        data = tomllib.loads(text)
        demand_flat(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is not valid TOML: {_why(error)}") from error
    return data


def read_json(text: str) -> dict[str, Any]:
    """A JSON object. Raises UnreadableError for what is none."""
    try:
        return mapping(read_plain_json(text), "the whole")
    except ValueError as error:
        raise UnreadableError(_why(error)) from error


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]


def mapping(value: object, what: str) -> dict[str, Any]:
    """A mapping, which `what` must be. Raises UnreadableError where it is none."""
    if not isinstance(value, dict):
        raise UnreadableError(f"{what} is no mapping")
    return cast("dict[str, Any]", value)


def items(value: object, what: str) -> list[Any]:
    """A list, which `what` must be. Raises UnreadableError where it is none."""
    if not isinstance(value, list):
        raise UnreadableError(f"{what} is no list")
    return cast("list[Any]", value)


def lines_of_tables(text: str, table: str, count: int) -> list[int | None]:
    """The lines of the headers `[[table]]`; of none where there are not `count`: a text may hold what looks like one."""
    found: list[int | None] = []
    line, at = 1, 0
    for header in _HEADER.finditer(text):
        line += text.count("\n", at, header.start())
        at = header.start()
        if header[1] == table:
            found.append(line)
    return found if len(found) == count else [None] * count


def lines_of_keys(text: str) -> dict[str, int]:
    """The lines of keys of JSON that begin a line and have an object, by the key in quotation marks.

    Left out are those that are there more than once.
    """
    found: dict[str, int] = {}
    twice: set[str] = set()
    line, at = 1, 0
    for key in _JSON_KEY.finditer(text):
        line += text.count("\n", at, key.start(1))
        at = key.start(1)
        if key[1] in found:
            twice.add(key[1])
        found[key[1]] = line
    return {key: line for key, line in found.items() if key not in twice}
