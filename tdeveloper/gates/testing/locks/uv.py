"""uv.lock: a graph, whose edges have markers; all that is reached from the tree's own packages, with every extra and group.

https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
"""

from collections.abc import Iterator
from pathlib import Path

from packaging.tags import Tag
from pydantic import Field

from tdeveloper.gates.testing.locks.model import (
    LeftOut,
    Lock,
    Locked,
    LockedFile,
    LockError,
    file_name,
    from_files,
    holds,
    lock_of,
)
from tdeveloper.gates.testing.locks.toml_text import Foreign, read_form

NAME = "uv.lock"
_REMOTE = ("git", "url")
_LOCAL = ("editable", "virtual", "directory", "path")


class _File(Foreign):
    url: str | None = None
    path: str | None = None
    hash: str | None = None


class _Edge(Foreign):
    name: str
    version: str | None = None
    source: dict[str, str] | None = None
    marker: str | None = None
    extra: list[str] = Field(default=[])


class _Package(Foreign):
    name: str
    version: str | None = None
    source: dict[str, str]
    sdist: _File | None = None
    wheels: list[_File] = Field(default=[])
    dependencies: list[_Edge] = Field(default=[])
    optional: dict[str, list[_Edge]] = Field(default={}, alias="optional-dependencies")
    dev: dict[str, list[_Edge]] = Field(default={}, alias="dev-dependencies")
    markers: list[str] = Field(default=[], alias="resolution-markers")


class _Lock(Foreign):
    version: int
    packages: list[_Package] = Field(default=[], alias="package")


def read_uv(path: Path, tags: frozenset[Tag]) -> Lock:
    """The lock of a file. Raises LockError when it cannot be read."""
    read = read_form(path, _Lock)
    if read.version != 1:
        raise LockError(f"{NAME}: version {read.version} of its format is not known here")
    by_name: dict[str, list[_Package]] = {}
    for each in read.packages:
        by_name.setdefault(each.name, []).append(each)
    return lock_of((NAME,), _entries(read.packages, by_name, tags))


def _entries(
    packages: list[_Package], by_name: dict[str, list[_Package]], tags: frozenset[Tag]
) -> Iterator[Locked | LeftOut]:
    waiting: list[tuple[_Package, _Edge]] = []
    seen: set[tuple[int, str]] = set()
    for each in packages:
        if not _is_local(each):
            continue
        if "." not in each.source.values():
            yield LeftOut(name=each.name, why="is a directory or a file of the tree, which is not installed")
        edges = [*each.dependencies, *_all_of(each.optional), *_all_of(each.dev)]
        waiting += [(each, edge) for edge in edges]
    while waiting:
        origin, edge = waiting.pop()
        if not holds(edge.marker, file=NAME):
            continue
        package = _target(edge, by_name, origin)
        for extra in ("", *edge.extra):
            if (id(package), extra) not in seen:
                seen.add((id(package), extra))
                edges = package.optional.get(extra, []) if extra else package.dependencies
                waiting += [(package, each) for each in edges]
                if not extra and not _is_local(package):
                    yield _entry(package, tags)


def _all_of(groups: dict[str, list[_Edge]]) -> list[_Edge]:
    return [edge for edges in groups.values() for edge in edges]


def _is_local(package: _Package) -> bool:
    return not package.source.keys().isdisjoint(_LOCAL)


def _target(edge: _Edge, by_name: dict[str, list[_Package]], origin: _Package) -> _Package:
    found = [
        each
        for each in by_name.get(edge.name, [])
        if (edge.version is None or each.version == edge.version)
        and (edge.source is None or each.source == edge.source)
        and (not each.markers or any(holds(marker, file=NAME) for marker in each.markers))
    ]
    if len(found) != 1:
        raise LockError(f"{NAME}: {origin.name} depends on {edge.name}, of which it has {len(found)} for this Python")
    return found[0]


def _entry(package: _Package, tags: frozenset[Tag]) -> Locked | LeftOut:
    if not package.source.keys().isdisjoint(_REMOTE):
        return LeftOut(name=package.name, why="comes from git or an address, which no index has")
    files = [*package.wheels, *([package.sdist] if package.sdist is not None else [])]
    return from_files(
        package.name, package.version or "",
        (LockedFile(name=file_name(each.url or each.path or ""), digest=each.hash or "") for each in files),
        tags=tags, file=NAME,
    )  # fmt: skip
