"""Texts of panels: what stands for `${label}` and the like, in a text for people and in an id."""

import re
from collections.abc import Mapping

VARIABLES = ("label", "text", "statistic", "stage", "service")
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_NO_PART_OF_AN_ID = re.compile(r"[^a-z0-9]+")


def placeholders_in(text: str) -> tuple[str, ...]:
    """The names in the `${…}` of a text."""
    return tuple(_PLACEHOLDER.findall(text))


def filled_text(text: str, variables: Mapping[str, str]) -> str:
    """The text with the variables that are known; others stay as they are."""
    return _PLACEHOLDER.sub(lambda found: variables.get(found[1], found[0]), text)


def filled_ids(text: str, variables: Mapping[str, str]) -> str:
    """The same for an id, or for math that names ids: `create-order` is `create_order` in them, and `GetItem` is `getitem`."""
    return _PLACEHOLDER.sub(lambda found: id_part(variables[found[1]]) if found[1] in variables else found[0], text)


def id_part(text: str) -> str:
    """A text as a part of an id: a query's has lower-case letters, digits and underscores here."""
    return _NO_PART_OF_AN_ID.sub("_", text.lower()).strip("_")
