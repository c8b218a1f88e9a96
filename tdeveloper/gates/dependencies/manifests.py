"""Files that say what a project depends on, and no exact versions: what they name must stand in a lock file.

Of the formats that are read, that is held name by name; of all others there must be a lock file at least. What a build alone
requires is not looked at.
"""

import re
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from foundation.advisories.model import Ecosystem, package_name
from tdeveloper.gates.dependencies.reading import UnreadableError, items, mapping, read_json, read_toml

_NPM_KEYS = ("dependencies", "devDependencies", "optionalDependencies")
# To read a requirement takes time in the square of its length.
_LONGEST_CHARACTERS = 2_000
_REQUIRES = re.compile(r"requires|requirements", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a file depends on, by normalised names; `is_open`: on more, which cannot be read of it."""

    ecosystem: Ecosystem
    path: str
    names: frozenset[str]
    is_open: bool


def read_pyproject(text: str, path: str) -> Manifest:
    """What pyproject.toml depends on, by the standard's tables, dependency groups and poetry's. Raises UnreadableError."""
    data = read_toml(text)
    project = mapping(data.get("project", {}), "project")
    poetry = mapping(mapping(data.get("tool", {}), "tool").get("poetry", {}), "tool.poetry")
    requirements = [*items(project.get("dependencies", []), "project.dependencies")]
    for table in (project.get("optional-dependencies", {}), data.get("dependency-groups", {})):
        for group in mapping(table, "a table of groups").values():
            # A group may include another, which is a mapping and named by itself.
            requirements += [each for each in items(group, "a group") if isinstance(each, str)]
    groups = mapping(poetry.get("group", {}), "tool.poetry.group").values()
    tables = [poetry, *(mapping(group, "a group of poetry") for group in groups)]
    named = {
        name
        for table in tables
        for key in ("dependencies", "dev-dependencies")
        for name in mapping(table.get(key, {}), key)
        if name != "python"
    }
    dynamic = items(project.get("dynamic", []), "project.dynamic")
    return Manifest(
        ecosystem=Ecosystem.PYPI,
        path=path,
        names=frozenset(package_name(Ecosystem.PYPI, each) for each in {*map(_required, requirements), *named}),
        is_open="dependencies" in dynamic or "optional-dependencies" in dynamic,
    )


def read_pipfile(text: str, path: str) -> Manifest:
    """What a Pipfile depends on. Raises UnreadableError."""
    data = read_toml(text)
    tables = [data.get("packages", {}), data.get("dev-packages", {})]
    names = {name for table in tables for name in mapping(table, "a table of packages")}
    return Manifest(
        ecosystem=Ecosystem.PYPI,
        path=path,
        names=frozenset(package_name(Ecosystem.PYPI, each) for each in names),
        is_open=False,
    )


def read_package_json(text: str, path: str) -> Manifest:
    """What package.json depends on. Raises UnreadableError."""
    data = read_json(text)
    names = {name for key in _NPM_KEYS for name in mapping(data.get(key, {}), key)}
    return Manifest(ecosystem=Ecosystem.NPM, path=path, names=frozenset(names), is_open=False)


def read_setup_script(text: str, path: str) -> Manifest:
    """What setup.py or setup.cfg depends on: it is code, so that it requires something is all that is read of it."""
    return Manifest(
        ecosystem=Ecosystem.PYPI, path=path, names=frozenset(), is_open=_REQUIRES.search(text) is not None
    )  # fmt: skip


def _required(requirement: Any) -> str:
    if len(str(requirement)) > _LONGEST_CHARACTERS:
        raise UnreadableError(f"{str(requirement)[:60]!r} is too long to be a requirement")
    try:
        return Requirement(str(requirement)).name
    except (InvalidRequirement, RecursionError) as error:
        raise UnreadableError(f"{str(requirement)[:60]!r} is no requirement") from error
