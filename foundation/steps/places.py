"""Reads a JSONPath that names one place: a singular query (https://www.rfc-editor.org/rfc/rfc9535#section-2.3.5.1).

Any other could look through all of an answer, as often as it likes; a singular one is as many look-ups as it has parts.
"""

from functools import cache

from jsonpath import JSONPath, JSONPathEnvironment
from jsonpath.exceptions import JSONPathError
from jsonpath.selectors import IndexSelector, NameSelector

from foundation.errors import InputError
from foundation.steps.model import Place

_MOST_CHARACTERS, _MOST_PARTS = 500, 50


def read_place(text: str) -> Place:
    """The place that a JSONPath names. Raises InputError for what is none, or names several."""
    if len(text) > _MOST_CHARACTERS:
        raise InputError(f"has {len(text):,} characters, and a JSONPath here has at most {_MOST_CHARACTERS}")
    try:
        path = _environment().compile(text)
    except (JSONPathError, RecursionError) as error:
        # Its whole text draws where it is wrong, and fails of an empty path.
        said = str(error.args[0]) if error.args else type(error).__name__
        raise InputError(f"{text[:60]!r} is no JSONPath, such as $.order.total or $.items[0].id: {said}") from None
    # Strict RFC 9535 has none that is put together of several.
    if not isinstance(path, JSONPath) or not path.singular_query():
        raise InputError(
            f"{text[:60]!r} may name many places; write one that names a single one, such as $.items[0].id, without *, .., "
            "slices and filters"
        )
    if len(path.segments) > _MOST_PARTS:
        raise InputError(f"{text[:60]!r} has {len(path.segments)} parts, and at most {_MOST_PARTS} are looked up")
    parts: list[str | int] = []
    for segment in path.segments:
        for selector in segment.selectors:
            match selector:
                case NameSelector(name=name):
                    parts.append(name)
                case IndexSelector(index=index):
                    parts.append(index)
                case _:
                    raise AssertionError(f"a singular query has {selector}")
    return Place(text=text, parts=tuple(parts))


@cache
def _environment() -> JSONPathEnvironment:
    # Strict is RFC 9535, without the library's own extensions.
    return JSONPathEnvironment(strict=True)
