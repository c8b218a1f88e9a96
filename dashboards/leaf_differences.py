"""Where two values of JSON differ, leaf by leaf, with both values: what is deployed beside what the code has."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

# So much of a value is shown, around where it differs.
_SHOWN_COUNT, _BEFORE_COUNT = 60, 20


def leaf_differences(deployed: object, coded: object, path: str = "") -> Iterator[str]:
    """One text for each place in which they differ: its path, and both values."""
    match deployed, coded:
        case dict(), dict():
            yield from _of_mappings(cast("dict[str, Any]", deployed), cast("dict[str, Any]", coded), path)
        case list(), list():
            yield from _of_lists(cast("list[Any]", deployed), cast("list[Any]", coded), path)
        case _ if not same(deployed, coded):
            then, now = _shown(deployed, coded)
            yield f"{path}: {now} in the code, {then} deployed" if path else f"{now} in the code, {then} deployed"
        case _:
            pass


def same(one: object, other: object) -> bool:
    """Whether two leaves are the same JSON: true is not 1, and 1 is 1.0."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def canonical(value: object) -> str:
    """The same text for the same JSON, whatever the order of its keys."""
    return json.dumps(_with_plain_numbers(value), sort_keys=True)


def _with_plain_numbers(value: object) -> object:
    match value:
        case dict():
            return {key: _with_plain_numbers(each) for key, each in cast("dict[str, Any]", value).items()}
        case list():
            return [_with_plain_numbers(each) for each in cast("list[Any]", value)]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _of_mappings(deployed: Mapping[str, Any], coded: Mapping[str, Any], path: str) -> Iterator[str]:
    for key in sorted(deployed.keys() | coded.keys()):
        place = f"{path}.{key}" if path else key
        if key not in coded:
            yield f"{place}: only deployed, {_one(deployed[key])}"
        elif key not in deployed:
            yield f"{place}: only in the code, {_one(coded[key])}"
        else:
            yield from leaf_differences(deployed[key], coded[key], place)
    if deployed.keys() == coded.keys() and path.endswith("metrics") and list(deployed) != list(coded):
        yield f"{path}: in another order"


def _of_lists(deployed: list[Any], coded: list[Any], path: str) -> Iterator[str]:
    then, now = (Counter(map(canonical, each)) for each in (deployed, coded))
    if then == now:
        if list(map(canonical, deployed)) != list(map(canonical, coded)):
            yield f"{path}: in another order"
        return
    if len(deployed) == len(coded) and any(isinstance(each, dict | list) for each in (*deployed, *coded)):
        for number, (one, other) in enumerate(zip(deployed, coded, strict=True)):
            yield from leaf_differences(one, other, f"{path}[{number}]")
        return
    yield from (f"{path}: only deployed, {_cut(each)}" for each in (then - now).elements())
    yield from (f"{path}: only in the code, {_cut(each)}" for each in (now - then).elements())


def _shown(deployed: object, coded: object) -> tuple[str, str]:
    """Both as JSON, cut to where they differ."""
    then, now = canonical(deployed), canonical(coded)
    at = next((number for number, pair in enumerate(zip(then, now, strict=False)) if pair[0] != pair[1]), 0)
    return _cut(then, at), _cut(now, at)


def _one(value: object) -> str:
    return _cut(canonical(value))


def _cut(text: str, at: int = 0) -> str:
    if len(text) <= _SHOWN_COUNT:
        return text
    begin = max(0, at - _BEFORE_COUNT)
    part = text[begin : begin + _SHOWN_COUNT]
    return f"{'…' if begin else ''}{part}{'…' if begin + _SHOWN_COUNT < len(text) else ''}"
