"""What the math of a panel names: ids of its other queries, which CloudWatch would otherwise refuse when somebody looks."""

import re
from collections.abc import Mapping, Sequence

from foundation.cloudwatch.limits import GUIDE, require
from foundation.cloudwatch.metrics import MathExpression, Query

_SOURCE = f"{GUIDE}/using-metric-math.html"
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
# An id begins with a lower-case letter; functions, statistics and words such as LINEAR are upper-case.
_ID = re.compile(r"(?<![A-Za-z0-9_.])[a-z][A-Za-z0-9_]*")
# Metrics Insights is no math, and names no ids.
_SQL = re.compile(r"\s*SELECT\b", re.IGNORECASE)


def ids_in(expression: str) -> frozenset[str]:
    """The ids of other queries that an expression names: metric math of any kind, SEARCH and its like among it."""
    return frozenset() if _SQL.match(expression) else frozenset(_ID.findall(_TEXT.sub(" ", expression)))


def check_expressions(queries: Sequence[Query], *, of: str) -> None:
    """Raise LimitError for math that names no query of the same panel, or itself by way of others; `of` says whose they are."""
    known = {query.id for query in queries}
    named = {query.id: ids_in(query.source.expression) for query in queries if isinstance(query.source, MathExpression)}
    for id_, ids in named.items():
        unknown = sorted(ids - known)
        require(not unknown, f"{of}: {id_} names {', '.join(unknown)}, and no query of it has that id", _SOURCE)
        require(not _comes_back(id_, named), f"{of}: {id_} names itself, by way of others or not", _SOURCE)


def _comes_back(id_: str, named: Mapping[str, frozenset[str]]) -> bool:
    seen: set[str] = set()
    todo = list(named[id_])
    while todo:
        at = todo.pop()
        if at == id_:
            return True
        if at not in seen:
            seen.add(at)
            todo += named.get(at, ())
    return False
