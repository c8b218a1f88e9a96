"""X-Ray's filter expressions, read into values that can be compared: which traces are meant, and of which service.

    service("shop-production/production") { fault = true } AND http.method = "GET"

Keywords and grammar: https://docs.aws.amazon.com/xray/latest/devguide/aws-xray-interface-console.html#xray-console-filters.
Two filters are equal when they ask for the same terms; the order of what AND or OR joins does not matter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from foundation.errors import InputError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<sign>!=|<=|>=|[=<>(){}\[\],:!&|])
    )""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "CONTAINS", "BEGINSWITH", "ENDSWITH"})
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Text:
    """A string of a filter, without its quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword, a number, or true and false; keywords are the same in capitals."""

    word: str


Argument = Text | Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A keyword compared with a value; a keyword alone is compared with `true`."""

    key: Argument
    operator: str
    value: Argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`service(…)`, `edge(…)` or `id(…)`: traces that have this, and where it has a filter, with this filter true of it."""

    name: str
    arguments: tuple[tuple[str, "Argument | Node"], ...]
    inside: "Filter | None"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of two or more terms."""

    terms: frozenset["Filter"]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of two or more terms at least."""

    terms: frozenset["Filter"]


@dataclass(frozen=True, slots=True)
class Not:
    """What a term is not true of."""

    term: "Filter"


Filter = Comparison | Node | AllOf | AnyOf | Not

FAULT = Comparison(key=Word("fault"), operator="=", value=Word("true"))


def read_filter(text: str) -> Filter:
    """Read a filter expression.

    Raises InputError when it is none, or of a form that is not known here.
    """
    reading = _Reading(text=text, tokens=_tokens(text))
    found = reading.either(0)
    if reading.next_token() is not None:
        raise reading.error()
    return found


def with_fault(total: Filter) -> frozenset[Filter]:
    """The ways to ask for the faults among the traces of a filter: a fault of the trace, or of the service that it names."""
    ways = {_all([total, FAULT])}
    if isinstance(total, Node) and total.name == "service":
        inside = [FAULT] if total.inside is None else [total.inside, FAULT]
        ways.add(Node(name=total.name, arguments=total.arguments, inside=_all(inside)))
    return frozenset(ways)


def covers(wider: Filter, filter_: Filter) -> bool:
    """Whether every trace of a filter is one of a wider filter, as far as their terms show it."""
    if wider == filter_:
        return True
    match wider, filter_:
        case AnyOf(terms=terms), _ if any(covers(term, filter_) for term in terms):
            return True
        case AnyOf(terms=terms), _ if any(term.term in terms for term in terms if isinstance(term, Not)):
            return True
        case AllOf(terms=terms), _:
            return all(covers(term, filter_) for term in terms)
        case Node(inside=inside), Node(inside=narrower) if (wider.name, wider.arguments) == (
            filter_.name,
            filter_.arguments,
        ):
            return inside is None or (narrower is not None and covers(inside, narrower))
        case _, AllOf(terms=terms):
            return any(covers(wider, term) for term in terms)
        case _, AnyOf(terms=terms):
            return all(covers(wider, term) for term in terms)
        case _:
            return False


def without_inside(filter_: Filter) -> Filter:
    """The same traces of a service or an edge whatever is true of it."""
    return replace(filter_, inside=None) if isinstance(filter_, Node) else filter_


def service_of(filter_: Filter) -> str | None:
    """The name of the service of which a filter takes every trace; None when it takes fewer, or others."""
    match filter_:
        case Node(name="service", arguments=(("", Text(text=name)),), inside=None):
            return name
        case Node(name="service", arguments=(("", Node(name="id", arguments=named)),), inside=None):
            match dict(named).get("name"), dict(named).get("type", Text("AWS::ApiGateway::Stage")):
                case Text(text=name), Text(text="AWS::ApiGateway::Stage") if set(dict(named)) <= {"name", "type"}:
                    return name
                case _:
                    return None
        case _:
            return None


def _all(terms: Sequence[Filter]) -> Filter:
    flat = frozenset(inner for term in terms for inner in (term.terms if isinstance(term, AllOf) else (term,)))
    return next(iter(flat)) if len(flat) == 1 else AllOf(flat)


def _any(terms: Sequence[Filter]) -> Filter:
    flat = frozenset(inner for term in terms for inner in (term.terms if isinstance(term, AnyOf) else (term,)))
    return next(iter(flat)) if len(flat) == 1 else AnyOf(flat)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    value: str
    is_text: bool


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise InputError(f"{text!r}: {text[at:].strip()[:20]!r} cannot stand in a filter of traces")
        at = found.end()
        quoted = found["text"]
        value = re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted is not None else found.group().strip()
        tokens.append(_Token(value=value, is_text=quoted is not None))
    return tokens


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Reads the tokens of a filter from the first to the last."""

    text: str
    tokens: list[_Token]
    place: int = 0

    def either(self, depth: int) -> Filter:
        terms = [self.both(depth)]
        while self.take("OR", "|"):
            terms.append(self.both(depth))
        return _any(terms)

    def both(self, depth: int) -> Filter:
        terms = [self.term(depth)]
        while self.take("AND", "&"):
            terms.append(self.term(depth))
        return _all(terms)

    def term(self, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise self.error()
        if self.take("NOT", "!"):
            return Not(self.term(depth + 1))
        if self.take("("):
            found = self.either(depth + 1)
            self.expect(")")
            return found
        token = self.next_token()
        if token is None or token.is_text or not token.value[0].isalpha():
            raise self.error()
        self.place += 1
        name = token.value.lower()
        if self.take("("):
            return self.node(name, depth + 1)
        return self.comparison(name)

    def node(self, name: str, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.error()
        arguments: list[tuple[str, Argument | Node]] = []
        while not self.take(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.named_argument(depth))
        inside = None
        if self.take("{"):
            inside = self.either(depth)
            self.expect("}")
        return Node(name=name, arguments=tuple(arguments), inside=inside)

    def named_argument(self, depth: int) -> tuple[str, Argument | Node]:
        value = self.argument()
        if isinstance(value, Word) and self.take("("):
            return "", self.node(value.word, depth + 1)
        if isinstance(value, Word) and self.take(":"):
            return value.word, self.argument()
        return "", value

    def comparison(self, name: str) -> Comparison:
        key: Argument = Word(name)
        if self.take("["):
            # annotation["…"] and annotation[…] are the same one.
            inner = self.argument()
            self.expect("]")
            key = Text(f"{name}[{inner.text if isinstance(inner, Text) else inner.word}]")
        token = self.next_token()
        operator = None if token is None or token.is_text else token.value.upper()
        if operator not in _COMPARISONS:
            return Comparison(key=key, operator="=", value=Word("true"))
        self.place += 1
        return Comparison(key=key, operator=operator, value=self.argument())

    def argument(self) -> Argument:
        token = self.next_token()
        if token is None or not (token.is_text or re.fullmatch(r"-?\d.*|[A-Za-z_].*", token.value)):
            raise self.error()
        self.place += 1
        return Text(token.value) if token.is_text else Word(token.value.lower())

    def next_token(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *signs: str) -> bool:
        token = self.next_token()
        if token is None or token.is_text or token.value.upper() not in signs:
            return False
        self.place += 1
        return True

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.error()

    def error(self) -> InputError:
        token = self.next_token()
        what = "ends too early" if token is None else f"{token.value!r} cannot stand there"
        return InputError(f"{self.text!r} is no filter of traces that is known here: {what}")


# https://docs.aws.amazon.com/xray/latest/devguide/aws-xray-interface-console.html#console-filters-syntax
_FLAGS = frozenset(
    {"ok", "error", "throttle", "fault", "partial", "inferred", "first", "last", "remote", "root"}
)  # fmt: skip
_KEYWORDS = _FLAGS | frozenset(
    {
        "responsetime", "duration", "http.status", "index", "http.url", "http.method", "http.useragent", "http.clientip",
        "user", "name", "type", "message", "availabilityzone", "instance.id", "resource.arn",
        "group.name", "group.arn", "coverage", "json",
    }
)  # fmt: skip
_NODES = frozenset({"service", "edge", "id"})
_ARGUMENTS = frozenset({"name", "type", "account.id"})


def unknown_keyword(text: str) -> tuple[str, frozenset[str]] | None:
    """The first word of a filter that X-Ray does not know, with those that it knows there; None where it knows all.

    Raises InputError when it is no filter.
    """
    return next(_unknown(read_filter(text)), None)


def _unknown(filter_: Filter) -> Iterator[tuple[str, frozenset[str]]]:
    match filter_:
        case Comparison(key=key, value=value):
            yield from _unknown_of(key, value)
        case Node(name=name, arguments=arguments, inside=inside):
            if name not in _NODES:
                yield name, _NODES
            for named, argument in arguments:
                if named and named not in _ARGUMENTS:
                    yield named, _ARGUMENTS
                if isinstance(argument, Node):
                    yield from _unknown(argument)
            if inside is not None:
                yield from _unknown(inside)
        case AllOf(terms=terms) | AnyOf(terms=terms):
            for term in sorted(terms, key=repr):
                yield from _unknown(term)
        case Not(term=term):
            yield from _unknown(term)
        case _:
            assert_never(filter_)


def _unknown_of(key: Argument, value: Argument) -> Iterator[tuple[str, frozenset[str]]]:
    match key:
        case Word(word=word):
            if word in _FLAGS and value not in (Word("true"), Word("false")):
                yield value.text if isinstance(value, Text) else value.word, frozenset({"true", "false"})
            # annotation.key is the older way to write annotation["key"], and root causes are paths of any depth.
            if word not in _KEYWORDS and not word.startswith(("annotation.", "rootcause.")):
                yield word, _KEYWORDS
        case Text(text=named):
            word = named.partition("[")[0]
            if word not in ("annotation", "metadata"):
                yield word, frozenset({"annotation"})
        case _:
            assert_never(key)
