"""A conversation as values: steps, each of them a request and what its answer has to be.

Of the standard library alone, as is all that runs them: what CloudWatch Synthetics runs has no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from foundation.steps.placeholders import names_in, texts_of

# What a placeholder stands for: a text, a number, or true and false.
Value = str | int | Decimal | bool
# Of JSON, with placeholders in its texts.
Template = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in a JSON answer: a singular query of RFC 9535 as it is written, and the names and indexes that it is made of."""

    text: str
    parts: tuple[str | int, ...]


class Relation(Enum):
    """How what stands at a place has to be to a value."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    NOT_ONE_OF = "not_one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCheck:
    """What has to hold of one place of an answer; `value` is a list for a relation to several, and None for `exists`."""

    name: str
    place: Place
    relation: Relation
    value: Template = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """Nobody is authorised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigV4:
    """AWS's signature, by the credentials and the Region of whoever sends."""

    service: str = "execute-api"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFromEnvironment:
    """A header whose value, after a prefix, is that of a variable of the environment: a secret stands in no file."""

    header: str
    variable: str
    prefix: str = ""


Authorisation = Unsigned | SigV4 | HeaderFromEnvironment


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The step is done again, every so many seconds from when it was due, until its answer is so; then no more."""

    every_seconds: float
    for_seconds: float
    until: AnswerCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request. `path`, `query`, `headers` and `body` have placeholders, `{name}`; `body` is JSON, and None is no body.

    `keeps` names places of the answer that later steps use; `pause_seconds` is waited for before it.
    """

    name: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: Template = None
    has_body: bool = False
    authorisation: Authorisation = field(default_factory=Unsigned)
    expected_statuses: frozenset[int] = frozenset({200})
    checks: tuple[AnswerCheck, ...] = ()
    keeps: tuple[tuple[str, Place], ...] = ()
    pause_seconds: float = 0.0
    repeat: Repeat | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that it uses, of values and of what was kept."""
        checks = (*self.checks, *(() if self.repeat is None else (self.repeat.until,)))
        texts = (
            self.path,
            *(text for _, text in (*self.query, *self.headers)),
            *texts_of(self.body),
            *(text for check in checks for text in texts_of(check.value)),
        )
        return frozenset(name for text in texts for name in names_in(text))

    @property
    def reads_answer(self) -> bool:
        """Whether anything of the answer but its status counts."""
        return bool(self.checks or self.keeps or self.repeat)


Values = Mapping[str, Value]
