"""All that a tree says of its dependencies: every lock file that is read, and by name whatever is not."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from foundation.findings.model import Unread
from tdeveloper.gates import source_files
from tdeveloper.gates.dependencies import manifests, npm_locks, python_locks
from tdeveloper.gates.dependencies.manifests import Manifest
from tdeveloper.gates.dependencies.model import Bounds, Locked, LockedPackage, shown
from tdeveloper.gates.dependencies.places import directory_of
from tdeveloper.gates.dependencies.reading import UnreadableError, read_text
from tdeveloper.gates.dependencies.requirements import RequirementsReader

_LOCKS: Mapping[str, Callable[[str, str], Locked]] = MappingProxyType(
    {
        "uv.lock": python_locks.read_uv_lock,
        "poetry.lock": python_locks.read_poetry_lock,
        "Pipfile.lock": python_locks.read_pipfile_lock,
        "package-lock.json": npm_locks.read_package_lock,
        "npm-shrinkwrap.json": npm_locks.read_package_lock,
    }
)
_PYLOCK = re.compile(r"pylock(\.[^.]+)?\.toml")
_REQUIREMENTS = re.compile(r"(?:.*/)?(?:[^/]*requirements[^/]*\.txt|requirements/[^/]+\.txt)", re.IGNORECASE)
_MANIFESTS: Mapping[str, Callable[[str, str], Manifest]] = MappingProxyType(
    {
        "pyproject.toml": manifests.read_pyproject,
        "Pipfile": manifests.read_pipfile,
        "setup.py": manifests.read_setup_script,
        "setup.cfg": manifests.read_setup_script,
        "package.json": manifests.read_package_json,
    }
)
# Known by name, and not read: lock files of others, and what names dependencies of other languages.
_FOREIGN = frozenset(
    {
        "Cargo.lock", "Cargo.toml", "Gemfile", "Gemfile.lock", "Package.resolved", "Package.swift", "Podfile.lock", "bun.lock",
        "bun.lockb", "build.gradle", "build.gradle.kts", "composer.json", "composer.lock", "conda-lock.yml", "deno.lock",
        "environment.yaml", "environment.yml", "go.mod", "go.sum", "gradle.lockfile", "mix.lock", "packages.config",
        "packages.lock.json", "pdm.lock", "pixi.lock", "pnpm-lock.yaml", "pom.xml", "pubspec.lock", "requirements.in",
        "yarn.lock",
    }
)  # fmt: skip
_MODULES = "node_modules"
_NAMED_COUNT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeDependencies:
    """The packages of all lock files, each once a file, in order; and what is not known of the tree's dependencies."""

    packages: tuple[LockedPackage, ...]
    unread: tuple[Unread, ...]


def read_tree(tree: Path, bounds: Bounds, keep_going: Callable[[], bool]) -> TreeDependencies:
    """Read it; `keep_going` is asked before each file, and ends the reading where it says no."""
    reading = _Reading(tree=tree, bounds=bounds)
    for path in _paths(tree):
        if not keep_going():
            reading.unread.append(
                Unread(path=path, why="dependencies are not checked: there was no time left to read it")
            )
        elif reading.file_count == bounds.file_count:
            reading.unread.append(
                Unread(
                    path=path,
                    why=f"dependencies are not checked: it is more than the {bounds.file_count:,}th such file",
                )
            )
            break
        else:
            reading.take(path)
    return reading.done()


def _paths(tree: Path) -> Iterator[str]:
    """The files that say something of dependencies; what lies in node_modules was installed, and says it of others."""
    for entry in source_files.entries_of(tree):
        path = entry.relative_to(tree).as_posix()
        name = path.rpartition("/")[2]
        is_known = name in _LOCKS or name in _MANIFESTS or name in _FOREIGN
        if _MODULES not in path.split("/")[:-1] and (
            is_known or _PYLOCK.fullmatch(name) or _REQUIREMENTS.fullmatch(path)
        ):
            yield path


@dataclass(slots=True, kw_only=True)
class _Reading:
    tree: Path
    bounds: Bounds
    file_count: int = 0
    locked: list[Locked] = field(default_factory=list[Locked])
    manifests: list[Manifest] = field(default_factory=list[Manifest])
    unread: list[Unread] = field(default_factory=list[Unread])
    requirements: RequirementsReader = field(init=False)

    def __post_init__(self) -> None:
        self.requirements = RequirementsReader(read=self._text, most_depth=self.bounds.include_depth)

    def take(self, path: str) -> None:
        self.file_count += 1
        name = path.rpartition("/")[2]
        try:
            if _REQUIREMENTS.fullmatch(path):
                self.locked.append(self.requirements.locked(path))
            elif (lock := python_locks.read_pylock if _PYLOCK.fullmatch(name) else _LOCKS.get(name)) is not None:
                self.locked.append(lock(self._text(path), path))
            elif (manifest := _MANIFESTS.get(name)) is not None:
                self.manifests.append(manifest(self._text(path), path))
            else:
                self._name(path, "a format that is not read here")
        except UnreadableError as error:
            self._name(path, f"it {shown(str(error))}")

    def done(self) -> TreeDependencies:
        for manifest in self.manifests:
            self._hold(manifest)
        packages = tuple(dict.fromkeys(package for locked in self.locked for package in locked.packages))
        if len(packages) > self.bounds.package_count:
            beyond = packages[self.bounds.package_count]
            self._name(beyond.path, f"more than {self.bounds.package_count:,} packages, the most that are checked")
        unread = (*(each for locked in self.locked for each in locked.unread), *self.unread)
        return TreeDependencies(packages=packages[: self.bounds.package_count], unread=tuple(dict.fromkeys(unread)))

    def _hold(self, manifest: Manifest) -> None:
        """Name what a manifest depends on and no lock file of its directory speaks of."""
        directory = directory_of(manifest.path)
        locks = [
            each for each in self.locked if each.ecosystem is manifest.ecosystem and directory in each.own_directories
        ]
        if not locks:
            if manifest.names or manifest.is_open:
                self._name(manifest.path, "no lock file that is read here is beside it")
            return
        missing = sorted(manifest.names - {name for locked in locks for name in locked.names})
        if missing:
            more = f" and {len(missing) - _NAMED_COUNT} more" if len(missing) > _NAMED_COUNT else ""
            listed = ", ".join(shown(each) for each in missing[:_NAMED_COUNT])
            self._name(manifest.path, f"no lock file beside it has {listed}{more}")

    def _name(self, path: str, why: str) -> None:
        self.unread.append(Unread(path=path, why=f"dependencies are not checked: {why}"))

    def _text(self, path: str) -> str:
        return read_text(self.tree, path, self.bounds.file_bytes)
