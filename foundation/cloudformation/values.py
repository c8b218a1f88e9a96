"""What stands in a template once its functions are evaluated: JSON, in which a text may have parts that only a deployment knows.

Such a part says what it is of: a resource, and what of it; else it is known by a name that is made of what it was written as.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, cast

Value: TypeAlias = "bool | int | Decimal | str | Text | tuple[Value, ...] | Mapping[str, Value] | None"

_WORD = re.compile(r"[A-Za-z0-9]+")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9]{0,199}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What Ref or Fn::GetAtt asks of a resource: its address, and an attribute; none of Ref."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What only a deployment knows. `name` is what it may be called, of letters and digits, or a pseudo parameter.

    `of` is a resource's; `export` the name of another stack's. Else it is made of, or one of, `possible` values.
    """

    name: str
    of: Attribute | None = None
    export: Value = None
    possible: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text of parts, of which at least one is unknown; whatever is unknown as a whole is a text of one part."""

    parts: tuple[str | Unknown, ...]


def text_of(*parts: Value) -> str | Text:
    """The text of parts that stand beside one another, written as CloudFormation writes each."""
    flat: list[str | Unknown] = []
    for part in parts:
        for each in part.parts if isinstance(part, Text) else (as_text(part),):
            if isinstance(each, str) and flat and isinstance(flat[-1], str):
                flat[-1] += each
            elif each != "":
                flat.append(each)
    if any(isinstance(part, Unknown) for part in flat):
        return Text(tuple(flat))
    return "".join(cast("list[str]", flat))


def as_text(value: Value) -> str:
    """A known scalar as CloudFormation writes it in a text; a list or mapping as its name for it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | str():
            return str(value)
        case Decimal():
            return f"{value.normalize():f}" if value else "0"
        case Text():
            return "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in value.parts)
        case tuple():
            return ",".join(as_text(each) for each in value)
        case Mapping():
            return "{…}"


def unknown(name: str, *, of: Attribute | None = None, export: Value = None, possible: tuple[Value, ...] = ()) -> Text:
    """A value that is unknown as a whole."""
    return Text((Unknown(name=name, of=of, export=export, possible=possible),))


def name_of(*texts: str) -> str:
    """A name of letters and digits, such as `ImportNetworkVpcId` of `Import` and `network-vpc-id`; it begins with a letter."""
    words = [word for text in texts for word in _WORD.findall(text)]
    name = "".join(f"{word[0].upper()}{word[1:]}" for word in words)[:200]
    return name if name[:1].isalpha() else f"Value{name}"


def parameter_name(text: str) -> str:
    """A name as it is where a parameter may be called so, else one that is made of its words."""
    return text if _PARAMETER.fullmatch(text) else name_of(text)


def only_part(value: Value) -> Unknown | None:
    """The unknown that a value is as a whole; None of everything else."""
    match value:
        case Text(parts=(Unknown() as part,)):
            return part
        case _:
            return None


def is_known(value: Value) -> bool:
    """Whether nothing of it is unknown."""
    return next(unknowns_in(value), None) is None


def unknowns_in(value: Value) -> Iterator[Unknown]:
    """Every unknown part of a value, also of those that are possible, in their order."""
    match value:
        case Text(parts=parts):
            for part in parts:
                if isinstance(part, Unknown):
                    yield part
                    for each in part.possible:
                        yield from unknowns_in(each)
        case tuple():
            for each in value:
                yield from unknowns_in(each)
        case Mapping():
            for each in value.values():
                yield from unknowns_in(each)
        case _:
            pass


def attributes_in(value: Value) -> tuple[Attribute, ...]:
    """What a value asks of resources, each once, in their order."""
    return tuple(dict.fromkeys(part.of for part in unknowns_in(value) if part.of is not None))


def texts_in(value: Value) -> Iterator[str | Text]:
    """Every text of a value, in their order; keys are none, and of unknown parts what they are made of counts."""
    match value:
        case str():
            yield value
        case Text(parts=parts):
            yield value
            for part in parts:
                if isinstance(part, Unknown):
                    yield from texts_in(part.possible)
        case tuple():
            for each in value:
                yield from texts_in(each)
        case Mapping():
            for each in value.values():
                yield from texts_in(each)
        case _:
            pass


def with_known(value: Value, known: Callable[[Unknown], Value]) -> Value:
    """The same value with each unknown part as `known` has it; None leaves it as it is."""
    match value:
        case Text(parts=(Unknown() as part,)):
            found = known(part)
            return _inside(part, known) if found is None else found
        case Text(parts=parts):
            return text_of(
                *(part if isinstance(part, str) else with_known(Text((part,)), known) for part in parts)
            )  # fmt: skip
        case tuple():
            return tuple(with_known(each, known) for each in value)
        case Mapping():
            return {key: with_known(each, known) for key, each in value.items()}
        case _:
            return value


def _inside(part: Unknown, known: Callable[[Unknown], Value]) -> Text:
    return unknown(
        part.name, of=part.of, export=with_known(part.export, known),
        possible=tuple(with_known(each, known) for each in part.possible),
    )  # fmt: skip


def items_of(value: Value) -> tuple[Value, ...]:
    """The items of a list; one value for itself, as CloudFormation takes it; none of nothing."""
    match value:
        case None:
            return ()
        case tuple():
            return value
        case _:
            return (value,)


def mapping_of(value: Value) -> Mapping[str, Value]:
    """A mapping, or an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def at(value: Value, *path: str) -> Value:
    """What stands at a path of keys; None where nothing does. A list is looked into by its first item that has the key."""
    for key in path:
        found = (mapping_of(each).get(key) for each in items_of(value))
        value = next((each for each in found if each is not None), None)
    return value


def every(value: Value, *path: str) -> Iterable[Value]:
    """All that stands at a path of keys, where each list on the way is looked into item by item."""
    if not path:
        yield from items_of(value)
        return
    for each in items_of(value):
        yield from every(mapping_of(each).get(path[0]), *path[1:])
