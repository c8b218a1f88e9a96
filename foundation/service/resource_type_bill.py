"""What every resource of a kind costs, as values: lines of the bill, each a key of the price book and a product of numbers.

A number is one of the resource's facts, one that only its traffic knows, or one of the kind itself.
"""

from dataclasses import dataclass
from decimal import Decimal

from foundation.service.resources import FactValue

# Facts by name, each with the values that it may have.
Conditions = tuple[tuple[str, tuple[FactValue, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficTerm:
    """A number that only a resource's traffic knows; `counts` where it grows with the work, such as requests.

    Where no profile says it, it is `assumed`, or at most a fact, `most`, and `because` says why; else nobody has said it.
    """

    name: str
    means: str
    counts: bool
    assumed: Decimal | None
    most: str | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A number of the kind itself, such as the objects that a run writes."""

    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTerm:
    """A fact that is a number, less what is included."""

    name: str
    less: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsTerm:
    """How often the schedule that a fact holds comes up in a month of 730 hours."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficUse:
    """One of the kind's traffic terms, by name."""

    name: str


Term = Constant | Hours | FactTerm | RunsTerm | TrafficUse


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line: the key of its price, `service/usage type/operation`, in which `${fact}` stands for a fact; and its quantity.

    It is of the resources whose facts are as in `when`, and not as in `unless`; `because` says why its constants are so.
    """

    line: str
    key: str
    when: Conditions
    unless: Conditions
    terms: tuple[Term, ...]
    over: Decimal
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWhen:
    """Why a resource of a kind costs nothing by itself, where its facts are as in `when`."""

    why: str
    when: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSection:
    """What a kind costs. `unknown` says what of its price is known to nobody here; empty where its lines are all.

    A text that a line's `when` names chooses lines: a resource with a value of it that no line and no `free` has is unknown,
    but for the values in `nothing`, for which nothing is paid.
    """

    traffic: tuple[TrafficTerm, ...] = ()
    lines: tuple[BillLine, ...] = ()
    free: tuple[FreeWhen, ...] = ()
    nothing: Conditions = ()
    unknown: str = ""

    def term(self, name: str) -> TrafficTerm:
        """A traffic term by its name."""
        return next(each for each in self.traffic if each.name == name)
