"""The five operators: one small change of a source, where a person might have made it by mistake.

*comparison*: < and <=, > and >=, == and !=, in and not in, is and is not, each into the other. *boundary*: a number one more
and one less, where it has decimals in its last digit. *boolean*: `not` gone, and/or swapped, True/False swapped, a bare
condition negated. *default*: another value for a parameter or a field that is not given. *statement*: a call, an assignment
into something, a raise, a continue or a break that is not done, and a return of None.
What stands in decorators, annotations and f-strings is left alone: it declares and says, and decides nothing.
"""

import ast
from collections.abc import Iterator

from tests.mutants.changes import changes_of_default, changes_of_expression, dropped
from tests.mutants.mutant import Mutant

COMPARISON, BOUNDARY, BOOLEAN, DEFAULT, STATEMENT = OPERATORS = (
    "comparison", "boundary", "boolean", "default", "statement",
)  # fmt: skip


def mutants_of(text: str, *, file: str) -> list[Mutant]:
    """Every mutant of a source, in the order of its lines."""
    tree = ast.parse(text)
    offsets = [0]
    for line in text.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    used = _uses(tree)
    found: list[Mutant] = []
    for node, operator, replacement, lines in _module(tree, used):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        found.append(
            Mutant(
                file=file,
                operator=operator,
                line=node.lineno,
                lines=lines,
                start=offsets[node.lineno - 1] + node.col_offset,
                end=offsets[node.end_lineno - 1] + node.end_col_offset,
                replacement=replacement,
            )
        )
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.operator, mutant.replacement))


_Change = tuple[ast.expr | ast.stmt, str, str, tuple[int, ...]]


def _module(tree: ast.Module, used: dict[str, tuple[int, ...]]) -> Iterator[_Change]:
    for statement in tree.body:
        yield from _statement(statement, used, lines=None)


def _statement(node: ast.stmt, used: dict[str, tuple[int, ...]], lines: tuple[int, ...] | None) -> Iterator[_Change]:
    """The changes of a statement and of those within it; `lines` is None where it runs when it is imported."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inside = tuple(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None:
                    yield from ((each, DEFAULT, new, inside) for each, new in changes_of_default(default))
            for each in node.body:
                yield from _statement(each, used, inside)
        case ast.ClassDef():
            for each in node.body:
                yield from _field(each, used) if isinstance(each, ast.AnnAssign) else _statement(each, used, None)
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Compare(left=ast.Name(id="__name__"))):
            return
        case _:
            own = _own_lines(node) if lines is not None else _lines_of_names(node, used)
            if lines is not None and (replacement := dropped(node)) is not None:
                yield node, STATEMENT, replacement, own
            for operator, each, new in changes_of_expression(node):
                yield each, operator, new, own
            for field in ("body", "orelse", "finalbody"):
                for each in getattr(node, field, []):
                    yield from _statement(each, used, lines)
            for handler in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
                for each in handler.body:
                    yield from _statement(each, used, lines)


def _field(node: ast.AnnAssign, used: dict[str, tuple[int, ...]]) -> Iterator[_Change]:
    """Its default, and what else it is declared with, such as the limits of pydantic's Field."""
    lines = _lines_of_names(node, used)
    if node.value is not None:
        yield from ((each, DEFAULT, new, lines) for each, new in changes_of_default(node.value))
    for keyword in node.value.keywords if isinstance(node.value, ast.Call) else []:
        if keyword.arg != "default":
            yield from ((each, operator, new, lines) for operator, each, new in changes_of_expression(keyword))


def _own_lines(node: ast.stmt) -> tuple[int, ...]:
    """All lines of a simple statement; of one with a body, those before it."""
    inside: list[ast.stmt] = getattr(node, "body", [])
    last = inside[0].lineno - 1 if inside else node.end_lineno or node.lineno
    return tuple(range(node.lineno, max(last, node.lineno) + 1))


def _lines_of_names(node: ast.stmt, used: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return tuple(sorted({line for name in names for line in used.get(name, ())}))


def _uses(tree: ast.Module) -> dict[str, tuple[int, ...]]:
    """Where names and attributes are read."""
    found: dict[str, set[int]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                found.setdefault(name, set()).add(node.lineno)
            case _:
                pass
    return {name: tuple(sorted(lines)) for name, lines in found.items()}
