"""How much of a tree's functions is annotated, by their syntax alone: nothing is imported, nothing of it runs."""

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation.findings.model import Unread
from tdeveloper.gates.quality.code_files import CodeFile

# Where statements hold other statements.
_INNER = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Places for annotations, how many have one, and the files that they could not be counted in."""

    annotated_count: int
    place_count: int
    unread: tuple[Unread, ...]


def count(files: Sequence[CodeFile], copies: Path, is_time_over: Callable[[], bool]) -> Annotated:
    """Count in all files but notebooks, whose cells are no module, until the time is over."""
    annotated_count = place_count = 0
    unread: list[Unread] = []
    for file in files:
        if file.is_notebook:
            continue
        if is_time_over():
            unread.append(Unread(path=file.name, why="annotations: no time was left for them"))
            continue
        places = places_in((copies / file.copy).read_text(encoding="utf-8"))
        if places is None:
            unread.append(Unread(path=file.name, why="annotations: cannot be parsed by the gate's own Python"))
            continue
        annotated_count += sum(places)
        place_count += len(places)
    return Annotated(annotated_count=annotated_count, place_count=place_count, unread=tuple(unread))


def places_in(code: str) -> list[bool] | None:
    """Whether each place has an annotation: parameters but `self` and `cls`, returns but those of `__init__`, always None.

    None where this Python cannot parse the code. Lambdas have no place for annotations.
    """
    try:
        with warnings.catch_warnings():
            # What Python's own compiler warns of is the file's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return [has_one for function in _functions(tree) for has_one in _places(function)]


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function. Only statements hold them, and a walk over all expressions takes three times as long as to parse them."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        for name in _INNER:
            waiting.extend(getattr(node, name, ()))


def _places(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[bool]:
    given = function.args
    for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
        if each is not None and each.arg not in ("self", "cls"):
            yield each.annotation is not None
    if function.name != "__init__":
        yield function.returns is not None
