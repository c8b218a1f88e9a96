"""What an answer says of the step that asked for it: whether it is as it has to be, and what is kept of it."""

import json
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from foundation.steps.model import AnswerCheck, Place, Relation, Step, Value, Values
from foundation.steps.texts import fill_json

# A kept value stands in paths, headers and pages.
_MOST_KEPT_CHARACTERS = 2_000
_MOST_SHOWN = 60
_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`problem` says what is wrong with the answer, None where it is as it has to be; `kept` is for the steps to come.

    `is_done` is False where the step is to be repeated.
    """

    problem: str | None = None
    kept: dict[str, Value] = field(default_factory=dict[str, Value])
    is_done: bool = True


def judge(step: Step, body: bytes, values: Values) -> Judgement:
    """What an answer of a status that the step expects says of it. Of the checks that do not hold the first is told."""
    if not step.reads_answer:
        return Judgement()
    try:
        answer: Any = json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        return Judgement(problem=f"an answer that is no JSON: {_shown(body[:_MOST_SHOWN].decode(errors='replace'))}")
    kept: dict[str, Value] = {}
    for name, place in step.keeps:
        found = _at(answer, place)
        if found is _MISSING:
            return Judgement(problem=f"an answer without {place.text}")
        if (problem := _problem_of_kept(found)) is not None:
            return Judgement(problem=f"{place.text} {problem}")
        kept[name] = found
    known = {**values, **kept}
    for check in step.checks:
        if (problem := _problem(check, answer, known)) is not None:
            return Judgement(problem=problem)
    return Judgement(kept=kept, is_done=step.repeat is None or _problem(step.repeat.until, answer, known) is None)


def _problem(check: AnswerCheck, answer: Any, values: Values) -> str | None:
    found = _at(answer, check.place)
    if found is _MISSING:
        return f"{check.name}: there is no {check.place.text}"
    wanted = fill_json(check.value, values)
    if _holds(check.relation, found, wanted):
        return None
    how = check.relation.value.replace("_", " ")
    return f"{check.name}: {check.place.text} is {_shown(found)}; it has to be {_said(how, wanted)}"


def _said(how: str, wanted: Any) -> str:
    return f"{_shown(wanted)}" if how == "equals" else f"{how} {_shown(wanted)}"


def _holds(relation: Relation, found: Any, wanted: Any) -> bool:
    match relation:
        case Relation.EXISTS:
            return True
        case Relation.EQUALS:
            return _same(found, wanted)
        case Relation.ONE_OF:
            return any(_same(found, each) for each in wanted)
        case Relation.NOT_ONE_OF:
            return not any(_same(found, each) for each in wanted)
        case Relation.AT_LEAST:
            return _is_number(found) and _is_number(wanted) and found >= wanted
        case Relation.AT_MOST:
            return _is_number(found) and _is_number(wanted) and found <= wanted


def _same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same: 1 is 1.0, and is neither true nor "1"."""
    if isinstance(one, dict) and isinstance(other, dict):
        mine, theirs = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)
    if isinstance(one, list) and isinstance(other, list):
        left, right = cast("list[Any]", one), cast("list[Any]", other)
        return len(left) == len(right) and all(_same(*pair) for pair in zip(left, right, strict=True))
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    first, second = cast("object", one), cast("object", other)
    return type(first) is type(second) and first == second


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _at(answer: Any, place: Place) -> Any:
    for part in place.parts:
        if isinstance(answer, dict) and isinstance(part, str) and part in answer:
            answer = cast("dict[str, Any]", answer)[part]
        elif isinstance(answer, list) and isinstance(part, int) and _has(items := cast("list[Any]", answer), part):
            answer = items[part]
        else:
            return _MISSING
    return answer


def _has(items: list[Any], index: int) -> bool:
    return -len(items) <= index < len(items)


def _problem_of_kept(value: Any) -> str | None:
    """What keeps a value from standing in a path, a header and a text."""
    match value:
        case str():
            if len(value) > _MOST_KEPT_CHARACTERS:
                return f"has more than {_MOST_KEPT_CHARACTERS:,} characters, and is not kept"
            if any(unicodedata.category(each) in ("Cc", "Cs") for each in value):
                return "has a character that cannot be seen, and is not kept"
            return None
        case int() | Decimal() if not isinstance(value, bool):
            return None
        case _:
            return "is no text and no number, and is not kept"


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _shown(value: Any) -> str:
    """A value in few characters."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
