"""What pydantic finds wrong, in the one voice of all files: what is wrong, what was given, and what to do."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_MOST_SHOWN = 60
_PLAIN: Mapping[str, str] = {
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "dataclass_type": "must be a mapping of keys to values",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "finite_number": "must be a finite number",
}


def explain(detail: ErrorDetails, known_keys: Collection[str], own_keys: Collection[str] = ()) -> str:
    """One finding in words; `known_keys` are those that the mapping around it may have, `own_keys` those that it itself may."""
    given: Any = detail.get("input")
    context: Mapping[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"unknown key; {did_you_mean(str(detail['loc'][-1]), known_keys) or 'remove it or correct its spelling'}"
        case "model_type" | "dataclass_type" if own_keys:
            return f"{_PLAIN['model_type']}, not {shown(given)}; its keys are {', '.join(own_keys)}"
        case "missing":
            return "is missing"
        case "literal_error" | "enum":
            said = f"must be {_plain(context['expected'])}, not {shown(given)}"
            return f"{said}{_meant(given, context['expected'])}"
        case "union_tag_invalid":
            expected = _plain(context["expected_tags"])
            said = f"must be one of {expected}, not {shown(context['tag'])}"
            return f"{said}{_meant(context['tag'], context['expected_tags'])}"
        case "union_tag_not_found":
            return "is missing"
        case "greater_than":
            return f"must be greater than {context['gt']:g}, not {shown(given)}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}, not {shown(given)}"
        case "less_than":
            return f"must be less than {context['lt']:g}, not {shown(given)}"
        case "less_than_equal":
            return f"must be at most {context['le']:g}, not {shown(given)}"
        case "multiple_of":
            return f"must be a multiple of {context['multiple_of']:g}, not {shown(given)}"
        case "too_short":
            return f"needs at least {context['min_length']}, and has {context['actual_length']}"
        case "too_long":
            return f"takes at most {context['max_length']}, and has {context['actual_length']}"
        case "string_too_short":
            return f"needs at least {context['min_length']} characters, and is {shown(given)}"
        case "string_too_long":
            return f"takes at most {context['max_length']} characters"
        case "string_pattern_mismatch":
            return f"must match {context['pattern']}, not {shown(given)}"
        case "value_error":
            text = str(context["error"])
            return text if isinstance(given, dict) or shown(given) in text else f"{text}, not {shown(given)}"
        case kind if kind in _PLAIN:
            return f"{_PLAIN[kind]}, not {shown(given)}"
        case _:
            return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, not {shown(given)}"


def place_of(detail: ErrorDetails) -> tuple[int | str, ...]:
    """Where a finding stands: of several forms at the key that says which of them one has, and not at the mapping around it."""
    if not detail["type"].startswith("union_tag"):
        return detail["loc"]
    return (*detail["loc"], str(detail.get("ctx", {}).get("discriminator", "")).strip("'"))


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`did you mean x?` where something known is close, else what is known, else nothing."""
    names = sorted(set(known))
    if close := _close(given, names):
        return f"did you mean {close}?"
    return f"there are {', '.join(names)}" if 0 < len(names) <= 20 else ""


def with_hint(text: str, given: str, known: Iterable[str]) -> str:
    """A text with what was meant, or what there is, after it, where that can be said."""
    hint = did_you_mean(given, known)
    return f"{text}; {hint}" if hint else text


def shown(given: object) -> str:
    """A value as it was given, short enough to read."""
    match given:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            text = str(given)
            return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _meant(given: object, listed: object) -> str:
    """Which of the words that are allowed was meant, where one is close."""
    close = _close(str(given), re.findall(r"'([^']*)'", str(listed))) if isinstance(given, str) else None
    return f"; did you mean {close}?" if close else ""


def _close(given: str, names: Iterable[str]) -> str | None:
    by_lower = {name.lower(): name for name in sorted(set(names))}
    found = difflib.get_close_matches(given.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def _plain(listed: object) -> str:
    """Pydantic's list of what is allowed, without its quotes."""
    return str(listed).replace("'", "")


def keys_around(form: Any, there: Collection[str], under: str | None = None) -> frozenset[str]:
    """The keys that a mapping may have: those of the mapping that it has most in common with, of those that may stand under a
    key, or of all of a form where that is none of its keys.
    """
    fields = [model.model_fields[under].annotation for model in models_of(form) if under in model.model_fields]
    every = (frozenset(model.model_fields) for part in fields or [form] for model in models_of(part))
    return max(every, key=lambda keys: len(keys & set(there)), default=frozenset[str]())


def keys_of(form: Any, name: str) -> tuple[str, ...]:
    """The keys of the part of a form that is called so, in their order; none where no part is."""
    return next((tuple(each.model_fields) for each in models_of(form) if each.__name__ == name), ())


def models_of(form: Any) -> tuple[type[BaseModel], ...]:
    """Every model that a form is made of, the outermost first."""
    return tuple(_models(form, set()))


def _models(form: Any, seen: set[Any]) -> Iterable[type[BaseModel]]:
    if isinstance(form, type) and issubclass(form, BaseModel):
        if form in seen:
            return
        seen.add(form)
        yield form
        for each in form.model_fields.values():
            yield from _models(each.annotation, seen)
    for part in get_args(form):
        yield from _models(part, seen)
