"""pylock.toml, Python's own format of a lock, with every extra and group that it has.

https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.markers import InvalidMarker, UndefinedComparison, UndefinedEnvironmentName
from packaging.pylock import Package, Pylock, PylockValidationError
from packaging.tags import Tag

from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.locks.model import (
    LeftOut,
    Lock,
    Locked,
    LockedFile,
    LockError,
    file_name,
    from_files,
    lock_of,
)
from tdeveloper.gates.testing.locks.toml_text import read_toml

NAME = "pylock.toml"


def read_pylock(path: Path, tags: frozenset[Tag]) -> Lock:
    """The lock of a file. Raises LockError when it cannot be read."""
    data = read_toml(path)
    try:
        pylock = Pylock.from_dict(data)
    except PylockValidationError as error:
        raise LockError(f"{NAME}: {shown_message(str(error))}") from error
    except (RecursionError, ValueError) as error:
        raise LockError(f"{NAME}: cannot be read: {shown_message(str(error))}") from error
    return lock_of((NAME,), _entries(pylock, tags))


def _entries(pylock: Pylock, tags: frozenset[Tag]) -> Iterator[Locked | LeftOut]:
    chosen = {
        "extras": frozenset(pylock.extras or ()),
        "dependency_groups": frozenset({*(pylock.dependency_groups or ()), *(pylock.default_groups or ())}),
    }
    for each in pylock.packages:
        if not _is_wanted(each, chosen):
            continue
        if each.is_direct or each.version is None:
            if each.directory is None or each.directory.path != ".":
                yield LeftOut(name=str(each.name), why="comes from a directory, an archive or a version control")
            continue
        wheels = [LockedFile(name=_name(file.name, file.url, file.path), digest=digest)
                  for file in each.wheels or () for digest in _digests(file.hashes)]  # fmt: skip
        sdist = [] if each.sdist is None else [
            LockedFile(name=_name(each.sdist.name, each.sdist.url, each.sdist.path), digest=digest)
            for digest in _digests(each.sdist.hashes)
        ]  # fmt: skip
        yield from_files(str(each.name), str(each.version), [*wheels, *sdist], tags=tags, file=NAME)


def _is_wanted(package: Package, chosen: Mapping[str, frozenset[str]]) -> bool:
    python = ".".join(map(str, sys.version_info[:3]))
    if package.requires_python is not None and not package.requires_python.contains(python, prereleases=True):
        return False
    try:
        return package.marker is None or package.marker.evaluate(dict(chosen), context="lock_file")
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError) as error:
        raise LockError(f"{NAME}: {package.name}: its marker cannot be read") from error


def _name(name: str | None, url: str | None, path: str | None) -> str:
    return name or file_name(url or path or "")


def _digests(hashes: Mapping[str, str]) -> Iterator[str]:
    for kind, digest in hashes.items():
        yield f"{kind}:{digest.lower()}"
