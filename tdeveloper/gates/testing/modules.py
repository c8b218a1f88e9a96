"""Which modules can be imported from where: a tree's own, a layer's, and Python's. Names of files decide, never a message."""

import os
import sys
from collections.abc import Iterable, Iterator, Set
from pathlib import Path, PurePosixPath

from foundation.errors import InputError

_MOST_ENTRIES = 200_000
_TEST_DIRECTORIES = frozenset({"test", "tests"})
_MOST_SHARED_DEPTH = 3
_EXTENSIONS = (".py", ".so", ".pyd")


def own_modules(tree: Path) -> frozenset[str]:
    """The names that a tree's own modules and packages begin with, wherever pytest would look for them.

    That is the tree, its `src/`, and for each file of tests or `conftest.py` the first directory above that is no package:
    https://docs.pytest.org/en/stable/explanation/pythonpath.html. Raises InputError for a tree with too many files.
    """
    code = [path for path in _files(tree) if path.suffix == ".py"]
    packages = {path.parent for path in code if path.name == "__init__.py"}
    roots = {PurePosixPath(), PurePosixPath("src")}
    roots |= {_root_of(path.parent, packages) for path in code if _is_of_tests(path.name)}
    return frozenset(name for path in code for root in roots if (name := _name_below(path, root)) is not None)


def has_code(tree: Path) -> bool:
    """Whether a tree has code that tests can cover: modules of the tree, of its `src/` and of packages, but for tests."""
    code = [path for path in _files(tree) if path.suffix == ".py"]
    roots = {PurePosixPath(), PurePosixPath("src"), *(path.parent for path in code if path.name == "__init__.py")}
    return any(
        path.parent in roots and not _is_of_tests(path.name) and _TEST_DIRECTORIES.isdisjoint(path.parts)
        for path in code
    )


def provided(layers: Iterable[Path]) -> frozenset[str]:
    """The names that a layer's modules and packages begin with, and Python's own.

    Of a directory that several distributions share, such as `google`, it is the names in it, with dots.
    """
    names = {name for layer in layers for name in _names_in(layer, depth=0)}
    return frozenset(names) | sys.stdlib_module_names


def is_known(name: str, known: Set[str]) -> bool:
    """Whether a module's name, or what it is in, is one of these."""
    parts = name.split(".")
    return any(".".join(parts[:count]) in known for count in range(1, len(parts) + 1))


def _names_in(directory: Path, *, depth: int) -> Iterator[str]:
    for path in directory.iterdir():
        if not _is_importable(path):
            continue
        name = path.name.partition(".")[0]
        if path.is_file() or (path / "__init__.py").is_file() or depth == _MOST_SHARED_DEPTH:
            yield name
        else:
            yield from (f"{name}.{inner}" for inner in _names_in(path, depth=depth + 1))


def _is_importable(path: Path) -> bool:
    # What packages say of themselves lies in directories with a dot.
    return path.suffix in _EXTENSIONS if path.is_file() else path.is_dir() and "." not in path.name


def _files(tree: Path) -> Iterator[PurePosixPath]:
    count = 0
    for directory, below, names in os.walk(tree):
        count += len(names) + len(below)
        if count > _MOST_ENTRIES:
            raise InputError(f"{tree}: has more than the {_MOST_ENTRIES:,} files that are looked at")
        for name in names:
            yield PurePosixPath(Path(directory, name).relative_to(tree).as_posix())


def _is_of_tests(name: str) -> bool:
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def _root_of(directory: PurePosixPath, packages: set[PurePosixPath]) -> PurePosixPath:
    while directory in packages and directory.parts:
        directory = directory.parent
    return directory


def _name_below(path: PurePosixPath, root: PurePosixPath) -> str | None:
    """What an import of the file from a directory begins with; None where it does not lie in it, or has no name."""
    if not path.is_relative_to(root):
        return None
    first = path.relative_to(root).parts[0].removesuffix(".py")
    return first if first.isidentifier() else None
