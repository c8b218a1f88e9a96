"""Every metric that the toolkit may use: those of AWS services (`aws_metrics.yaml`) and those of a service's own.

What is not here is no metric to us. Where the sources of a dimension set disagree, `resolve` asks CloudWatch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Protocol, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metrics import UNITS, Metric
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.files.documents import yaml_documents
from foundation.files.explaining import did_you_mean
from foundation.files.forms import Flag, Form, read_by

_FILE = Path(__file__).with_name("aws_metrics.yaml")


class DatapointKind(Enum):
    """When a metric has a datapoint: so what a period that is known and has none says."""

    DENSE = "dense"
    TRAFFIC = "traffic"
    SPARSE = "sparse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMetric:
    """A metric that exists.

    `dimension_sets` are those it is published with; `is_certain` says whether that is sure. `kind` says in which periods it
    has a datapoint, `is_kind_certain` whether that is sure, and `kind_source` who says so.
    """

    namespace: str
    name: str
    unit: str
    statistics: tuple[str, ...]
    dimension_sets: frozenset[frozenset[str]]
    is_certain: bool
    kind: DatapointKind
    is_kind_certain: bool
    kind_source: str
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
    with yaml_documents(_FILE) as found:
        groups = found.only("groups of metrics").read(list[_Group]) or []
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
        there = [name for namespace, name in known_metrics(own) if namespace == metric.namespace]
        namespaces = {namespace for namespace, _ in known_metrics(own)}
        hint = did_you_mean(metric.name, there) if there else did_you_mean(metric.namespace, namespaces)
        return f"{metric}: no such metric is known; {hint}" if hint else f"{metric}: no such metric is known"
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
        is_certain=True,
        kind=DatapointKind.SPARSE,
        is_kind_certain=False,
        kind_source="the service's own",
        about=metric.meaning,
        source="the service's own",
    )


def _statistic(text: str) -> str:
    read_statistic(text)
    return text


class _Row(Form):
    unit: str
    statistics: tuple[Annotated[str, read_by(_statistic)], ...] = Field(min_length=1)


def _row(given: Any) -> Any:
    """A row is the unit and then the statistics."""
    if not isinstance(given, list) or not given:
        raise ValueError("must be a list of a unit and statistics")
    unit, *statistics = cast("list[Any]", given)
    return {"unit": unit, "statistics": statistics}


class _Group(Form):
    namespace: str
    about: str
    source: str = Field(pattern="^https://docs.aws.amazon.com/")
    dimensions: list[list[str]]
    certain: Flag = True
    kind: DatapointKind = DatapointKind.UNKNOWN
    kinds: dict[str, DatapointKind] = Field(default_factory=dict[str, DatapointKind])
    kind_certain: Flag = True
    kind_source: str | None = Field(default=None, pattern="^https://")
    metrics: dict[str, Annotated[_Row, BeforeValidator(_row)]]

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for name, row in self.metrics.items():
            if row.unit not in UNITS:
                raise ValueError(f"{name}: no unit is called {row.unit!r}")
        if others := sorted(set(self.kinds) - set(self.metrics)):
            raise ValueError(f"kinds has {', '.join(others)}, which the group has not")
        return self

    def known(self) -> list[KnownMetric]:
        return [
            KnownMetric(
                namespace=self.namespace,
                name=name,
                unit=row.unit,
                statistics=row.statistics,
                dimension_sets=frozenset(frozenset(names) for names in self.dimensions),
                is_certain=self.certain,
                kind=self.kinds.get(name, self.kind),
                is_kind_certain=self.kind_certain and self.kinds.get(name, self.kind) is not DatapointKind.UNKNOWN,
                kind_source=self.kind_source or self.source,
                about=self.about,
                source=self.source,
            )
            for name, row in self.metrics.items()
        ]
