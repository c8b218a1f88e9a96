"""Advisories on packages as values: which versions of which package are affected, how badly, and how old the data is.

The words are those of the OSV schema (https://ossf.github.io/osv-schema/); what matching does not need is left out.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

_SEPARATORS = re.compile(r"[-_.]+")


class Ecosystem(Enum):
    """Whose packages are matched, as OSV spells it."""

    PYPI = "PyPI"
    NPM = "npm"


class EventKind(Enum):
    """What happens at a version of a range."""

    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A version, and what happens there; "0" is before every version."""

    kind: EventKind
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """One package, by its normalised name: each range is a tuple of events, and `versions` are affected by themselves."""

    ecosystem: Ecosystem
    package: str
    ranges: tuple[tuple[Event, ...], ...]
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One advisory. `score` is the highest of its CVSS scores (0 to 10), `word` its database's own word for its severity."""

    id: str
    aliases: tuple[str, ...]
    modified_at: datetime
    withdrawn_at: datetime | None
    summary: str
    score: Decimal | None
    word: str | None
    affected: tuple[Affected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that advisories were taken from, and the ecosystems that it is all of.

    `data_as_of` is its newest change; `other_count` are advisories on other ecosystems alone, which were left out.
    """

    sha256: str
    size_bytes: int
    ecosystems: tuple[Ecosystem, ...]
    data_as_of: datetime
    advisory_count: int
    other_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Advisories of one time, in the order of their ids, and where they are from."""

    made_at: datetime
    sources: tuple[Source, ...]
    advisories: tuple[Advisory, ...]

    @property
    def data_as_of(self) -> datetime:
        """The newest change of the source whose newest change is the oldest: a fresh file makes no old one fresh."""
        return min(source.data_as_of for source in self.sources)

    @property
    def ecosystems(self) -> frozenset[Ecosystem]:
        """The ecosystems that it has all advisories of, as far as its sources have."""
        return frozenset(each for source in self.sources for each in source.ecosystems)


def package_name(ecosystem: Ecosystem, name: str) -> str:
    """A package's name as it is compared.

    PyPI: https://peps.python.org/pep-0503/#normalized-names. npm's names are compared as they are.
    """
    match ecosystem:
        case Ecosystem.PYPI:
            return _SEPARATORS.sub("-", name).lower()
        case Ecosystem.NPM:
            return name
