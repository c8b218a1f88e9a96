"""Composite alarm rules: read, written, and evaluated on the states of the alarms that they name.

    rule    = and {"OR" and} ;  and = unary {"AND" unary} ;  unary = ["NOT"] primary
    primary = "(" rule ")" | "TRUE" | "FALSE" | STATE "(" alarm ")" | at_least
    at_least = "AT_LEAST" "(" (count | percent "%") "," ["NOT"] STATE "," "(" alarm {"," alarm} ")" ")"

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html does not say which of AND
and OR binds tighter; we read AND as the tighter one and always write parentheses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import assert_never

from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.limits import API, LimitError

_SOURCE = f"{API}/API_PutCompositeAlarm.html"
MAX_CHARACTERS = 10_240
MAX_CHILDREN = 100
MAX_ELEMENTS = 500
# Deeper than any rule within the limits needs to be, and well within Python's own recursion limit.
_MAX_DEPTH = 100
# A composite alarm's rule is read wherever it is asked for.
_KEPT_COUNT = 256

_TOKEN = re.compile(r'\s*(?:(?P<punctuation>[(),])|"(?P<quoted>[^"]*)"|(?P<word>[^\s(),"]+))')
_WORDS = frozenset({"AND", "OR", "NOT", "TRUE", "FALSE", "AT_LEAST", *(state.value for state in AlarmState)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InState:
    """An alarm, by its name, is in a state."""

    alarm: str
    state: AlarmState


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite."""

    rule: "AlarmRule"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every one of two or more."""

    rules: tuple["AlarmRule", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """One of two or more."""

    rules: tuple["AlarmRule", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """So many of the alarms, or so many percent of them, are in a state; or, `negated`, are not."""

    threshold: Decimal
    is_percent: bool
    negated: bool
    state: AlarmState
    alarms: tuple[str, ...]


AlarmRule = Always | InState | Not | AllOf | AnyOf | AtLeast


@lru_cache(maxsize=_KEPT_COUNT)
def read_rule(text: str) -> AlarmRule:
    """Read a rule; alarms may be named plainly, in double quotes, or by ARN, and are kept by name.

    The rules that were read last are kept. Raises LimitError with the column when the text is no rule or passes a limit.
    """
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise LimitError(f"a rule has 1 to {MAX_CHARACTERS:,} characters, not {len(text):,}", _SOURCE)
    parser = _Parser(text)
    rule = parser.rule(0)
    parser.end()
    if len(children := alarms_of(rule)) > MAX_CHILDREN:
        raise LimitError(f"a rule names at most {MAX_CHILDREN} alarms, not {len(children)}", _SOURCE)
    if parser.element_count > MAX_ELEMENTS:
        raise LimitError(f"a rule has at most {MAX_ELEMENTS} elements, not {parser.element_count}", _SOURCE)
    return rule


def write_rule(rule: AlarmRule) -> str:
    """The rule as text, with every name in quotes and every combination in parentheses."""
    match rule:
        case Always():
            return "TRUE" if rule.value else "FALSE"
        case InState():
            return f"{rule.state.value}({_quoted(rule.alarm)})"
        case Not():
            return f"NOT ({write_rule(rule.rule)})"
        case AllOf():
            return "(" + " AND ".join(map(write_rule, rule.rules)) + ")"
        case AnyOf():
            return "(" + " OR ".join(map(write_rule, rule.rules)) + ")"
        case AtLeast():
            threshold = f"{rule.threshold}%" if rule.is_percent else str(rule.threshold)
            state = f"NOT {rule.state.value}" if rule.negated else rule.state.value
            return f"AT_LEAST({threshold}, {state}, ({', '.join(map(_quoted, rule.alarms))}))"
        case _:
            assert_never(rule)


def holds(rule: AlarmRule, states: Mapping[str, AlarmState | None]) -> bool | None:
    """Whether the rule is true of these states by alarm name; a composite alarm is then in ALARM, else OK.

    A state that is None is not known. The rule is None, by Kleene's tables, where it may be either.
    Raises KeyError for an alarm whose state is not given.
    """
    match rule:
        case Always():
            return rule.value
        case InState():
            state = states[rule.alarm]
            return None if state is None else state is rule.state
        case Not():
            inner = holds(rule.rule, states)
            return None if inner is None else not inner
        case AllOf():
            # Lists, so that every part is looked at and an alarm that is not there is an error even where it would not decide.
            parts = [holds(part, states) for part in rule.rules]
            return False if False in parts else None if None in parts else True
        case AnyOf():
            parts = [holds(part, states) for part in rule.rules]
            return True if True in parts else None if None in parts else False
        case AtLeast():
            given = [states[alarm] for alarm in rule.alarms]
            matching_count = sum(state is not None and (state is rule.state) is not rule.negated for state in given)
            if _is_reached(rule, matching_count):
                return True
            return None if _is_reached(rule, matching_count + given.count(None)) else False
        case _:
            assert_never(rule)


def _is_reached(rule: AtLeast, count: int) -> bool:
    return count * 100 >= rule.threshold * len(rule.alarms) if rule.is_percent else count >= rule.threshold


def alarms_of(rule: AlarmRule) -> frozenset[str]:
    """The names of the alarms that a rule looks at."""
    match rule:
        case Always():
            return frozenset()
        case InState():
            return frozenset({rule.alarm})
        case Not():
            return alarms_of(rule.rule)
        case AllOf() | AnyOf():
            return frozenset(alarm for part in rule.rules for alarm in alarms_of(part))
        case AtLeast():
            return frozenset(rule.alarms)
        case _:
            assert_never(rule)


def plain_name(alarm: str) -> str:
    """The name of an alarm that is given by name or by ARN (arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME)."""
    return alarm.split(":", 6)[6] if re.match(r"arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:", alarm) else alarm


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_quoted: bool
    column: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self.element_count = 0

    def rule(self, depth: int) -> AlarmRule:
        if depth > _MAX_DEPTH:
            raise LimitError(f"column {self._peek().column}: nested deeper than {_MAX_DEPTH}", _SOURCE)
        parts = [self._conjunction(depth)]
        while self._takes("OR"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else AnyOf(rules=tuple(parts))

    def end(self) -> None:
        if self._peek().text:
            raise self._unexpected("AND, OR or the end")

    def _conjunction(self, depth: int) -> AlarmRule:
        parts = [self._unary(depth)]
        while self._takes("AND"):
            parts.append(self._unary(depth))
        return parts[0] if len(parts) == 1 else AllOf(rules=tuple(parts))

    def _unary(self, depth: int) -> AlarmRule:
        if self._takes("NOT"):
            return Not(rule=self._primary(depth))
        return self._primary(depth)

    def _primary(self, depth: int) -> AlarmRule:
        if self._takes("("):
            self.element_count += 1
            inner = self.rule(depth + 1)
            self._expect(")")
            return inner
        for word, value in (("TRUE", True), ("FALSE", False)):
            if self._takes(word):
                self.element_count += 1
                return Always(value=value)
        if self._takes("AT_LEAST"):
            return self._at_least()
        state = self._state()
        self._expect("(")
        alarm = self._alarm()
        self._expect(")")
        return InState(alarm=alarm, state=state)

    def _at_least(self) -> AlarmRule:
        self._expect("(")
        token = self._next()
        found = re.fullmatch(r"(\d+)(%?)", token.text)
        if not found or token.is_quoted:
            raise LimitError(f"column {token.column}: AT_LEAST needs a count such as 2 or a share such as 50%", _SOURCE)
        self._expect(",")
        negated = self._takes("NOT")
        state = self._state()
        self._expect(",")
        self._expect("(")
        alarms = [self._alarm()]
        while self._takes(","):
            alarms.append(self._alarm())
        self._expect(")")
        self._expect(")")
        return AtLeast(
            threshold=Decimal(found[1]), is_percent=bool(found[2]), negated=negated, state=state, alarms=tuple(alarms)
        )

    def _state(self) -> AlarmState:
        for state in AlarmState:
            if self._takes(state.value):
                return state
        raise self._unexpected("a state, TRUE, FALSE, NOT, AT_LEAST or a parenthesis")

    def _alarm(self) -> str:
        token = self._next()
        if not token.text or (not token.is_quoted and (token.text in "()," or token.text in _WORDS)):
            raise LimitError(f"column {token.column}: the name or ARN of an alarm is needed here", _SOURCE)
        self.element_count += 1
        return plain_name(token.text)

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._peek()
        if token.text or token.is_quoted:
            self._at += 1
        return token

    def _takes(self, text: str) -> bool:
        if self._peek().text == text and not self._peek().is_quoted:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise self._unexpected(repr(text))

    def _unexpected(self, wanted: str) -> LimitError:
        token = self._peek()
        return LimitError(f"column {token.column}: {wanted} is needed here, not {token.text!r}", _SOURCE)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise LimitError(f"column {at + 1}: a quotation mark is opened here and not closed", _SOURCE)
        kind = found.lastgroup or "word"
        yield _Token(found[kind], kind == "quoted", found.start(kind) + 1)
        at = found.end()
    yield _Token("", False, len(text) + 1)


def _quoted(name: str) -> str:
    if '"' in name or not name:
        raise LimitError(
            f"{name!r} cannot stand in a rule: an alarm's name there is not empty and has no quotation mark", _SOURCE
        )
    return f'"{name}"'
