"""How much of a module's functions is annotated, by its syntax alone: nothing is imported, nothing of it runs."""

import ast
import warnings
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Places for annotations, and how many have one."""

    annotated_count: int = 0
    place_count: int = 0

    def __add__(self, other: "Annotated") -> "Annotated":
        return Annotated(
            annotated_count=self.annotated_count + other.annotated_count,
            place_count=self.place_count + other.place_count,
        )


def annotated_in(code: str) -> Annotated | None:
    """Count the parameters but `self` and `cls`, and the returns but those of `__init__`, which are always None.

    None where this Python cannot parse the code. Lambdas have no place for annotations.
    """
    try:
        with warnings.catch_warnings():
            # What Python's own compiler warns of is the file's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = Annotated()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _of(node)
    return found


def _of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Annotated:
    given = function.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    places = [each.annotation for each in parameters if each is not None and each.arg not in ("self", "cls")]
    if function.name != "__init__":
        places.append(function.returns)
    return Annotated(annotated_count=sum(place is not None for place in places), place_count=len(places))
