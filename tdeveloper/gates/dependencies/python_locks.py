"""uv.lock, poetry.lock, pylock.toml (PEP 751) and Pipfile.lock.

A package from an index is checked by its name, whichever index that is; what comes from a repository, an address or a file is
named as not checked, because an advisory speaks of what the index has. A directory of the tree is the tree's own code.
"""

import re
from typing import Any

from foundation.advisories.model import Ecosystem
from tdeveloper.gates.dependencies.model import Locked, Locking
from tdeveloper.gates.dependencies.places import directory_of
from tdeveloper.gates.dependencies.reading import (
    UnreadableError,
    items,
    lines_of_keys,
    lines_of_tables,
    mapping,
    read_json,
    read_toml,
)

_PIN = re.compile(r"===?\s*([^\s,;*]+)")
# https://docs.astral.sh/uv/ has no page of its format: the kinds of source are those of uv's own SourceWire.
_UV_DIRECTORIES = ("editable", "virtual", "directory")
_UV_FOREIGN = ("git", "url", "path")


def read_uv_lock(text: str, path: str) -> Locked:
    """What uv.lock has. Raises UnreadableError for what is none, or of a version that is not known here."""
    data, locking = read_toml(text), _begun(path)
    if data.get("version") != 1:
        raise UnreadableError(f"has the version {str(data.get('version'))[:20]!r}, and 1 is read")
    for package, line in _tables(data, text, "package"):
        name, version = str(package.get("name", "")), package.get("version")
        source = mapping(package.get("source", {}), "a source")
        kind = next((each for each in (*_UV_DIRECTORIES, *_UV_FOREIGN, "registry") if each in source), None)
        if kind in _UV_DIRECTORIES:
            locking.take_own(name, source[kind])
        elif kind == "registry":
            locking.take(name, version, line)
        else:
            locking.not_checked(name, f"it comes from {source.get(kind or '', 'a source that is not known here')}")
    return locking.done()


def read_poetry_lock(text: str, path: str) -> Locked:
    """What poetry.lock has. Raises UnreadableError for what is none."""
    data, locking = read_toml(text), _begun(path)
    if "metadata" not in data:
        raise UnreadableError("has no metadata, so it may be cut")
    for package, line in _tables(data, text, "package"):
        name = str(package.get("name", ""))
        source = mapping(package.get("source", {"type": "legacy"}), "a source")
        match source.get("type"):
            case "legacy":
                locking.take(name, package.get("version"), line)
            case "directory":
                locking.take_own(name, source.get("url"))
            case _:
                locking.not_checked(name, f"it comes from {source.get('url')}")
    return locking.done()


def read_pylock(text: str, path: str) -> Locked:
    """What pylock.toml has (https://packaging.python.org/en/latest/specifications/pylock-toml/). Raises UnreadableError."""
    data, locking = read_toml(text), _begun(path)
    if data.get("lock-version") != "1.0":
        raise UnreadableError(f"has the lock-version {str(data.get('lock-version'))[:20]!r}, and '1.0' is read")
    for package, line in _tables(data, text, "packages"):
        name = str(package.get("name", ""))
        foreign = next((each for each in ("vcs", "archive") if each in package), None)
        if "directory" in package:
            locking.take_own(name, mapping(package["directory"], "a directory").get("path"))
        elif foreign is not None:
            from_where = mapping(package[foreign], foreign)
            locking.not_checked(name, f"it comes from {from_where.get('url') or from_where.get('path')}")
        else:
            locking.take(name, package.get("version"), line)
    return locking.done()


def read_pipfile_lock(text: str, path: str) -> Locked:
    """What Pipfile.lock has, of all categories. Raises UnreadableError for what is none."""
    data, locking, lines = read_json(text), _begun(path), lines_of_keys(text)
    if "_meta" not in data:
        raise UnreadableError("has no _meta, so it is no Pipfile.lock")
    for category, packages in data.items():
        if category == "_meta":
            continue
        for name, entry in mapping(packages, category[:60]).items():
            package = mapping(entry, f"the entry {name[:60]}")
            pin = _PIN.fullmatch(str(package.get("version", "")))
            foreign = next(
                (each for each in ("git", "hg", "svn", "bzr", "file", "path", "url") if each in package), None
            )
            if foreign in ("path", "file") and isinstance(package[foreign], str) and pin is None:
                locking.take_own(name, package[foreign])
            elif foreign is not None:
                locking.not_checked(name, f"it comes from {package[foreign]}")
            else:
                locking.take(name, pin[1] if pin else None, lines.get(f'"{name}"'))
    return locking.done()


def _begun(path: str) -> Locking:
    return Locking(ecosystem=Ecosystem.PYPI, path=path, own_directories=[directory_of(path)])


def _tables(data: dict[str, Any], text: str, table: str) -> list[tuple[dict[str, Any], int | None]]:
    tables = items(data.get(table, []), table)
    lines = lines_of_tables(text, table, len(tables))
    return [(mapping(each, table), line) for each, line in zip(tables, lines, strict=True)]
