"""JSON strictly, with the standard library alone, for what runs where no library is: no key twice, no NaN, bounded in depth."""

import json
from typing import Any

# Python's own reader ends near 1,000; nothing that is read has a tenth of this.
_MOST_DEPTH = 200


def read_plain_json(text: str) -> Any:
    """The value of a text. Raises ValueError, in words, for what is no JSON, gives a key twice or is nested too deeply."""
    try:
        data: Any = json.loads(text, object_pairs_hook=_mapping, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON in line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    demand_flat(data)
    return data


def demand_flat(data: Any) -> None:
    """Raise ValueError where mappings and lists are nested deeper than 200 levels."""
    level = [data]
    for _ in range(_MOST_DEPTH):
        level = [below for each in level for below in _below(each)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _below(value: Any) -> Any:
    match value:
        case dict():
            return value.values()  # pyright: ignore[reportUnknownVariableType]
        case list():
            return value  # pyright: ignore[reportUnknownVariableType]
        case _:
            return ()


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise ValueError(f"{twice[:60]!r} is given twice in one object")
    return made


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
