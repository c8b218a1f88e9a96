"""The files that a module names by path: expressions from `Path(__file__)` or a known constant, worked out from its text."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from foundation.errors import PlatformError

# What is made here lies in no checkout, so it is nothing that a module needs to have.
_MADE = "build"
_FILE_NAME = re.compile(r"[\w.-]+(/[\w.-]+)*\.\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleText:
    """One module as it is written: its file below `root`, its text and syntax tree, and how another module is found."""

    root: Path
    file: Path
    source: str
    tree: ast.Module
    other: Callable[[str], "ModuleText | None"]


@lru_cache(maxsize=1024)
def tree_of(source: str) -> ast.Module:
    """The syntax tree of a text, which nobody changes. Raises SyntaxError."""
    return ast.parse(source)


def named_paths(module: ModuleText) -> Iterator[Path]:
    """Every file that the module names; of a directory, all that lies in it.

    Raises PlatformError for a path that is not there.
    """
    for path in (path for node in _shaped_as_paths(module.source) for path in _path_expressions(module, node)):
        if path.is_relative_to(module.root / _MADE):
            continue
        if path.is_dir() and path not in module.file.parents:
            yield from sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
        elif path.is_file():
            yield path
        elif not path.exists():
            raise PlatformError(f"{module.file}: it names {path}, which is not there")
    # A bare name is joined to its directory elsewhere: in a loop, by a template loader, or by another module.
    beside = module.file.parent
    for name in _shaped_as_file_names(module.source):
        bases = (beside, beside / "templates", *([module.root] if "/" in name else []))
        yield from (base / name for base in bases if (base / name).is_file())


@lru_cache(maxsize=1024)
def _shaped_as_file_names(source: str) -> tuple[str, ...]:
    return tuple(
        node.value
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE_NAME.fullmatch(node.value[:200])
    )


@lru_cache(maxsize=1024)
def _shaped_as_paths(source: str) -> tuple[ast.AST, ...]:
    """The outermost expressions that `_path` may know, whatever they stand for."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [tree_of(source)]
    while waiting:
        node = waiting.pop()
        match node:
            case (
                ast.Call(func=ast.Name(id="Path") | ast.Attribute(attr="resolve" | "absolute" | "with_name"))
                | ast.Attribute(attr="parent")
                | ast.Subscript(value=ast.Attribute(attr="parents"))
                | ast.BinOp(op=ast.Div())
            ):
                found.append(node)
            case _:
                waiting += ast.iter_child_nodes(node)
    return tuple(found)


def _path_expressions(module: ModuleText, node: ast.AST) -> Iterator[Path]:
    """The longest expressions that are paths; a constant counts where it is made, not where it is used."""
    if isinstance(node, ast.Name):
        return
    path = _path(module, node)
    if path is not None:
        yield path
        return
    for child in ast.iter_child_nodes(node):
        yield from _path_expressions(module, child)


def _path(module: ModuleText, node: ast.AST) -> Path | None:
    match node:
        case ast.Call(func=ast.Name(id="Path"), args=[ast.Name(id="__file__")], keywords=[]):
            return module.file
        case ast.Name(id=name):
            return _constant(module, name)
        case ast.Call(func=ast.Attribute(value=before, attr="resolve" | "absolute"), args=[]):
            return _path(module, before)
        case ast.Attribute(value=before, attr="parent"):
            return _then(module, before, lambda path: path.parent)
        case ast.Subscript(value=ast.Attribute(value=before, attr="parents"), slice=ast.Constant(value=int(number))):
            return _then(module, before, lambda path: path.parents[number])
        case ast.Call(func=ast.Attribute(value=before, attr="with_name"), args=[ast.Constant(value=str(name))]):
            return _then(module, before, lambda path: path.with_name(name))
        case ast.BinOp(left=before, op=ast.Div(), right=ast.Constant(value=str(name))):
            return _then(module, before, lambda path: path / name)
        case _:
            return None


def _then(module: ModuleText, before: ast.AST, step: Callable[[Path], Path]) -> Path | None:
    path = _path(module, before)
    return None if path is None else step(path)


def _constant(module: ModuleText, name: str) -> Path | None:
    """What a name of the module stands for, when it is a path: assigned at the top, or imported from a module of ours."""
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return _path(module, value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return _path(module, value)
            case ast.ImportFrom(module=str(source), names=names, level=0):
                for alias in names:
                    if (alias.asname or alias.name) == name:
                        other = module.other(source)
                        return None if other is None else _constant(other, alias.name)
            case _:
                continue
    return None
