"""Which resources a metric is of: by its namespace and dimensions, as the alarms and panels of their kinds have them.

A function and a queue may have one name; what AWS/SQS counts is of the queue. A load balancer is found by its full name, and a
state machine by its ARN.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from foundation.cloudwatch.metrics import Metric
from foundation.service.panels import GraphTemplate, OfFact, OfTexts, ResourcePart, StatLine
from foundation.service.resource_alarms import FixedText, OwnFact, ResourceFact
from foundation.service.resource_type_file import kind_of
from foundation.service.resources import Resource

# Namespaces of AWS's own: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
_AWS = ("AWS/", "CloudWatchSynthetics")
_Rule = ResourceFact | OwnFact | FixedText | ResourcePart | OfFact | OfTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """Dimensions of a resource's metrics: those by which it is found, and those that it has beside them, if they are known."""

    namespace: str
    found_by: tuple[tuple[str, str], ...]
    beside: tuple[tuple[str, str], ...]

    def is_found(self, metric: Metric) -> bool:
        return set(self.found_by) <= set(metric.dimensions)

    def is_like(self, metric: Metric) -> bool:
        of_metric = dict(metric.dimensions)
        return all(of_metric.get(name, value) == value for name, value in self.beside)


@dataclass(slots=True, kw_only=True)
class MetricSubjects:
    """The resources of a service by what their metrics name."""

    resources: Sequence[Resource]
    # By the first of the dimensions that a series is found by.
    by_dimension: dict[tuple[str, str], list[tuple[int, _Series]]] = field(init=False)
    by_name: dict[str, list[int]] = field(init=False)
    with_series: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_dimension, self.by_name, self.with_series = {}, {}, set()
        for number, each in enumerate(self.resources):
            self.by_name.setdefault(each.name, []).append(number)
            for one in _series_of(each):
                self.with_series.add(number)
                for first in one.found_by[:1]:
                    self.by_dimension.setdefault(first, []).append((number, one))

    def of(self, metric: Metric) -> tuple[Resource, ...]:
        """The resources that a metric is of; none where its dimensions name none.

        A metric of a namespace that is not AWS's is of those that its dimensions name as AWS's would, else by their names alone.
        """
        is_of_aws = metric.namespace.startswith(_AWS)
        found = [
            (number, one)
            for dimension in metric.dimensions
            for number, one in self.by_dimension.get(dimension, ())
            if one.is_found(metric) and (one.namespace == metric.namespace or not is_of_aws)
        ]
        # Of services of one name in two clusters it is the one whose cluster the metric names.
        like = {number for number, one in found if one.is_like(metric)}
        chosen = like or {number for number, _ in found}
        if not chosen:
            named = {number for _, value in metric.dimensions for number in self.by_name.get(value, ())}
            chosen = named - self.with_series if is_of_aws else named
        return tuple(self.resources[number] for number in sorted(chosen))


def _series_of(resource: Resource) -> Iterator[_Series]:
    kind = kind_of(resource)
    if kind is None:
        return
    rules: dict[tuple[str, tuple[tuple[str, _Rule], ...]], None] = {}
    for alarm in kind.alarms:
        rules[alarm.namespace, alarm.dimensions] = None
    for panel in kind.panels:
        if isinstance(panel, GraphTemplate):
            for line in panel.lines:
                if isinstance(line, StatLine) and line.of is None:
                    rules[line.namespace, line.dimensions] = None
    for namespace, dimensions in rules:
        yield _made(namespace, dimensions, resource)


def _made(namespace: str, dimensions: Iterable[tuple[str, _Rule]], resource: Resource) -> _Series:
    """By its name or ARN; where neither stands there, by its facts, of which then none may be unknown."""
    named: list[tuple[str, str]] = []
    facts: list[tuple[str, str | None]] = []
    for dimension, rule in dimensions:
        match rule:
            case ResourceFact.NAME | ResourcePart.NAME:
                named.append((dimension, resource.name))
            case ResourceFact.ARN | ResourcePart.ARN:
                named.append((dimension, resource.arn))
            case FixedText(text=text) if "${name}" in text:
                named.append((dimension, text.replace("${name}", resource.name)))
            case OwnFact(fact=fact) | OfFact(fact=fact):
                value = resource.fact(fact)
                facts.append((dimension, value if isinstance(value, str) else None))
            case _:
                pass
    known = tuple((dimension, value) for dimension, value in facts if value is not None)
    if named:
        return _Series(namespace=namespace, found_by=tuple(named), beside=known)
    return _Series(namespace=namespace, found_by=known if len(known) == len(facts) else (), beside=())
