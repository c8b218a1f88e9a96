"""What an operator makes of one node: texts that stand for it instead."""

import ast
from collections.abc import Iterator
from copy import copy
from decimal import Decimal
from itertools import islice

_OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
# What is said and declared: no number in it decides. A lambda's body does.
_SAID = (ast.JoinedStr, ast.stmt, ast.ExceptHandler, ast.match_case)


def dropped(node: ast.stmt) -> str | None:
    """What stands for a statement that is not done; None for one that cannot be left out, or changes nothing."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return None  # the types prove that it is never reached
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            return "pass"
        case ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            return "pass"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            return "pass"
        case ast.Return(value=ast.expr() as value) if not _is_nothing(value):
            return "return None"
        case _:
            return None


def _is_nothing(value: ast.expr) -> bool:
    """Whether it is written as None, or as what most callers cannot tell from it."""
    return isinstance(value, ast.Constant | ast.Tuple) and ast.unparse(value) in ("None", "False", "()", "''", "0")


def changes_of_default(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    """Another value for what is not given."""
    match node:
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int() | float()) | ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant()]):
            yield from ((node, text) for text in islice(_beside(node), 1))
        case ast.Constant(value=str(text)):
            yield node, repr(text + "?")
        case ast.Constant(value=None):
            yield node, repr("?")
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            yield node, "()" if elements else "('?',)"
        case ast.Call(args=args, keywords=keywords):
            given = [keyword.value for keyword in keywords if keyword.arg == "default"]
            for value in [*args, *given]:
                yield from changes_of_default(value)
        case _:
            pass


def changes_of_expression(node: ast.AST) -> Iterator[tuple[str, ast.expr, str]]:
    """The operator, what it changes and into what, in the expressions of one statement, without those of a body."""
    yield from _conditions_negated(node)
    for child in _children(node):
        match child:
            case ast.Compare(ops=ops):
                for place, found in enumerate(ops):
                    other = copy(child)
                    other.ops = [*ops[:place], _OTHER_COMPARISON[type(found)](), *ops[place + 1 :]]
                    yield "comparison", child, f"({ast.unparse(other)})"
            case ast.BoolOp(op=joined):
                other = copy(child)
                other.op = ast.Or() if isinstance(joined, ast.And) else ast.And()
                yield "boolean", child, f"({ast.unparse(other)})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield "boolean", child, f"({ast.unparse(operand)})"
            case ast.Constant(value=bool(value)):
                yield "boolean", child, str(not value)
            case ast.Constant(value=int() | float()):
                yield from (("boundary", child, text) for text in _beside(child))
            case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str())]):
                yield from (("boundary", child, text) for text in _beside(child))
            case _:
                pass
        yield from changes_of_expression(child)


def _children(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions right below a node, through what is no expression itself, such as a comprehension or a slice."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "pattern"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr) and not isinstance(child, _SAID):
                yield child
            elif isinstance(child, ast.match_case):
                yield from [child.guard] if child.guard is not None else []
            elif isinstance(child, ast.AST) and not isinstance(child, _SAID):
                yield from _children(child)


def _conditions_negated(node: ast.AST) -> Iterator[tuple[str, ast.expr, str]]:
    """A bare condition the other way round: one that is neither compared, nor joined, nor negated already."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            conditions = [test]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            conditions = [condition for generator in node.generators for condition in generator.ifs]
        case ast.Match(cases=cases):
            conditions = [case.guard for case in cases if case.guard is not None]
        case _:
            conditions = []
    for condition in conditions:
        is_turned = isinstance(condition, ast.Compare | ast.BoolOp | ast.Constant)
        if not is_turned and not (isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not)):
            yield "boolean", condition, f"(not ({ast.unparse(condition)}))"


def _beside(node: ast.expr) -> Iterator[str]:
    """A number one more and one less: of a whole number one, otherwise one of its last digit."""
    match node:
        case ast.Constant(value=int(value)):
            yield from (str(value + 1), str(value - 1))
        case ast.Constant(value=float(value)):
            yield from (str(float(each)) for each in _last_digit(Decimal(str(value))))
        case ast.Call(args=[ast.Constant(value=str(text))]) if Decimal(text).is_finite():
            yield from (f'Decimal("{each}")' for each in _last_digit(Decimal(text)))
        case ast.Call(args=[ast.Constant(value=int(value))]):
            yield from (f"Decimal({value + 1})", f"Decimal({value - 1})")
        case _:
            pass


def _last_digit(value: Decimal) -> tuple[Decimal, Decimal]:
    _, _, exponent = value.as_tuple()
    step = Decimal(1).scaleb(int(exponent))
    return value + step, value - step
