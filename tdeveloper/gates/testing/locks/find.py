"""Which files of a tree are its lock: the first kind of them that it has."""

import platform
from pathlib import Path

from packaging.tags import sys_tags

from tdeveloper.gates.testing.locks import poetry, pylock, requirements, uv
from tdeveloper.gates.testing.locks.model import Lock, LockError, lock_of

_MOST_FILES = 50


def find_lock(tree: Path) -> Lock | None:
    """The lock of a tree: pylock.toml, uv.lock, poetry.lock, or all requirements*.txt that have hashes; None without one.

    Raises InputError, of which LockError is one, when it cannot be read.
    """
    tags = frozenset(sys_tags())
    if (file := _file(tree, pylock.NAME)) is not None:
        return pylock.read_pylock(file, tags)
    if (file := _file(tree, uv.NAME)) is not None:
        return uv.read_uv(file, tags)
    if (file := _file(tree, poetry.NAME)) is not None:
        return poetry.read_poetry(file, tags, platform.python_version())
    files = [file for each in sorted(tree.glob(requirements.PATTERN)) if (file := _file(tree, each.name)) is not None]
    if len(files) > _MOST_FILES:
        raise LockError(f"more than {_MOST_FILES} files {requirements.PATTERN}")
    hashed = [each for each in files if requirements.is_locked(each)]
    if not hashed:
        return None
    names = tuple(each.name for each in hashed)
    found = [entry for each in hashed for entry in requirements.read_requirements(each, beside=frozenset(names))]
    return lock_of(names, found)


def _file(tree: Path, name: str) -> Path | None:
    """A file of the tree itself: a link may lead out of it."""
    path = tree / name
    if path.is_symlink():
        raise LockError(f"{name}: is a link, which is not followed")
    return path if path.is_file() else None
