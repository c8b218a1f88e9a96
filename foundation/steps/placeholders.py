"""Where placeholders stand: `{name}` in a text, `{{` and `}}` for a brace."""

import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,59})?", re.ASCII)


def names_in(text: str) -> tuple[str, ...]:
    """The names of the placeholders of a text."""
    return tuple(found[1] for found in TOKEN.finditer(text) if found[1] is not None)


def problem_of_braces(text: str) -> str | None:
    """What is wrong with the braces of a text, as the end of a sentence; None where nothing is."""
    for found in TOKEN.finditer(text):
        if found[0] in ("{", "}"):
            return f"has a brace that stands alone, at {text[found.start() :][:20]!r}; write {found[0] * 2} for a brace"
        if found[1] is not None and not _NAME.fullmatch(found[1]):
            return f"{{{found[1][:40]}}} is no placeholder; write a name, such as {{order_id}}, or {{{{ for a brace"
    return None


def texts_of(template: Any) -> Iterator[str]:
    """Every text in JSON, but for its keys."""
    match template:
        case str():
            yield template
        case dict():
            for value in template.values():  # pyright: ignore[reportUnknownVariableType]
                yield from texts_of(value)
        case list():
            for value in template:  # pyright: ignore[reportUnknownVariableType]
                yield from texts_of(value)
        case _:
            return
