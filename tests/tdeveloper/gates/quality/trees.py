"""Trees for the tests of the quality gate, their copies, and what a person would run by hand."""

from pathlib import Path

from tdeveloper.gates.quality.bounds import Bounds
from tdeveloper.gates.quality.code_files import CodeFile, Collected, collect

UNDEFINED = b"print(nothing_of_that_name)\n"
CLEAN = b"def double(number: int) -> int:\n    return 2 * number\n"
# Each `if` costs one more than the one around it: 1 + 2 + 3 + 4 + 5 + 6.
COMPLEX = (
    b"def tangled(a: int) -> None:\n"
    + b"".join(b" " * depth + b"if a:\n" for depth in range(1, 7))
    + b" " * 7
    + b"a()\n"
)
# 20 tokens a function and more, in four lines.
REPEATED = b"".join(b"def f%d(a, b):\n    c = a + b * %d\n    d = c - a\n    return d\n" % (n, n) for n in range(10))


def plant(root: Path, files: dict[str, bytes]) -> Path:
    """Write files below a directory."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def collected(root: Path, copies: Path, bounds: Bounds | None = None) -> Collected:
    """The files of a tree, copied."""
    copies.mkdir(exist_ok=True)
    return collect(root, copies, bounds or Bounds(), lambda: False)


def copied(tmp_path: Path, files: dict[str, bytes]) -> tuple[list[CodeFile], Path]:
    """The copies of a tree of these files, and where they are."""
    root, copies = plant(tmp_path / "tree", files), (tmp_path / "copies").resolve()
    root.mkdir(exist_ok=True)
    return collected(root, copies).files, copies


def a_minute() -> float:
    """Time enough."""
    return 60.0


def a_program(path: Path, text: str) -> Path:
    """A program that stands for a tool."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
