"""Metric math as a tree: read from text, with the column of every part.

    or = and {("OR" | "||") and} ;  and = comparison {("AND" | "&&") comparison}
    comparison = sum {("==" | "!=" | "<=" | ">=" | "<" | ">") sum} ;  sum = product {("+" | "-") product}
    product = sign {("*" | "/") sign} ;  sign = {"-"} power ;  power = primary ["^" sign]
    primary = number | id | "text" | WORD | FUNCTION "(" [or {"," or}] ")" | "[" or {"," or} "]" | "(" or ")"

The documentation gives no precedence; this is the usual one, with ^ to the right and above the sign. Parentheses settle it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from foundation.errors import InputError

# Deeper than an expression of 2,048 characters needs to be, and well within Python's own recursion limit.
_MAX_DEPTH = 60
_MAX_CHARACTERS = 2_048
# An alarm's expression is read at each of its evaluations.
_KEPT_COUNT = 256

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/^<>()\[\],]))""",
    re.VERBOSE,
)
_SYNONYMS = {"OR": "||", "AND": "&&"}


class MathError(InputError):
    """An expression, or queries together, that cannot be read or evaluated; `column` is where, from 1, if it is at one place."""

    def __init__(self, problem: str, *, column: int | None = None) -> None:
        self.column = column
        super().__init__(problem if column is None else f"column {column}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it stands."""

    column: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in quotation marks."""

    column: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A bare word in capitals that a function takes: REPEAT, LINEAR, ASC, DESC, or the name of an aggregate."""

    column: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The id of another query."""

    column: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negated:
    """Unary minus."""

    column: int
    operand: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Two operands; `sign` is one of + - * / ^ == != <= >= < > && ||."""

    column: int
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """Several time series in brackets."""

    column: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function with its arguments."""

    column: int
    function: str
    arguments: tuple["Node", ...]


Node = Number | Text | Word | Name | Negated | Operation | Array | Call


@lru_cache(maxsize=_KEPT_COUNT)
def parse(text: str) -> Node:
    """Read an expression; those that were read last are kept.

    Raises MathError with the column.
    """
    if not 1 <= len(text) <= _MAX_CHARACTERS:
        raise MathError(f"an expression has 1 to {_MAX_CHARACTERS:,} characters, not {len(text):,}", column=1)
    parser = _Parser(text)
    node = parser.expression(0)
    parser.end()
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    match node:
        case Negated():
            below: tuple[Node, ...] = (node.operand,)
        case Operation():
            below = (node.left, node.right)
        case Array():
            below = node.items
        case Call():
            below = node.arguments
        case _:
            below = ()
    for part in below:
        yield from walk(part)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


class _Parser:
    _LEVELS = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def expression(self, depth: int, level: int = 0) -> Node:
        if level == 0 and depth > _MAX_DEPTH:
            raise MathError(f"nested deeper than {_MAX_DEPTH}", column=self._peek().column)
        if level == len(self._LEVELS):
            return self._sign(depth)
        left = self.expression(depth, level + 1)
        while self._peek().kind == "sign" and self._peek().text in self._LEVELS[level]:
            token = self._next()
            right = self.expression(depth, level + 1)
            left = Operation(column=token.column, sign=token.text, left=left, right=right)
        return left

    def end(self) -> None:
        if self._peek().kind != "end":
            raise self._unexpected("an operator or the end")

    def _sign(self, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise MathError(f"nested deeper than {_MAX_DEPTH}", column=self._peek().column)
        if self._peek().text == "-" and self._peek().kind == "sign":
            token = self._next()
            return Negated(column=token.column, operand=self._sign(depth + 1))
        base = self._primary(depth)
        if self._takes("^"):
            return Operation(column=self._tokens[self._at - 1].column, sign="^", left=base, right=self._sign(depth + 1))
        return base

    def _primary(self, depth: int) -> Node:
        token = self._next()
        match token.kind:
            case "number":
                return Number(column=token.column, value=float(token.text))
            case "text":
                return Text(column=token.column, value=token.text[1:-1])
            case "word":
                return self._word(token, depth)
            case "sign" if token.text == "(":
                inner = self.expression(depth + 1)
                self._expect(")")
                return inner
            case "sign" if token.text == "[":
                return Array(column=token.column, items=self._listed("]", depth))
            case _:
                self._at -= 1
                raise self._unexpected("a number, an id, a function, or an opening parenthesis or bracket")

    def _word(self, token: _Token, depth: int) -> Node:
        if self._takes("("):
            arguments = () if self._takes(")") else self._listed(")", depth)
            return Call(column=token.column, function=token.text, arguments=arguments)
        if token.text[0].islower():
            return Name(column=token.column, id=token.text)
        return Word(column=token.column, value=token.text)

    def _listed(self, closing: str, depth: int) -> tuple[Node, ...]:
        items = [self.expression(depth + 1)]
        while self._takes(","):
            items.append(self.expression(depth + 1))
        self._expect(closing)
        return tuple(items)

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[min(self._at, len(self._tokens)) - 1]

    def _takes(self, sign: str) -> bool:
        if self._peek().kind == "sign" and self._peek().text == sign:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._unexpected(f"{sign!r} or an operator")

    def _unexpected(self, wanted: str) -> MathError:
        token = self._peek()
        found = "the end" if token.kind == "end" else repr(token.text)
        return MathError(f"{wanted} is needed here, not {found}", column=token.column)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            column = at + len(text[at:]) - len(text[at:].lstrip())
            raise MathError(f"{text[column]!r} has no meaning in metric math", column=column + 1)
        kind = found.lastgroup or "sign"
        word = found[kind]
        if kind == "word" and word in _SYNONYMS:
            kind, word = "sign", _SYNONYMS[word]
        yield _Token(kind, word, found.start(kind) + 1)
        at = found.end()
    yield _Token("end", "", len(text) + 1)
