"""Trees and lock files, made by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foundation.advisories.model import Ecosystem
from tdeveloper.gates.dependencies.model import Locked


def a_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A tree of these files."""
    tree = root / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tree


def pins(locked: Locked) -> list[tuple[str, str, int | None]]:
    """The packages of a lock file: name, version, line."""
    return [(each.name, each.version, each.line) for each in locked.packages]


def gaps(locked: Locked) -> list[str]:
    """Why what is not checked is not."""
    return [each.why for each in locked.unread]


def a_package_lock(packages: Mapping[str, Mapping[str, Any]], **more: Any) -> str:
    """A package-lock.json of version 3."""
    return json.dumps({"name": "tree", "lockfileVersion": 3, "packages": {"": {}, **packages}, **more}, indent=2)


PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM

UV_LOCK = """version = 1
requires-python = ">=3.11"

[[package]]
name = "shop"
version = "1.1"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "other" }]

[[package]]
name = "tree"
version = "0.1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [{ name = "shop" }]
"""
