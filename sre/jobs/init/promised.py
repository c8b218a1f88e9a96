"""Of which types of resources a service's objectives speak already: by the metrics that they count, and never by their names."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from foundation.files.yaml_tree import read_tree
from foundation.service.resources import Resource
from sre.jobs.init.objectives_yaml import starters_for
from sre.jobs.init.service_yaml import Named
from sre.jobs.init.starters import Starter

# A metric, and the names of its dimensions, which tell a kind of resource from another.
_Counted = tuple[str, str, frozenset[str]]


def unpromised_types(
    named: Named, added: Sequence[Resource], there: Sequence[Resource], text: str, file: Path
) -> frozenset[str]:
    """The types of `added` that a service has already, and of whose metrics no objective of a text speaks.

    Somebody has decided that nothing is promised of these: a new one is as they are. Raises InputError for what is no YAML.
    """
    counted = {each for tree in read_tree(text, file) for each in _counted_in(tree.data())}
    left: set[str] = set()
    for kind in {each.type for each in added}:
        others = [each for each in there if each.type == kind]
        if others and not counted & {
            each for one in starters_for(named, others, among=there) for each in _metrics_of(one)
        }:
            left.add(kind)
    return frozenset(left)


def _metrics_of(starter: Starter) -> Iterator[_Counted]:
    names = frozenset(name for name, _ in starter.dimensions)
    for metric in (starter.samples, starter.bad, starter.total):
        if metric is not None:
            yield metric.namespace, metric.name, names


def _counted_in(data: Any) -> Iterator[_Counted]:
    """The metrics that a document names, at whatever depth."""
    match data:
        case {"namespace": str(namespace), "metricName": str(name)}:
            dimensions = cast("dict[str, Any]", data).get("dimensions")
            yield namespace, name, frozenset(cast("dict[str, Any]", dimensions) if isinstance(dimensions, dict) else ())
        case dict():
            for each in cast("dict[str, Any]", data).values():
                yield from _counted_in(each)
        case list():
            for each in cast("list[Any]", data):
                yield from _counted_in(each)
        case _:
            pass
