"""What placeholders stand for before the first request: drawn by a seed, row by row of a table, or kept of earlier answers."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from foundation.steps.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """One of several, each as likely as any other."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    """A whole number from one to another, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """A UUID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A row of a table: `{name.column}` stands for its columns, all of the same row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What some conversation has kept lately under this name."""

    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What whoever starts it gives by this name, or else this."""

    otherwise: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEnvironment:
    """A secret, in a variable of the environment of whoever sends."""

    variable: str


Source = FromEnvironment | OneOf | WholeNumber | Unique | Rows | Recent | Given


def names_of(name: str, source: Source) -> tuple[str, ...]:
    """The placeholders that a source fills."""
    match source:
        case Rows(columns=columns):
            return tuple(f"{name}.{column}" for column in columns)
        case _:
            return (name,)


def draw(
    sources: Mapping[str, Source],
    random: Random,
    *,
    recent: Callable[[str], Value],
    given: Mapping[str, Value],
    environment: Mapping[str, str],
) -> dict[str, Value]:
    """A value for every placeholder that the sources fill. `recent` draws what was kept lately under a name.

    Raises KeyError for a variable that the environment has not.
    """
    values: dict[str, Value] = {}
    for name, source in sources.items():
        match source:
            case OneOf(values=some):
                values[name] = random.choice(some)
            case WholeNumber(least=least, most=most):
                values[name] = random.randint(least, most)
            case Unique():
                values[name] = str(uuid.UUID(int=random.getrandbits(128), version=4))
            case Rows(rows=rows):
                values |= zip(names_of(name, source), random.choice(rows), strict=True)
            case Recent(kept=kept):
                values[name] = recent(kept)
            case Given(otherwise=otherwise):
                values[name] = given.get(name, otherwise)
            case FromEnvironment(variable=variable):
                values[name] = environment[variable]
    return values
