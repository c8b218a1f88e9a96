"""Whether a metric that somebody wrote can be what was meant: whether its namespace, name and dimensions are known.

A namespace of AWS of which only the name is known, and one that is neither AWS's nor the service's own, cannot be looked up: that
is a warning and no problem, because a service may publish under any name. One that is nearly a known one is a problem.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.known_metrics import KnownMetric, known_metrics
from foundation.files.documents import yaml_documents
from foundation.files.explaining import with_hint

_FILE = Path(__file__).with_name("aws_namespaces.yaml")
_AWS = "AWS/"
# How alike two namespaces are when one is taken for a slip of the other.
_LIKENESS = 0.8


class MetricPart(Enum):
    """Which part of a metric is wrong."""

    NAMESPACE = "namespace"
    NAME = "name"
    DIMENSIONS = "dimensions"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFinding:
    """What is wrong with a metric, and what to do; `dimension` is the one that does not exist, if it is one."""

    part: MetricPart
    said: str
    dimension: str | None = None
    is_warning: bool = False


def check_metric(
    namespace: str, name: str, dimensions: Mapping[str, str], own: tuple[EmittedMetric, ...]
) -> MetricFinding | None:
    """What is wrong with a metric; None where nothing is, as far as it is known."""
    known = known_metrics(own)
    names = [each for of, each in known if of == namespace]
    if not names:
        return _namespace(namespace, {of for of, _ in known} | set(aws_namespaces()))
    found = known.get((namespace, name))
    if found is None:
        return MetricFinding(
            part=MetricPart.NAME, said=with_hint(f"{namespace} has no metric {name!r}", name, names)
        )  # fmt: skip
    return _dimensions(name, frozenset(dimensions), found)


@cache
def aws_namespaces() -> frozenset[str]:
    """The namespaces of AWS of which only the name is known."""
    with yaml_documents(_FILE) as found:
        names = found.only("a list of namespaces").read(list[str]) or []
    return frozenset(names)


def _namespace(given: str, known: Iterable[str]) -> MetricFinding | None:
    part = MetricPart.NAMESPACE
    if given in known:
        said = f"the metrics of {given} are not listed here, so name and dimensions are not checked"
        return MetricFinding(part=part, said=said, is_warning=True)
    meant = _meant(given, known)
    if meant is not None or given.casefold().startswith(_AWS.casefold()):
        hint = f"did you mean {meant}?" if meant else f"those of AWS are listed in {_FILE.name}"
        return MetricFinding(part=part, said=f"there is no namespace {given!r}; {hint}")
    said = f"{given} is neither a namespace of AWS nor the service's own, so name and dimensions are not checked"
    return MetricFinding(part=part, said=said, is_warning=True)


def _meant(given: str, known: Iterable[str]) -> str | None:
    """The namespace that was meant. What all of AWS's begin with tells none from another."""
    by_tail = {each.casefold().removeprefix(_AWS.casefold()): each for each in sorted(known)}
    close = difflib.get_close_matches(
        given.casefold().removeprefix(_AWS.casefold()), by_tail, n=1, cutoff=_LIKENESS
    )  # fmt: skip
    return by_tail[close[0]] if close else None


def _dimensions(name: str, given: frozenset[str], found: tuple[KnownMetric, ...]) -> MetricFinding | None:
    if any(given in each.dimension_sets for each in found):
        return None
    sets = {names for each in found for names in each.dimension_sets}
    there = frozenset[str]().union(*sets)
    is_certain = all(each.is_certain for each in found)
    for unknown in sorted(given - there):
        # Where the sets are not certain, another dimension may well be there: only a slip of a known one is none.
        if is_certain or difflib.get_close_matches(unknown.casefold(), [each.casefold() for each in there]):
            said = with_hint(f"{name} has no dimension {unknown!r}", unknown, there - given)
            return MetricFinding(part=MetricPart.DIMENSIONS, said=said, dimension=unknown)
    if not is_certain:
        return None
    ways = "; or ".join(sorted(", ".join(sorted(names)) or "none" for names in sets))
    has = ", ".join(sorted(given)) or "none"
    return MetricFinding(
        part=MetricPart.DIMENSIONS, said=f"{name} is not published with {has} alone; it has the dimensions {ways}"
    )
