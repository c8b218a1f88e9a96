"""Texts with parts that only a deployment knows: a Region, an account, an id. A part is a parameter by its type.

So a text of a user's is what it says, whatever it looks like: `${Limit}` in a title is no parameter. Each writer puts a
parameter as its language does, and escapes the rest.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a deployment fills in, by CloudFormation's name for it."""

    name: str


REGION = Parameter("AWS::Region")
ACCOUNT = Parameter("AWS::AccountId")
PARTITION = Parameter("AWS::Partition")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
PSEUDO_PARAMETERS = frozenset({REGION, ACCOUNT, PARTITION})

_NONE: frozenset[Parameter] = frozenset()
Part = str | Parameter
_WRITTEN = re.compile(r"\$\{([A-Za-z][A-Za-z0-9]{0,254}(?:::[A-Za-z]{1,60})?)\}", re.ASCII)


class ParametrizedText(str):
    """A text that knows its parts; as a string, and to whoever does not ask, each parameter is written `${Name}`.

    What is made of it by string operations is a string, so that a parameter is never made by accident.
    """

    __slots__ = ("parts",)
    parts: tuple[Part, ...]

    def __new__(cls, parts: tuple[Part, ...]) -> "ParametrizedText":
        """The text of these parts, of which at least one is a parameter."""
        made = super().__new__(cls, "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in parts))
        made.parts = parts
        return made


def parametrized(*parts: Part) -> str:
    """The text of parts, which may have parts themselves; a plain string where no part is a parameter."""
    if not any(isinstance(part, (Parameter, ParametrizedText)) for part in parts):
        return "".join(cast("tuple[str, ...]", parts))
    return ParametrizedText(_joined(inner for part in parts for inner in _inner(part)))


def _inner(part: Part) -> tuple[Part, ...]:
    return parts_of(part) if isinstance(part, str) else (part,)


def read_parametrized(text: str) -> str:
    """A text whose `${Name}` are parameters, by the names that CloudFormation takes; all else in it is what it says."""
    parts = _WRITTEN.split(text)
    return parametrized(*(Parameter(part) if number % 2 else part for number, part in enumerate(parts)))


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a text: one, where it is a plain string."""
    return text.parts if isinstance(text, ParametrizedText) else (text,)


def parameters_in(value: object) -> frozenset[Parameter]:
    """Every parameter of a text, or of the texts in mappings and sequences."""
    match value:
        case ParametrizedText():
            return frozenset(part for part in value.parts if isinstance(part, Parameter))
        case str():
            return _NONE
        case Mapping():
            below: Iterable[object] = cast("Mapping[str, object]", value).values()
        case list() | tuple():
            below = cast("Iterable[object]", value)
        case _:
            return _NONE
    return _NONE.union(*map(parameters_in, below))


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with the parameters that are known, by name, filled in; the others stay."""
    return parametrized(
        *(known.get(part.name, part) if isinstance(part, Parameter) else part for part in parts_of(text))
    )


def json_text(value: Any) -> str:
    """The value as JSON whose texts keep their parameters; what is not known has no character that JSON would escape."""
    match value:
        case str():
            return parametrized(
                '"', *(json.dumps(part)[1:-1] if isinstance(part, str) else part for part in parts_of(value)), '"'
            )
        case Mapping():
            pairs = cast("Mapping[str, Any]", value).items()
            return _listed("{", ((json.dumps(key), ": ", json_text(each)) for key, each in pairs), "}")
        case list() | tuple():
            return _listed("[", ((json_text(each),) for each in cast("Iterable[Any]", value)), "]")
        case _:
            return json.dumps(value)


def _listed(begin: str, items: Iterable[tuple[Part, ...]], end: str) -> str:
    parts = [part for number, item in enumerate(items) for part in ((", ", *item) if number else item)]
    return parametrized(begin, *parts, end)


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The same with texts that stand beside one another as one, and none that is empty."""
    joined: list[Part] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        else:
            if text := "".join(texts):
                joined.append(text)
            texts.clear()
            joined.append(part)
    if text := "".join(texts):
        joined.append(text)
    return tuple(joined)


def cloudformation(text: str) -> str | dict[str, Any]:
    """The text in a template: itself, Fn::Sub with its parameters, or Fn::Join where it has a `${` of its own.

    Fn::Sub escapes by `${!…}`, which is documented for closed braces alone:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
    """
    if not isinstance(text, ParametrizedText):
        return text
    parts = text.parts
    if all("${" not in part for part in parts if isinstance(part, str)):
        return {"Fn::Sub": "".join(text)}
    return {"Fn::Join": ["", [part if isinstance(part, str) else {"Ref": part.name} for part in parts]]}


def fn_sub(text: str) -> str:
    """The text as Fn::Sub reads it, for a file whose whole content is to be one."""
    return "".join(
        part.replace("${", "${!") if isinstance(part, str) else f"${{{part.name}}}" for part in parts_of(text)
    )


def with_texts(value: Any, write: Callable[[str], Any]) -> Any:
    """The same value with every text as `write` writes it; keys stay."""
    match value:
        case str():
            return write(value)
        case Mapping():
            return {key: with_texts(each, write) for key, each in cast("Mapping[str, Any]", value).items()}
        case list():
            return [with_texts(each, write) for each in cast("list[Any]", value)]
        case _:
            return value
