"""CloudFormation's functions on values that may be partly unknown. None is what a function cannot make of them: its arguments
are wrong.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from foundation.cloudformation.values import Text, Value, as_text, is_known, name_of, only_part, text_of, unknown

_IN_BRACES = re.compile(r"\$\{(!?)([^}]*)\}")
# What a deployment looks up: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_RESOLVED = re.compile(r"\{\{resolve:([^{}]{1,2000})\}\}")
# As many as Fn::Cidr gives.
_MOST_CIDRS = 256


def join(arguments: Sequence[Value]) -> Value:
    """Fn::Join of a delimiter and a list."""
    match arguments:
        case [str() as delimiter, tuple() as items]:
            parts: list[Value] = []
            for number, item in enumerate(items):
                parts += [delimiter, item] if number else [item]
            return text_of(*parts)
        case [str(), Text() as items]:
            return unknown(_named("Join", items), possible=(items,))
        case _:
            return None


def split(arguments: Sequence[Value]) -> Value:
    """Fn::Split of a delimiter and a text; a text that is partly known is split where it is."""
    match arguments:
        case [str() as delimiter, str() as text] if delimiter:
            return tuple(text.split(delimiter))
        case [str() as delimiter, Text(parts=parts) as text] if delimiter:
            if only_part(text) is not None:
                return unknown(_named("Split", text), possible=(text,))
            items: list[list[Value]] = [[]]
            for part in parts:
                if isinstance(part, str):
                    for number, each in enumerate(part.split(delimiter)):
                        if number:
                            items.append([])
                        items[-1].append(each)
                else:
                    items[-1].append(Text((part,)))
            return tuple(text_of(*item) for item in items)
        case _:
            return None


def select(arguments: Sequence[Value]) -> Value:
    """Fn::Select of a place and a list, counted from 0."""
    match arguments:
        case [place, tuple() as items] if (number := whole(place)) is not None:
            return items[number] if 0 <= number < len(items) else None
        case [place, Text() as items]:
            return unknown(_named(f"Item{as_text(place)}", items), possible=(items,))
        case [Text() as place, tuple() as items]:
            return unknown(_named("Select", place), possible=items)
        case _:
            return None


def substitute(text: str, value: Callable[[str], Value]) -> Value:
    """Fn::Sub: `value` is asked for what stands in braces; `${!Name}` is a text that has braces."""
    parts: list[Value] = []
    ended = 0
    for found in _IN_BRACES.finditer(text):
        parts += [text[ended : found.start()], f"${{{found[2]}}}" if found[1] else value(found[2].strip())]
        ended = found.end()
    return text_of(*parts, text[ended:])


def encoded(value: Value) -> Value:
    """Fn::Base64."""
    if isinstance(value, Text):
        return unknown(_named("Base64", value), possible=(value,))
    return base64.b64encode(as_text(value).encode(errors="replace")).decode()


def cidrs(arguments: Sequence[Value]) -> Value:
    """Fn::Cidr of a block, a count and the bits of each."""
    match arguments:
        case [str() as block, count, *bits]:
            size, number = whole(bits[0]) if bits else 8, whole(count)
            if size is None or number is None or not 0 < number <= _MOST_CIDRS:
                return unknown("Cidr", possible=tuple(arguments)) if not is_known(tuple(arguments)) else None
            try:
                network = ipaddress.ip_network(block)
                # Lazily: of IPv6 there are more than can be counted.
                subnets = network.subnets(new_prefix=network.max_prefixlen - size)
                return tuple(str(next(subnets)) for _ in range(number))
            except (ValueError, StopIteration, RuntimeError):
                return None
        case [Text() as block, *_]:
            return unknown(_named("Cidr", block), possible=(block,))
        case _:
            return None


def length(value: Value) -> Value:
    """Fn::Length of a list."""
    match value:
        case tuple() | Mapping():
            return len(value)
        case Text():
            return unknown(_named("Length", value), possible=(value,))
        case _:
            return None


def json_string(value: Value) -> Value:
    """Fn::ToJsonString; what is unknown in it stays a part of the text."""
    match value:
        case str():
            return json.dumps(value)
        case Text(parts=parts):
            return text_of(
                '"', *(json.dumps(part)[1:-1] if isinstance(part, str) else Text((part,)) for part in parts), '"'
            )
        case tuple():
            return text_of("[", *_between(json_string(each) for each in value), "]")
        case Mapping():
            pairs = (text_of(f"{json.dumps(key)}:", json_string(each)) for key, each in value.items())
            return text_of("{", *_between(pairs), "}")
        case None:
            return "null"
        case _:
            return as_text(value)


def resolved_later(text: str) -> Value:
    """A text with `{{resolve:…}}` in it, whose values a deployment looks up."""
    parts: list[Value] = []
    ended = 0
    for found in _RESOLVED.finditer(text):
        parts += [text[ended : found.start()], unknown(name_of(found[1]))]
        ended = found.end()
    return text_of(*parts, text[ended:]) if parts else text


def whole(value: Value) -> int | None:
    """A whole number, which may be written as a text."""
    match value:
        case bool():
            return None
        case int():
            return value
        case Decimal() if value == value.to_integral_value() and abs(value) < 10**18:
            return int(value)
        case str() if re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII):
            return int(value)
        case _:
            return None


def plain(value: Value) -> Any:
    """The same as JSON has it, with what is unknown as a text."""
    match value:
        case Text():
            return as_text(value)
        case tuple():
            return [plain(each) for each in value]
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case Decimal():
            return float(value)
        case _:
            return value


def _between(items: Any) -> list[Value]:
    parts: list[Value] = []
    for number, item in enumerate(items):
        parts += [",", item] if number else [item]
    return parts


def _named(what: str, of: Value) -> str:
    part = only_part(of)
    return name_of(part.name if part is not None else "", what)
