"""Reads lines of CloudWatch's embedded metric format, each metric of a line by itself: one that is wrong takes none with it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from foundation.cloudwatch.datum import is_number, problem_of
from foundation.errors import InputError

_log = logging.getLogger("emf-bridge")
# The specification's own limits, which are narrower than those of a datum.
_MAX_METRICS_A_DIRECTIVE, _MAX_VALUES = 100, 100
_MOST_SHOWN = 200


class _WrongError(InputError):
    """A part of a line that makes no metric, and why."""


def _warn(problem: str) -> None:
    _log.warning("a line of the embedded metric format makes no metric: %s", problem)


def read_emf(
    message: str, *, now: datetime | None = None, refuse: Callable[[str], None] = _warn
) -> list[tuple[str, dict[str, Any]]]:
    """The (namespace, MetricDatum) pairs of one log message; empty when it is not an EMF line.

    `refuse` is told of each metric that CloudWatch would not make of it, and why; the others are there all the same.
    """
    if '"_aws"' not in message:
        return []
    try:
        line: Any = json.loads(message)
        at, directives = _metadata(line)
    except (ValueError, RecursionError, OverflowError, OSError, _WrongError) as error:
        refuse(f"{_shown(error)}: {message[:_MOST_SHOWN]}")
        return []
    found: list[tuple[str, dict[str, Any]]] = []
    for directive in directives:
        try:
            made = list(_of_directive(directive, cast("Mapping[str, Any]", line), at))
        except _WrongError as error:
            refuse(f"{error}: {message[:_MOST_SHOWN]}")
            continue
        for namespace, datum in made:
            if isinstance(datum, str):
                refuse(datum)
            elif (problem := problem_of(namespace, datum, now=now or datetime.now(UTC))) is not None:
                refuse(problem)
            else:
                found.append((namespace, datum))
    return found


def _metadata(line: Any) -> tuple[datetime, list[Any]]:
    if not isinstance(line, dict):
        raise _WrongError("the line is no object")
    metadata = cast("dict[str, Any]", line).get("_aws")
    if not isinstance(metadata, dict):
        raise _WrongError("_aws is no object")
    given = cast("dict[str, Any]", metadata)
    directives, at = given.get("CloudWatchMetrics"), given.get("Timestamp")
    if not is_number(at):
        raise _WrongError("Timestamp is no number of milliseconds")
    if not isinstance(directives, list):
        raise _WrongError("CloudWatchMetrics is no list")
    return datetime.fromtimestamp(cast("float", at) / 1000, UTC), cast("list[Any]", directives)


def _of_directive(
    directive: Any, line: Mapping[str, Any], at: datetime
) -> Iterator[tuple[str, dict[str, Any] | str]]:  # fmt: skip
    """Each datum with its namespace; in its place what is wrong with it, where something is."""
    if not isinstance(directive, dict):
        raise _WrongError("a directive is no object")
    given = cast("dict[str, Any]", directive)
    namespace, metrics = given.get("Namespace"), given.get("Metrics")
    sets: Any = given.get("Dimensions") or [[]]
    if not isinstance(namespace, str):
        raise _WrongError("Namespace is no text")
    if not isinstance(metrics, list) or not isinstance(sets, list):
        raise _WrongError("Metrics or Dimensions are no list")
    listed = cast("list[Any]", metrics)
    if len(listed) > _MAX_METRICS_A_DIRECTIVE:
        raise _WrongError(f"{len(listed)} metrics in one directive, of at most {_MAX_METRICS_A_DIRECTIVE}")
    for names in cast("list[Any]", sets):
        for metric in listed:
            try:
                yield namespace, _datum(metric, names, line, at)
            except _WrongError as error:
                yield namespace, f"{namespace}: {error}"


def _datum(metric: Any, names: Any, line: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    given = cast("dict[str, Any]", metric) if isinstance(metric, dict) else {}
    name, unit = given.get("Name"), given.get("Unit", "None")
    if not isinstance(name, str) or not isinstance(unit, str):
        raise _WrongError("the Name or the Unit of a metric is no text")
    if not isinstance(names, list):
        raise _WrongError(f"{name}: a set of dimensions is no list")
    return {
        "MetricName": name,
        "Unit": unit,
        "Timestamp": at,
        "Dimensions": [{"Name": each, "Value": _dimension(each, name, line)} for each in cast("list[Any]", names)],
        "Values": _values(name, line),
    }


def _dimension(dimension: Any, name: str, line: Mapping[str, Any]) -> str:
    value = line.get(dimension) if isinstance(dimension, str) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _WrongError(f"{name}: the line has no text for the dimension {dimension!r}")
    return str(value)


def _values(name: str, line: Mapping[str, Any]) -> list[float]:
    given = line.get(name)
    values: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    if not 1 <= len(values) <= _MAX_VALUES:
        raise _WrongError(f"{name}: {len(values)} values, of 1 to {_MAX_VALUES}")
    if wrong := [each for each in values if not is_number(each)]:
        raise _WrongError(f"{name}: {wrong[0]!r:.40} is no number that CloudWatch takes")
    return [float(each) for each in values]


def _shown(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
