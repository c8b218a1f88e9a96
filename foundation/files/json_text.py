"""JSON from a text, strictly: no key twice, no NaN, not deeper than Python itself takes."""

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

from foundation.errors import InputError
from foundation.files.yaml_tree import Node

_TOKEN = re.compile(r'[{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+|\n')


def read_json(text: str, file: Path) -> Any:
    """The value. Raises InputError with the line of what is wrong."""
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return dict(pairs)

    try:
        data: Any = json.loads(text, object_pairs_hook=mapping, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise InputError(f"{file}: not JSON that is read here: nested too deeply") from error
    except ValueError as error:
        raise InputError(f"{file}: not valid JSON: {error}") from error
    if twice:
        raise InputError(f"{file}: {', '.join(dict.fromkeys(twice))}: is given twice in one object")
    return data


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is larger than any number that is read")
    return number


def tree_of(text: str) -> Node:
    """The tree of a text that `read_json` takes, with the line of every value and key."""
    root = Node(line=1, value=[])
    above, keys, line = [root], list[str | None]([None]), 1
    for found in _TOKEN.finditer(text):
        part = found[0]
        match part:
            case "\n":
                line += 1
            case "}" | "]":
                above.pop()
                keys.pop()
            case "," | ":":
                pass
            case _ if isinstance(above[-1].value, dict) and keys[-1] is None:
                keys[-1] = str(json.loads(part))
                above[-1].key_lines[keys[-1]] = line
            case _:
                is_inner = part in ("{", "[")
                node = Node(line=line, value=({} if part == "{" else []) if is_inner else json.loads(part))
                _place(node, above[-1], keys)
                if is_inner:
                    above.append(node)
                    keys.append(None)
    return root.value[0] if isinstance(root.value, list) else root


def _place(node: Node, above: Node, keys: list[str | None]) -> None:
    match above.value:
        case list() as items:
            items.append(node)
        case dict() as mapping:
            mapping[str(keys[-1])] = node
            keys[-1] = None
        case _:
            raise AssertionError(above)
