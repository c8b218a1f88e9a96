"""The code of the rooms as trees, parsed once a process: laws of the house look at all of it."""

import ast
from functools import cache
from pathlib import Path

from infra.checkout import ROOT

ROOMS = (
    "alarms", "canaries", "dashboards", "foundation", "infra", "loadtests", "reports", "sre", "tdeveloper",
)  # fmt: skip
MODULES = tuple(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """The tree of a file as it was when it was first asked for."""
    return ast.parse(path.read_text())


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file."""
    return tuple(ast.walk(tree_of(path)))
