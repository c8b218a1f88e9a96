"""Which functions metric math has, what each takes and gives, and which can be worked out one datapoint at a time.

A scalar (S), one time series (TS), several (TS[]). The table and the refusals follow the documentation's table of functions.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import assert_never

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
    walk,
)


class Kind(Enum):
    """What an expression gives; the values are the documentation's abbreviations."""

    SCALAR = "S"
    SERIES = "TS"
    SEVERAL = "TS[]"


EACH_DATAPOINT = frozenset({"ABS", "CEIL", "FLOOR", "LOG", "LOG10"})
ALONG_TIME = frozenset({"DIFF", "DIFF_TIME", "RATE", "RUNNING_SUM"})
AGGREGATES = frozenset({"AVG", "MIN", "MAX", "STDDEV", "SUM", "DATAPOINT_COUNT"})
OF_TIMESTAMPS = frozenset({"MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"})
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "SEARCH": "finds metrics in an account, and an alarm cannot watch it; name the metrics instead",
        "ANOMALY_DETECTION_BAND": "is a model that CloudWatch trains on an account's own history",
        "INSIGHT_RULE_METRIC": "reads a Contributor Insights rule, which only its account has",
        "SERVICE_QUOTA": "reads the account's quotas; write the quota as a number",
        "DB_PERF_INSIGHTS": "reads Performance Insights, which only its account has",
        "LAMBDA": "calls a data source connector, which only its account has",
    }
)
FUNCTIONS = (
    EACH_DATAPOINT
    | ALONG_TIME
    | AGGREGATES
    | OF_TIMESTAMPS
    | {
        "FILL",
        "FIRST",
        "IF",
        "LAST",
        "METRIC_COUNT",
        "METRICS",
        "PERIOD",
        "REMOVE_EMPTY",
        "SLICE",
        "SORT",
        "TIME_SERIES",
    }
)


def kind_of(node: Node, ids: Mapping[str, Kind]) -> Kind:
    """What the expression gives, where `ids` says what each query that it may name gives.

    Raises MathError with the column for an unknown function or id, or an argument of the wrong kind.
    """
    match node:
        case Number():
            return Kind.SCALAR
        case Text() | Word():
            problem = f"{node.value!r} stands only among the arguments of the functions that take it"
            raise MathError(problem, column=node.column)
        case Name():
            if node.id not in ids:
                raise MathError(
                    f"no query has the id {node.id!r}; there are {', '.join(ids) or 'none'}", column=node.column
                )
            return ids[node.id]
        case Negated():
            return kind_of(node.operand, ids)
        case Operation():
            kinds = {kind_of(node.left, ids), kind_of(node.right, ids)}
            return next(kind for kind in (Kind.SEVERAL, Kind.SERIES, Kind.SCALAR) if kind in kinds)
        case Array():
            for item in node.items:
                _require(item, kind_of(item, ids), (Kind.SERIES, Kind.SEVERAL), "an array")
            return Kind.SEVERAL
        case Call():
            return _of_call(node, ids)
        case _:
            assert_never(node)


def needs_range(node: Node, ids: Mapping[str, Kind]) -> bool:
    """Whether a datapoint of the result depends on other datapoints than those of its own timestamp."""

    def of_range(call: Call) -> bool:
        name = call.function
        return (
            name in ALONG_TIME
            or name in {"SORT", "REMOVE_EMPTY"}
            or (name in AGGREGATES and kind_of(call.arguments[0], ids) is Kind.SERIES)
            or (name == "FILL" and isinstance(call.arguments[1], Word))
        )

    return any(of_range(part) for part in walk(node) if isinstance(part, Call))


def _of_call(call: Call, ids: Mapping[str, Kind]) -> Kind:
    name = call.function
    if name in REFUSED:
        raise MathError(f"{name} cannot be evaluated here: it {REFUSED[name]}", column=call.column)
    if name not in FUNCTIONS:
        hint = f"; {name.upper()} is one, in capitals" if name.upper() in FUNCTIONS else ""
        raise MathError(f"{name} is no function of metric math{hint}", column=call.column)
    if name in EACH_DATAPOINT or name in ALONG_TIME:
        return _arguments(call, ids, (Kind.SERIES, Kind.SEVERAL))[0]
    if name in AGGREGATES:
        of = _arguments(call, ids, (Kind.SERIES, Kind.SEVERAL))[0]
        return Kind.SCALAR if of is Kind.SERIES else Kind.SERIES
    if name in OF_TIMESTAMPS:
        return _arguments(call, ids, (Kind.SERIES,))[0]
    match name:
        case "METRICS":
            if len(call.arguments) > 1 or not all(isinstance(argument, Text) for argument in call.arguments):
                raise MathError(
                    'METRICS takes nothing, or one text in quotation marks: METRICS("errors")', column=call.column
                )
            return Kind.SEVERAL
        case "METRIC_COUNT":
            _arguments(call, ids, (Kind.SEVERAL,))
            return Kind.SCALAR
        case "FIRST" | "LAST":
            _arguments(call, ids, (Kind.SEVERAL,))
            return Kind.SERIES
        case "REMOVE_EMPTY":
            return _arguments(call, ids, (Kind.SEVERAL,))[0]
        case "TIME_SERIES":
            _arguments(call, ids, (Kind.SCALAR,))
            return Kind.SERIES
        case "PERIOD":
            _arguments(call, ids, (Kind.SERIES,))
            if not isinstance(call.arguments[0], Name):
                raise MathError(
                    "PERIOD takes a metric, not the result of an expression", column=call.arguments[0].column
                )
            return Kind.SCALAR
        case "SLICE":
            _count(call, 2, 3)
            _numbers(call.arguments[1:], "SLICE takes whole numbers from 0 for its start and its end")
            return _require(call.arguments[0], kind_of(call.arguments[0], ids), (Kind.SEVERAL,), name)
        case "SORT":
            return _of_sort(call, ids)
        case "FILL":
            return _of_fill(call, ids)
        case _:
            return _of_if(call, ids)


def _of_sort(call: Call, ids: Mapping[str, Kind]) -> Kind:
    _count(call, 3, 4)
    series, by, order, *limit = call.arguments
    if not (isinstance(by, Word) and by.value in {"AVG", "MIN", "MAX", "SUM"}):
        raise MathError("SORT sorts by AVG, MIN, MAX or SUM", column=by.column)
    if not (isinstance(order, Word) and order.value in {"ASC", "DESC"}):
        raise MathError("SORT's order is ASC or DESC", column=order.column)
    _numbers(limit, "SORT takes a whole number as its limit")
    return _require(series, kind_of(series, ids), (Kind.SEVERAL,), "SORT")


def _of_fill(call: Call, ids: Mapping[str, Kind]) -> Kind:
    _count(call, 2, 2)
    filled, by = call.arguments
    if isinstance(by, Word):
        if by.value not in {"REPEAT", "LINEAR"}:
            raise MathError(
                f"FILL fills with a number, a time series, REPEAT or LINEAR, not {by.value}", column=by.column
            )
    else:
        _require(by, kind_of(by, ids), (Kind.SCALAR, Kind.SERIES), "FILL")
    return _require(filled, kind_of(filled, ids), (Kind.SERIES, Kind.SEVERAL), "FILL")


def _of_if(call: Call, ids: Mapping[str, Kind]) -> Kind:
    _count(call, 2, 3)
    kinds = [
        _require(argument, kind_of(argument, ids), (Kind.SCALAR, Kind.SERIES), "IF") for argument in call.arguments
    ]
    if Kind.SERIES not in kinds:
        raise MathError("IF gives a time series, so one of its arguments is one", column=call.column)
    return Kind.SERIES


def _arguments(call: Call, ids: Mapping[str, Kind], allowed: tuple[Kind, ...]) -> list[Kind]:
    _count(call, 1, 1)
    return [_require(argument, kind_of(argument, ids), allowed, call.function) for argument in call.arguments]


def _count(call: Call, least: int, most: int) -> None:
    if not least <= len(call.arguments) <= most:
        wanted = str(least) if least == most else f"{least} or {most}"
        raise MathError(f"{call.function} takes {wanted} arguments, not {len(call.arguments)}", column=call.column)


def _numbers(nodes: Sequence[Node], problem: str) -> None:
    for node in nodes:
        if not (isinstance(node, Number) and node.value.is_integer()):
            raise MathError(problem, column=node.column)


def _require(node: Node, kind: Kind, allowed: tuple[Kind, ...], by: str) -> Kind:
    if kind not in allowed:
        wanted = " or ".join(each.value for each in allowed)
        raise MathError(f"{by} takes {wanted} here, not {kind.value}", column=node.column)
    return kind
