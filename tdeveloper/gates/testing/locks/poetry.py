"""poetry.lock: a list of packages with digests of their files. https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock

Edges from the project are not in it, so of formats before 2.1 all packages are taken that have a file for this machine.
"""

from collections.abc import Iterator
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.version import InvalidVersion, Version
from pydantic import Field

from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.locks.model import (
    LeftOut,
    Lock,
    Locked,
    LockedFile,
    LockError,
    from_files,
    holds,
    lock_of,
)
from tdeveloper.gates.testing.locks.toml_text import Foreign, read_form

NAME = "poetry.lock"
_FIRST_VERSION, _TOO_NEW_VERSION = Version("1.0"), Version("3")
_ELSEWHERE = frozenset({"git", "url", "directory", "file"})


class _File(Foreign):
    file: str
    hash: str


class _Source(Foreign):
    type: str = ""


class _Package(Foreign):
    name: str
    version: str
    python: str = Field(default="*", alias="python-versions")
    markers: str | dict[str, str] | None = None
    files: list[_File] | None = None
    source: _Source | None = None


class _Metadata(Foreign):
    lock_version: str = Field(alias="lock-version")
    files: dict[str, list[_File]] = Field(default={})


class _Lock(Foreign):
    packages: list[_Package] = Field(default=[], alias="package")
    metadata: _Metadata


def read_poetry(path: Path, tags: frozenset[Tag], python: str) -> Lock:
    """The lock of a file, for a Python such as 3.11.7. Raises LockError when it cannot be read."""
    read = read_form(path, _Lock)
    try:
        is_known = _FIRST_VERSION <= Version(read.metadata.lock_version) < _TOO_NEW_VERSION
    except InvalidVersion:
        is_known = False
    if not is_known:
        raise LockError(f"{NAME}: version {shown_message(read.metadata.lock_version)} of its format is not known here")
    return lock_of((NAME,), _entries(read, tags, python))


def _entries(read: _Lock, tags: frozenset[Tag], python: str) -> Iterator[Locked | LeftOut]:
    for each in read.packages:
        markers = list(each.markers.values()) if isinstance(each.markers, dict) else [each.markers]
        if not any(holds(marker, file=NAME) for marker in markers) or not _takes(each.python, python):
            continue
        if each.source is not None and each.source.type in _ELSEWHERE:
            yield LeftOut(name=each.name, why=f"comes from a {each.source.type}, which no index has")
            continue
        files = read.metadata.files.get(each.name, []) if each.files is None else each.files
        yield from_files(
            each.name,
            each.version,
            (LockedFile(name=file.file, digest=file.hash) for file in files),
            tags=tags,
            file=NAME,
        )


def _takes(wanted: str, python: str) -> bool:
    """Whether poetry's own form of versions takes a Python: alternatives of specifiers, or `*`."""
    try:
        return any(
            SpecifierSet("" if part.strip() == "*" else part.strip()).contains(python, prereleases=True)
            for part in wanted.split("||")
        )
    except InvalidSpecifier as error:
        raise LockError(f"{NAME}: {shown_message(wanted)}: are no versions of Python that are read here") from error
