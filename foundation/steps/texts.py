"""Puts values in the place of their names.

A text that is one placeholder and nothing else stands for the value itself, so a number stays one in JSON.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from foundation.steps.model import Template, Value, Values
from foundation.steps.placeholders import TOKEN


def fill(text: str, values: Values, quote: Callable[[str], str] = str) -> str:
    """The text with the values in their places, each as `quote` writes it. Raises KeyError for a name that has none."""

    def of(found: re.Match[str]) -> str:
        return quote(written(values[found[1]])) if found[1] is not None else found[0][0]

    return TOKEN.sub(of, text)


def fill_json(template: Template, values: Values) -> Template:
    """JSON with the values in its texts. Raises KeyError for a name that has none."""
    match template:
        case str():
            whole = TOKEN.fullmatch(template)
            if whole is not None and whole[1] is not None:
                return values[whole[1]]
            return fill(template, values)
        case dict():
            return {key: fill_json(value, values) for key, value in template.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [fill_json(value, values) for value in template]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return template


def written(value: Value) -> str:
    """A value as it stands in a path, a header or a text: numbers without an exponent, true and false as JSON has them."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
