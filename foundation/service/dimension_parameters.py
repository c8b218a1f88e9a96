"""Parameters in the dimensions of a stage's metrics, such as an API's id: found, and put back where a file had texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import Parameter, parameters_in, parametrized

Whole = TypeVar("Whole")


def dimension_parameters(value: object) -> tuple[str, ...]:
    """The names of the parameters that the dimensions of all metrics in a value have, in order."""
    found = {parameter.name for metric in _metrics(value) for parameter in parameters_in(dict(metric.dimensions))}
    return tuple(sorted(found))


def with_dimension_parameters(value: Whole, names: Iterable[str]) -> Whole:
    """The same value, in whose metrics' dimensions `${Name}` of these names is a parameter again."""
    written = "|".join(re.escape(f"${{{name}}}") for name in sorted(names))
    return value if not written else cast("Whole", _put_back(value, re.compile(f"({written})")))


def _metrics(value: object) -> Iterator[Metric]:
    match value:
        case Metric():
            yield value
        case tuple():
            for each in cast("tuple[object, ...]", value):
                yield from _metrics(each)
        case _ if is_dataclass(value):
            for each in fields(value):
                yield from _metrics(getattr(value, each.name))
        case _:
            pass


def _put_back(value: Any, written: re.Pattern[str]) -> Any:
    match value:
        case Metric(dimensions=dimensions):
            if not any(written.search(text) for _, text in dimensions):
                return value
            return replace(value, dimensions=tuple((name, _text(text, written)) for name, text in dimensions))
        case tuple():
            return tuple(_put_back(each, written) for each in cast("tuple[Any, ...]", value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            now = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            then = {name: _put_back(each, written) for name, each in now.items()}
            changed = {name: each for name, each in then.items() if each is not now[name]}
            return replace(value, **changed) if changed else value
        case _:
            return value


def _text(text: str, written: re.Pattern[str]) -> str:
    """A text whose parts at odd places are parameters as they are written."""
    parts = written.split(text)
    return parametrized(*(Parameter(part[2:-1]) if number % 2 else part for number, part in enumerate(parts)))
