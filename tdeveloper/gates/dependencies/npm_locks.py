"""package-lock.json and npm-shrinkwrap.json of the versions 1 to 3.

https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json. Version 2 says the same twice, for an old npm and for a new
one; both are read, because either may be what installs.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from foundation.advisories.model import Ecosystem
from tdeveloper.gates.dependencies.model import Locked, Locking
from tdeveloper.gates.dependencies.places import directory_of
from tdeveloper.gates.dependencies.reading import UnreadableError, lines_of_keys, mapping, read_json

_MODULES = "/node_modules/"
_ALIAS = "npm:"
_MOST_DEPTH = 60


def read_package_lock(text: str, path: str) -> Locked:
    """What it has. Raises UnreadableError for what is none, or of a version that is not known here."""
    data = read_json(text)
    version: object = data.get("lockfileVersion", 1)
    if isinstance(version, bool) or version not in (1, 2, 3):
        raise UnreadableError(f"has the lockfileVersion {str(version)[:20]!r}, and 1 to 3 are read")
    if ("packages" if version != 1 else "lockfileVersion") not in data and "dependencies" not in data:
        raise UnreadableError("names no packages, so it may be cut")
    locking = Locking(ecosystem=Ecosystem.NPM, path=path, own_directories=[directory_of(path)])
    lines = lines_of_keys(text)
    seen: set[tuple[str, str]] = set()
    entries = [
        *_packages(mapping(data.get("packages", {}), "packages"), locking),
        *_dependencies(mapping(data.get("dependencies", {}), "dependencies"), 0),
    ]
    for key, called, entry in entries:
        locked, why = _locked_version(entry)
        name, version_text = _of_alias(called, locked)
        locking.names.add(called)
        if (name, version_text) in seen:
            continue
        seen.add((name, version_text))
        if why is not None:
            locking.not_checked(name, why)
            continue
        locking.take(name, version_text, lines.get(json.dumps(key)))
    return locking.done()


def _packages(packages: dict[str, Any], locking: Locking) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The entries of versions 2 and 3 below node_modules; all others are directories of the tree's own code."""
    for key, value in packages.items():
        entry = mapping(value, f"the entry {key[:60]}")
        _, below, name = f"/{key}".rpartition(_MODULES)
        if not below:
            locking.take_own(str(entry.get("name", key)), key or ".")
            continue
        if entry.get("link"):
            locking.take_own(name, entry.get("resolved"))
        else:
            yield key, str(entry.get("name", name)), entry


def _dependencies(dependencies: dict[str, Any], depth: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The entries of version 1, which lie in one another."""
    if depth > _MOST_DEPTH:
        raise UnreadableError("nested too deeply")
    for name, value in dependencies.items():
        entry = mapping(value, f"the entry {name[:60]}")
        yield name, name, entry
        yield from _dependencies(mapping(entry.get("dependencies", {}), "dependencies"), depth + 1)


def _locked_version(entry: dict[str, Any]) -> tuple[str, str | None]:
    """The version of what comes from a registry; else why it is not checked."""
    version, resolved = entry.get("version"), entry.get("resolved")
    if not isinstance(version, str) or not version:
        return "", "it has no version"
    if not version.startswith(_ALIAS) and (":" in version or "/" in version):
        return "", f"it comes from {version}"
    if isinstance(resolved, str) and not _is_of_a_registry(resolved):
        return "", f"it comes from {resolved}"
    return version, None


def _is_of_a_registry(resolved: str) -> bool:
    """Whether an address is one by which registries hand out packages; an archive of somewhere else has another form.

    https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md has `/-/`; GitHub's registry has `/download/`.
    """
    try:
        address = urlsplit(resolved)
    except ValueError:
        return False
    is_github = address.hostname == "npm.pkg.github.com" and address.path.startswith("/download/")
    return address.scheme in ("http", "https") and ("/-/" in address.path or is_github)


def _of_alias(name: str, version: str) -> tuple[str, str]:
    """Of `npm:NAME@VERSION` what is installed, and not what it is called here."""
    if not version.startswith(_ALIAS):
        return name, version
    real, _, real_version = version.removeprefix(_ALIAS).rpartition("@")
    return real, real_version
