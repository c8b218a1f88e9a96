"""What is read of a tree's dependencies, and how much of a tree is read."""

from dataclasses import dataclass, field

from foundation.advisories.model import Ecosystem, package_name
from foundation.findings.model import Unread
from tdeveloper.gates.dependencies.places import directory_of, inside

_SHOWN_CHARACTERS = 100
_NAMED_COUNT = 200
# What is installed of one of these is no code of the tree.
_ARCHIVES = (".whl", ".gz", ".zip", ".tgz", ".bz2", ".egg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is read; what is beyond is named as not read."""

    file_bytes: int = 8 << 20
    file_count: int = 2_000
    package_count: int = 100_000
    include_depth: int = 10
    scan_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """A package at one version, as a lock file has it: `name` is normalised, `line` counts from 1 and is None if not known."""

    ecosystem: Ecosystem
    name: str
    version: str
    path: str
    line: int | None = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What one lock file says.

    `own_directories` are those of the tree's own code that it locks for, relative to the tree, the lock's own among them.
    `names` are all packages that it speaks of, normalised, whether they are checked or not.
    """

    ecosystem: Ecosystem
    packages: tuple[LockedPackage, ...]
    unread: tuple[Unread, ...]
    own_directories: tuple[str, ...]
    names: frozenset[str]


@dataclass(slots=True, kw_only=True)
class Locking:
    """What a reader of one lock file has found so far; `path` is that of the file it is in."""

    ecosystem: Ecosystem
    path: str
    own_directories: list[str]
    packages: list[LockedPackage] = field(default_factory=list[LockedPackage])
    unread: list[Unread] = field(default_factory=list[Unread])
    names: set[str] = field(default_factory=set[str])
    unnamed_count: int = 0

    def done(self) -> Locked:
        """All of it."""
        more = Unread(path=self.path, why=f"{self.unnamed_count:,} more dependencies are not checked")
        return Locked(
            ecosystem=self.ecosystem,
            packages=tuple(self.packages),
            unread=(*self.unread, *((more,) if self.unnamed_count else ())),
            own_directories=tuple(dict.fromkeys(self.own_directories)),
            names=frozenset(self.names),
        )

    def take(self, name: str, version: object, line: int | None) -> None:
        """A package of an index, at a version; what has none is named as not checked."""
        if not name or not isinstance(version, str) or not version:
            self.not_checked(name or "a package without a name", "it has no version")
            return
        normalised = package_name(self.ecosystem, name)
        self.names.add(normalised)
        self.packages.append(
            LockedPackage(ecosystem=self.ecosystem, name=normalised, version=version, path=self.path, line=line)
        )

    def take_own(self, name: str, target: object) -> None:
        """A package that is a directory of the tree, seen from the file; elsewhere, and of an archive, it is not checked."""
        place = inside(directory_of(self.path), target) if isinstance(target, str) else None
        if place is None or place.endswith(_ARCHIVES):
            self.not_checked(name, f"it comes from {shown(str(target))}")
        else:
            self.names.add(package_name(self.ecosystem, name))
            self.own_directories.append(place)

    def not_checked(self, name: str, why: str) -> None:
        """Name a dependency that is not checked."""
        self.names.add(package_name(self.ecosystem, name))
        if len(self.unread) < _NAMED_COUNT:
            self.unread.append(Unread(path=self.path, why=f"{shown(name)} is not checked: {shown(why)}"))
        else:
            self.unnamed_count += 1


def shown(text: str) -> str:
    """A text of the tree for a message: bounded, and what does not print is escaped."""
    text = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return text if text.isprintable() else ascii(text)[1:-1]
