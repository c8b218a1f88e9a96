"""Writes scalars, lists and mappings as YAML in one line, so that every reader of YAML takes each text for what it is."""

import json
import re
from collections.abc import Mapping, Sequence

# What every reader of YAML takes for a text, wherever it stands; all else has quotes.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./*+@-]*(?:[ :][A-Za-z0-9_./*+@-]+|::[A-Za-z0-9_./*+@-]+)*", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,10})?", re.ASCII)
# What YAML 1.1 or 1.2 takes for something else.
_MEANT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

Written = str | bool | int | Sequence["Written"] | Mapping[str, "Written"]


def in_one_line(value: Written) -> str:
    """A value as it stands in one line, in the flow style where it is a list or a mapping."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return scalar(value)
        case Mapping():
            return "{" + ", ".join(f"{scalar(key)}: {in_one_line(each)}" for key, each in value.items()) + "}"
        case _:
            return "[" + ", ".join(in_one_line(each) for each in value) + "]"


def scalar(text: str) -> str:
    """A text with quotes where it needs them."""
    if _NUMBER.fullmatch(text) or (_PLAIN.fullmatch(text) and ": " not in text and text.lower() not in _MEANT):
        return text
    return json.dumps(text, ensure_ascii=False)
