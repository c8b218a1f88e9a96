"""Every metric that the toolkit may use: those of AWS services (`aws_metrics.yaml`) and those of a service's own.

What is not here is no metric to us. Where the sources of a dimension set disagree, `resolve` asks CloudWatch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metrics import UNITS, Metric
from foundation.cloudwatch.statistic_syntax import read_statistic

_FILE = Path(__file__).with_name("aws_metrics.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMetric:
    """A metric that exists.

    `dimension_sets` are those it is published with; `is_certain` says whether that is sure. A sparse one has no datapoint
    in a period without an event.
    """

    namespace: str
    name: str
    unit: str
    statistics: tuple[str, ...]
    dimension_sets: frozenset[frozenset[str]]
    is_sparse: bool
    is_certain: bool
    about: str
    source: str


class Dimensions(Protocol):
    """What knows the dimension sets that a metric was really published with."""

    def dimension_sets(self, namespace: str, name: str) -> frozenset[frozenset[str]]:
        """The sets of dimension names; empty when the metric was not published lately."""
        ...


@cache
def known_metrics(own: tuple[EmittedMetric, ...] = ()) -> Mapping[tuple[str, str], tuple[KnownMetric, ...]]:
    """All known metrics by namespace and name, with a service's own; a name may be published for several kinds of resources."""
    groups = [
        _Group.model_validate(group)
        for group in yaml.load(_FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    ]
    known: dict[tuple[str, str], tuple[KnownMetric, ...]] = {}
    for metric in [*(metric for group in groups for metric in group.known()), *map(_of_a_service, own)]:
        key = (metric.namespace, metric.name)
        known[key] = (*known.get(key, ()), metric)
    return MappingProxyType(known)


def find(metric: Metric, own: tuple[EmittedMetric, ...] = ()) -> KnownMetric | None:
    """The known metric with this namespace and name, and with these dimensions or sets that are not certain."""
    names = frozenset(name for name, _ in metric.dimensions)
    found = known_metrics(own).get((metric.namespace, metric.name), ())
    return next((known for known in found if names in known.dimension_sets or not known.is_certain), None)


def problem_of(metric: Metric, own: tuple[EmittedMetric, ...] = ()) -> str | None:
    """Why the toolkit must not use a metric: it is not known, or not published with these dimensions; None when it may."""
    if find(metric, own) is not None:
        return None
    known = known_metrics(own).get((metric.namespace, metric.name))
    if known is None:
        return f"{metric}: no such metric is known"
    sets = sorted({", ".join(sorted(names)) or "none" for each in known for names in each.dimension_sets})
    given = ", ".join(sorted(name for name, _ in metric.dimensions)) or "none"
    return f"{metric}: it has the dimensions {given}, and is published with {'; or '.join(sets)}"


def resolve(known: KnownMetric, published: Dimensions) -> frozenset[frozenset[str]]:
    """The dimension sets to use: the known ones, or where they are not certain those that are really published.

    Empty means that CloudWatch does not have the metric (yet: a new one takes up to 15 minutes).
    """
    return known.dimension_sets if known.is_certain else published.dimension_sets(known.namespace, known.name)


def _of_a_service(metric: EmittedMetric) -> KnownMetric:
    return KnownMetric(
        namespace=metric.namespace,
        name=metric.name,
        unit=metric.unit.value,
        statistics=("Sum",) if metric.unit.value == "Count" else ("p50", "p95", "p99"),
        dimension_sets=frozenset({frozenset(metric.dimension_names)}),
        is_sparse=True,
        is_certain=True,
        about=metric.meaning,
        source="the service's own",
    )


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid")

    namespace: str
    about: str
    source: str = Field(pattern="^https://docs.aws.amazon.com/")
    dimensions: list[list[str]]
    certain: bool = True
    sparse: bool = False
    metrics: dict[str, list[Any]]

    def known(self) -> list[KnownMetric]:
        return [self._one(name, [str(part) for part in row]) for name, row in self.metrics.items()]

    def _one(self, name: str, row: list[str]) -> KnownMetric:
        unit, *statistics = row
        if unit not in UNITS or not statistics:
            raise ValueError(f"{_FILE.name}: {self.namespace} {name}: a unit and at least one statistic are needed")
        for statistic in statistics:
            read_statistic(statistic)
        return KnownMetric(
            namespace=self.namespace,
            name=name,
            unit=unit,
            statistics=tuple(statistics),
            dimension_sets=frozenset(frozenset(names) for names in self.dimensions),
            is_sparse=self.sparse,
            is_certain=self.certain,
            about=self.about,
            source=self.source,
        )
