"""Queries made ready to run: expressions read, their order settled, their kinds checked; then run on a grid of datapoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import assert_never

import numpy as np

from foundation.cloudwatch.metric_math import functions
from foundation.cloudwatch.metric_math.functions import Times, Values
from foundation.cloudwatch.metric_math.syntax import (
    Array,
    Call,
    MathError,
    Name,
    Negated,
    Node,
    Number,
    Operation,
    Text,
    Word,
    parse,
    walk,
)
from foundation.cloudwatch.metric_math.typecheck import (
    AGGREGATES,
    ALONG_TIME,
    EACH_DATAPOINT,
    OF_TIMESTAMPS,
    Kind,
    kind_of,
    needs_range,
)
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.errors import about


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """The datapoints of the metrics, by query id, on common timestamps (epoch seconds at which their periods begin).

    Time is the last axis; where there is an axis before it, it holds windows that are evaluated at once.
    """

    times: Times
    period_seconds: int
    values: Mapping[str, Values]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What a query gives: named series, one unless `kind` is TS[]."""

    kind: Kind
    names: tuple[str, ...]
    series: tuple[Values, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Compiled queries: the ids of the metrics in order, the expressions by id in the order in which they can be run."""

    metric_ids: tuple[str, ...]
    expressions: Mapping[str, Node]
    kinds: Mapping[str, Kind]

    def needs_range(self, wanted: str) -> bool:
        """Whether a datapoint of this query depends on datapoints of other timestamps."""
        node = self.expressions.get(wanted)
        if node is None:
            return False
        return needs_range(node, self.kinds) or any(self.needs_range(name) for name in _names_in(node))

    def needs_single_windows(self, wanted: str) -> bool:
        """Whether windows cannot be evaluated at once: REMOVE_EMPTY removes other series in one than in another."""
        node = self.expressions.get(wanted)
        if node is None:
            return False
        return any(isinstance(part, Call) and part.function == "REMOVE_EMPTY" for part in walk(node)) or any(
            self.needs_single_windows(name) for name in _names_in(node)
        )

    def run(self, grid: Grid, wanted: str) -> Result:
        """Evaluate one query, and those that it names, on a grid that has every metric.

        Raises MathError when the result is a scalar, or arrays of different lengths meet.
        """
        if wanted not in self.kinds:
            raise MathError(f"no query has the id {wanted!r}")
        if self.kinds[wanted] is Kind.SCALAR:
            raise MathError(f"{wanted}: the result is one number; a query gives a time series, see TIME_SERIES")
        evaluator = _Evaluator(self, grid)
        return evaluator.query(wanted)


def compile_queries(queries: Sequence[Query]) -> Program:
    """Read and check all expressions of the queries.

    Raises MathError naming the query.
    """
    texts = {query.id: query.source.expression for query in queries if isinstance(query.source, MathExpression)}
    nodes: dict[str, Node] = {}
    for id_, text in texts.items():
        with about(id_):
            nodes[id_] = parse(text)
    metric_ids = tuple(query.id for query in queries if query.id not in texts)
    kinds: dict[str, Kind] = dict.fromkeys(metric_ids, Kind.SERIES)
    ordered: dict[str, Node] = {}

    def settle(id_: str, path: tuple[str, ...]) -> None:
        if id_ in path:
            raise MathError(f"{id_}: expressions go round in a circle: {' -> '.join((*path, id_))}")
        for name in sorted(_names_in(nodes[id_])):
            if name in nodes and name not in ordered:
                settle(name, (*path, id_))
        with about(id_):
            kinds[id_] = kind_of(nodes[id_], kinds)
        ordered[id_] = nodes[id_]

    for id_ in nodes:
        if id_ not in ordered:
            settle(id_, ())
    return Program(metric_ids=metric_ids, expressions=MappingProxyType(ordered), kinds=MappingProxyType(kinds))


def _names_in(node: Node) -> frozenset[str]:
    return frozenset(part.id for part in walk(node) if isinstance(part, Name))


class _Evaluator:
    def __init__(self, program: Program, grid: Grid) -> None:
        self._program = program
        self._grid = grid
        self._shape = next(iter(grid.values.values())).shape if grid.values else grid.times.shape
        self._done: dict[str, Result] = {}

    def query(self, id_: str) -> Result:
        if id_ not in self._done:
            if id_ in self._program.expressions:
                with about(id_):
                    result = self._node(self._program.expressions[id_])
                if len(result.series) == 1:
                    result = Result(kind=result.kind, names=(id_,), series=result.series)
            else:
                result = _series(id_, self._grid.values[id_])
            self._done[id_] = result
        return self._done[id_]

    def _node(self, node: Node) -> Result:
        match node:
            case Number():
                return _scalar(np.array([node.value]))
            case Name():
                return self.query(node.id)
            case Negated():
                of = self._node(node.operand)
                return Result(kind=of.kind, names=of.names, series=tuple(-values for values in of.series))
            case Operation():
                return self._operation(node)
            case Array():
                parts = [self._node(item) for item in node.items]
                return Result(
                    kind=Kind.SEVERAL,
                    names=tuple(name for part in parts for name in part.names),
                    series=tuple(values for part in parts for values in part.series),
                )
            case Call():
                return self._call(node)
            case Text() | Word():
                raise MathError(f"{node.value!r} has no value of its own", column=node.column)
            case _:
                assert_never(node)

    def _operation(self, node: Operation) -> Result:
        left, right = self._node(node.left), self._node(node.right)
        if left.kind is right.kind is Kind.SEVERAL and len(left.series) != len(right.series):
            problem = f"arrays of {len(left.series)} and {len(right.series)} time series do not pair up"
            raise MathError(problem, column=node.column)
        count = max(len(left.series), len(right.series))
        if Kind.SEVERAL in (left.kind, right.kind):
            count = len(left.series) if left.kind is Kind.SEVERAL else len(right.series)
        pairs = [(_nth(left, index), _nth(right, index)) for index in range(count)]
        series = tuple(
            functions.operate(
                node.sign,
                one,
                other,
                left_is_series=left.kind is not Kind.SCALAR,
                right_is_series=right.kind is not Kind.SCALAR,
            )
            for one, other in pairs
        )
        named = left if left.kind is Kind.SEVERAL or right.kind is Kind.SCALAR else right
        kind = next(kind for kind in (Kind.SEVERAL, Kind.SERIES, Kind.SCALAR) if kind in (left.kind, right.kind))
        return Result(kind=kind, names=named.names, series=series)

    def _call(self, call: Call) -> Result:
        name = call.function
        if name == "METRICS":
            part = call.arguments[0].value if call.arguments and isinstance(call.arguments[0], Text) else ""
            ids = tuple(id_ for id_ in self._program.metric_ids if part in id_)
            return Result(kind=Kind.SEVERAL, names=ids, series=tuple(self._grid.values[id_] for id_ in ids))
        if name == "PERIOD":
            return _scalar(np.array([float(self._grid.period_seconds)]))
        first = self._node(call.arguments[0])
        if name in EACH_DATAPOINT:
            return _mapped(first, tuple(functions.each(name, values) for values in first.series))
        if name in ALONG_TIME:
            times = self._grid.times
            return _mapped(first, tuple(functions.along_time(name, values, times) for values in first.series))
        if name in OF_TIMESTAMPS:
            return _series(name, np.broadcast_to(functions.of_timestamps(name, self._grid.times), self._shape))
        if name in AGGREGATES:
            if first.kind is Kind.SERIES:
                return _scalar(functions.over_time(name, first.series[0]))
            return _series(name, functions.across(name, np.stack(first.series)) if first.series else self._empty())
        match name:
            case "METRIC_COUNT":
                return _scalar(np.array([float(len(first.series))]))
            case "TIME_SERIES":
                return _series(name, np.broadcast_to(first.series[0], self._shape))
            case "FIRST" | "LAST":
                return _series(name, first.series[0 if name == "FIRST" else -1] if first.series else self._empty())
            case "SLICE":
                kept = slice(*(int(number.value) for number in call.arguments[1:] if isinstance(number, Number)))
                if len(call.arguments) == 2:
                    kept = slice(kept.stop, None)
                return Result(kind=Kind.SEVERAL, names=first.names[kept], series=first.series[kept])
            case "REMOVE_EMPTY":
                kept_ones = [index for index, values in enumerate(first.series) if not np.isnan(values).all()]
                return Result(
                    kind=Kind.SEVERAL,
                    names=tuple(first.names[index] for index in kept_ones),
                    series=tuple(first.series[index] for index in kept_ones),
                )
            case "SORT":
                return self._sort(call, first)
            case "FILL":
                return _mapped(first, tuple(self._fill(call.arguments[1], values) for values in first.series))
            case _:
                return self._if(call, first)

    def _sort(self, call: Call, of: Result) -> Result:
        _, by, order, *limit = call.arguments
        if not of.series:
            return of
        stacked = np.stack(of.series)
        ranks = functions.sort_order(
            stacked,
            by.value if isinstance(by, Word) else "",
            descending=isinstance(order, Word) and order.value == "DESC",
        )
        ordered = np.take_along_axis(stacked, ranks[..., np.newaxis], axis=0)
        # Windows evaluated at once may be in different orders, so that only a single one's series keep their names.
        names = tuple(of.names[int(rank)] for rank in ranks) if ranks.ndim == 1 else of.names
        count = int(limit[0].value) if limit and isinstance(limit[0], Number) else len(of.series)
        return Result(kind=Kind.SEVERAL, names=names[:count], series=tuple(ordered[:count]))

    def _fill(self, by: Node, values: Values) -> Values:
        if isinstance(by, Word):
            return functions.fill_repeat(values) if by.value == "REPEAT" else functions.fill_linear(values)
        return np.where(np.isnan(values), self._node(by).series[0], values)

    def _if(self, call: Call, condition: Result) -> Result:
        then = self._node(call.arguments[1])
        otherwise = self._node(call.arguments[2]).series[0] if len(call.arguments) == 3 else np.array([np.nan])
        chosen = functions.choose(
            condition.series[0],
            then.series[0],
            otherwise,
            condition_is_series=condition.kind is Kind.SERIES,
            then_is_series=then.kind is Kind.SERIES,
        )
        return _series("IF", np.broadcast_to(chosen, self._shape))

    def _empty(self) -> Values:
        return np.full(self._shape, np.nan)


def _scalar(values: Values) -> Result:
    return Result(kind=Kind.SCALAR, names=("",), series=(values,))


def _series(name: str, values: Values) -> Result:
    return Result(kind=Kind.SERIES, names=(name,), series=(values,))


def _mapped(of: Result, series: tuple[Values, ...]) -> Result:
    return Result(kind=of.kind, names=of.names, series=series)


def _nth(result: Result, index: int) -> Values:
    return result.series[index] if result.kind is Kind.SEVERAL else result.series[0]
