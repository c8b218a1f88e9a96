"""The packages of a lock, one version each, and those that no index can bring; as the file of requirements that uv takes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.tags import Tag
from packaging.utils import InvalidName, InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from foundation.errors import InputError
from tdeveloper.gates.testing.claims import shown_message

MOST_PACKAGES = 2_000
_MOST_HASHES = 1_000
_MARKER_CHARACTERS = 4_000
# https://packaging.python.org/en/latest/specifications/pylock-toml/ wants one of those that no collision is known of.
_HASH = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


class LockError(InputError):
    """A lock that cannot be read, or what it names that cannot be brought, for this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A package that an index or `wheels/` must have, with the digests that its files may have."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A package of a lock that is not brought, and why."""

    name: str
    why: str

    def to_dict(self) -> dict[str, str]:
        """As JSON-ready data."""
        return {"name": self.name, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFile:
    """A file of a package, by its name and its digest, such as `sha256:…`."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What the files of a tree have locked together; each package once."""

    files: tuple[str, ...]
    packages: tuple[Locked, ...]
    left_out: tuple[LeftOut, ...]

    def requirements(self) -> str:
        """The packages as a file of requirements with all hashes; the same text for the same packages."""
        return "".join(
            f"{each.name}=={each.version}{''.join(f' --hash={digest}' for digest in each.hashes)}\n"
            for each in self.packages
        )


def lock_of(files: tuple[str, ...], entries: Iterable[Locked | LeftOut]) -> Lock:
    """A lock from its packages. Raises LockError for two versions of one, for too many, and where nothing is to be had."""
    packages: dict[str, Locked] = {}
    left_out: dict[str, LeftOut] = {}
    for each in entries:
        match each:
            case LeftOut():
                left_out[each.name] = each
            case Locked():
                known = packages.setdefault(each.name, each)
                if known.version != each.version:
                    raise LockError(f"{files[0]}: {each.name} is locked as {known.version} and as {each.version}")
                packages[each.name] = Locked(
                    name=each.name, version=each.version, hashes=tuple(sorted({*known.hashes, *each.hashes}))
                )
        if len(packages) + len(left_out) > MOST_PACKAGES:
            raise LockError(f"{files[0]}: more than {MOST_PACKAGES:,} packages")
    return Lock(
        files=files,
        packages=tuple(packages[name] for name in sorted(packages)),
        left_out=tuple(left_out[name] for name in sorted(left_out)),
    )


def locked(name: str, version: str, digests: Iterable[str], *, file: str) -> Locked:
    """A package, held to what a name, a version and a digest can be. Raises LockError."""
    try:
        plain, number = canonicalize_name(name, validate=True), str(Version(version))
    except (InvalidName, InvalidVersion) as error:
        raise LockError(f"{file}: {shown_message(f'{name} {version}')}: no package and version") from error
    hashes = sorted({each for each in digests if _HASH.fullmatch(each)})
    if not hashes:
        raise LockError(f"{file}: {plain} {number}: has no SHA-256 of its files; lock it with hashes")
    if len(hashes) > _MOST_HASHES:
        raise LockError(f"{file}: {plain} {number}: more than {_MOST_HASHES:,} hashes")
    return Locked(name=plain, version=number, hashes=tuple(hashes))


def from_files(
    name: str, version: str, files: Iterable[LockedFile], *, tags: frozenset[Tag], file: str
) -> Locked | LeftOut:
    """A package by its files: left out where it is for other machines alone. Raises LockError where it must be built."""
    all_files = list(files)
    package = locked(name, version, (each.digest for each in all_files), file=file)
    wheels = [each.name for each in all_files if each.name.endswith(".whl")]
    if any(_fits(each, tags) for each in wheels):
        return package
    if len(wheels) < len(all_files):
        raise LockError(
            f"{file}: {package.name} {package.version}: has no wheel for this Python, and to build it would run its code; "
            "lock a version that has one"
        )
    return LeftOut(name=package.name, why="has wheels for other machines only")


def file_name(url: str) -> str:
    """The name of a file, by its address or its path."""
    return unquote(urlsplit(url).path.replace("\\", "/").rpartition("/")[2])


def holds(marker: str | None, *, file: str) -> bool:
    """Whether a marker holds for the Python that runs us, without an extra. Raises LockError for what is none."""
    if marker is None:
        return True
    if len(marker) > _MARKER_CHARACTERS:
        raise LockError(f"{file}: a marker of more than {_MARKER_CHARACTERS:,} characters")
    try:
        return Marker(marker).evaluate({"extra": ""})
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError) as error:
        raise LockError(f"{file}: {shown_message(marker)}: is no marker that is read here") from error


def _fits(wheel: str, tags: frozenset[Tag]) -> bool:
    try:
        return not parse_wheel_filename(wheel)[3].isdisjoint(tags)
    except (InvalidWheelFilename, InvalidVersion):
        return False
