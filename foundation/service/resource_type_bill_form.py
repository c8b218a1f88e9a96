"""The form of the section `bill` of a kind's file."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from foundation.costs.labels import LABELS
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath
from foundation.files.explaining import with_hint
from foundation.files.forms import Flag, Form, Line, Number
from foundation.service.resource_type_bill import (
    BillLine,
    BillSection,
    Conditions,
    Constant,
    FactTerm,
    FreeWhen,
    Hours,
    RunsTerm,
    Term,
    TrafficTerm,
    TrafficUse,
)
from foundation.service.resources import FactValue

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
_Facts = dict[_Name, str]
_Because = Annotated[Line, Field(min_length=5, max_length=300)]
_HOURS = "hours"
_OR = " or "
_TERM = re.compile(
    r"(?:runs\((?P<runs>[a-z0-9_]+)\)|(?P<name>[a-z][a-z0-9_]*)(?: - (?P<less>\d+))?|(?P<number>\d+(?:\.\d+)?))"
)
_PLACEHOLDER = re.compile(r"\$\{([a-z0-9_]+)\}")
# Ends of a count's key in a traffic profile; a term that had one would be read as another.
_SUFFIXES = ("_per_unit", "_a_month")


class _Traffic(Form):
    means: Annotated[Line, Field(min_length=3, max_length=200)]
    counts: Flag = False
    assumed: Annotated[Number, Field(ge=0)] | None = None
    most: _Name | None = None
    because: _Because | None = None


class _BillLine(Form):
    line: str
    key: str = Field(pattern=r"^[A-Za-z0-9]+(/[^/\s]+){1,2}$", max_length=200)
    when: _Facts = Field(default_factory=dict[str, str])
    unless: _Facts = Field(default_factory=dict[str, str])
    times: list[str] = Field(default_factory=list[str], max_length=10)
    over: Annotated[Number, Field(gt=0)] = Decimal(1)
    because: _Because | None = None


class _Free(Form):
    why: _Because
    when: _Facts = Field(default_factory=dict[str, str])


class BillForm(Form):
    """The section: what only traffic knows, the lines, when it is free or paid nothing for, and what is not known."""

    traffic: dict[_Name, _Traffic] = Field(default_factory=dict[str, _Traffic], max_length=50)
    lines: list[_BillLine] = Field(default_factory=list[_BillLine], max_length=50)
    free: list[_Free] = Field(default_factory=list[_Free], max_length=10)
    nothing: _Facts = Field(default_factory=dict[str, str], max_length=10)
    unknown: Line = Field(default="", max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _nothing_yet(cls, given: Any) -> Any:
        """A kind whose lines nobody has written: an empty list. Its price is unknown."""
        return {"unknown": "nobody has written its lines of the bill"} if given == [] else given

    def made(self, document: Document, facts: Mapping[str, FactValue | None]) -> BillSection:
        """The section as values; a problem of the document for each name that stands for nothing.

        `facts` are those that the kind declares, each with a value of its kind.
        """
        checked = _Checking(document=document, facts=facts, traffic=self.traffic)
        for name, term in self.traffic.items():
            checked.traffic_term(name, term)
        if not (self.lines or self.free or self.unknown):
            document.problem(("bill",), "write its lines, why it is free, or what of its price is unknown")
        return BillSection(
            traffic=tuple(
                TrafficTerm(
                    name=name, means=each.means, counts=each.counts, assumed=each.assumed, most=each.most,
                    because=each.because or "",
                )
                for name, each in self.traffic.items()
            ),
            lines=tuple(checked.line(number, each) for number, each in enumerate(self.lines)),
            free=tuple(
                FreeWhen(why=each.why, when=checked.when(("bill", "free", number, "when"), each.when))
                for number, each in enumerate(self.free)
            ),
            nothing=checked.when(("bill", "nothing"), self.nothing),
            unknown=self.unknown,
        )  # fmt: skip


class _Checking:
    """What the names of one section stand for."""

    def __init__(
        self, *, document: Document, facts: Mapping[str, FactValue | None], traffic: Mapping[str, _Traffic]
    ) -> None:  # fmt: skip
        self._document, self._facts, self._traffic = document, facts, traffic

    def traffic_term(self, name: str, term: _Traffic) -> None:
        path: KeyPath = ("bill", "traffic", name)
        if name in self._facts or name == _HOURS or name.endswith(_SUFFIXES):
            self._document.problem(
                path, "is a fact's name, `hours`, or ends as a key of a profile does; call it otherwise"
            )
        if term.most is not None:
            self._fact((*path, "most"), term.most)
        if (term.assumed is not None or term.most is not None) != (term.because is not None):
            self._document.problem(path, "what is assumed, or at most, says because; and what says because is assumed")
        if term.assumed is not None and term.most is not None:
            self._document.problem(path, "is assumed or at most a fact, not both")
        if term.counts and term.most is not None:
            self._document.problem(path, "a count has no most")

    def line(self, number: int, given: _BillLine) -> BillLine:
        path: KeyPath = ("bill", "lines", number)
        if given.line not in LABELS:
            self._document.problem((*path, "line"), with_hint("is no line of a bill", given.line, list(LABELS)))
        for name in _PLACEHOLDER.findall(given.key):
            self._fact((*path, "key"), name)
        terms = tuple(
            term for at, text in enumerate(given.times) if (term := self._term((*path, "times", at), text)) is not None
        )
        if any(isinstance(term, Constant) for term in terms) and given.because is None:
            self._document.problem(path, "has a number of its own; say because")
        counting = [term for term in terms if isinstance(term, TrafficUse) and self._traffic[term.name].counts]
        timed = [term for term in terms if isinstance(term, Hours | RunsTerm)]
        if len(counting) + len(timed) > 1:
            self._document.problem((*path, "times"), "has two of: hours, runs, a count; a quantity is of one of them")
        return BillLine(
            line=given.line, key=given.key, when=self.when((*path, "when"), given.when),
            unless=self.when((*path, "unless"), given.unless), terms=terms, over=given.over, because=given.because or "",
        )  # fmt: skip

    def when(self, path: KeyPath, given: Mapping[str, str]) -> Conditions:
        """Facts with the values that they may have, which a file has with `or` between them."""
        found: list[tuple[str, tuple[FactValue, ...]]] = []
        for name, text in given.items():
            self._fact((*path, name), name)
            with self._document.at((*path, name)):
                found.append((name, tuple(_like(self._facts.get(name), each) for each in text.split(_OR))))
        return tuple(found)

    def _term(self, path: KeyPath, text: str) -> Term | None:
        found = _TERM.fullmatch(text)
        if found is None:
            self._document.problem(
                path, f"{text!r} is none of: a name, `name - number`, `runs(name)`, `hours`, a number"
            )
            return None
        if found["number"] is not None:
            return Constant(value=Decimal(found["number"]))
        if found["runs"] is not None:
            self._fact(path, found["runs"])
            return RunsTerm(name=found["runs"])
        if found["name"] == _HOURS:
            return Hours()
        if found["name"] in self._traffic:
            return TrafficUse(name=found["name"])
        self._fact(path, found["name"])
        return FactTerm(name=found["name"], less=Decimal(found["less"] or 0))

    def _fact(self, path: KeyPath, name: str) -> None:
        if name not in self._facts:
            known = [*self._facts, *self._traffic, _HOURS]
            self._document.problem(path, with_hint(f"there is no fact or traffic called {name!r}", name, known))


def _like(fact: FactValue | None, text: str) -> FactValue:
    """A value of the kind of a fact, from what is written."""
    match fact:
        case bool():
            if text not in ("true", "false"):
                raise InputError(f"must be true or false, not {text!r}")
            return text == "true"
        case Decimal():
            try:
                return Decimal(text)
            except ArithmeticError:
                raise InputError(f"must be a number, not {text!r}") from None
        case _:
            return text
