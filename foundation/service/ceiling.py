"""How much an objective can promise at most: what it speaks of and all that this needs, each as AWS commits itself to it.

A service is no more available than all that it needs together; see "The calculus of service availability",
https://queue.acm.org/detail.cfm?id=3096459. What is of one type is taken to fail together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from foundation.service.metric_subjects import MetricSubjects
from foundation.service.resource_type import ResourceType
from foundation.service.resources import Resource
from foundation.slo.model import BudgetedObjective, MetricSamples
from foundation.slo.signals import ApiStage, signals_of
from foundation.slo.sources import counted_sources

# X-Ray and API Gateway's metrics call a REST API by its name.
_API = "AWS::ApiGateway::RestApi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What can be promised at most: `ratio` is the product of the commitments, by the kinds that have one.

    `unknown` are the resources of which no commitment is known; what they can give is left out.
    """

    ratio: Decimal
    committed: tuple[tuple[ResourceType, Decimal], ...]
    unknown: tuple[Resource, ...]


def ceiling_of(resources: Iterable[Resource], kinds: Mapping[str, ResourceType]) -> Ceiling:
    """The ceiling of what needs all of the resources; `kinds` are theirs, by their labels."""
    committed: dict[str, tuple[ResourceType, Decimal]] = {}
    unknown: list[Resource] = []
    for each in resources:
        kind = kinds.get(each.label)
        if kind is None or kind.commitment is None:
            unknown.append(each)
        elif each.type not in committed or kind.commitment.uptime_ratio < committed[each.type][1]:
            committed[each.type] = (kind, kind.commitment.uptime_ratio)
    return Ceiling(
        ratio=prod((ratio for _, ratio in committed.values()), start=Decimal(1)),
        committed=tuple(committed.values()),
        unknown=tuple(unknown),
    )


def with_needs(labels: Iterable[str], resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources of these labels and all that they need, and that this needs, each once, in the order of the inventory."""
    by_label = {each.label: each for each in resources}
    found: set[str] = set()
    waiting = [label for label in labels if label in by_label]
    while waiting:
        label = waiting.pop()
        if label not in found:
            found.add(label)
            waiting += [needed for needed in by_label[label].needs if needed in by_label]
    return tuple(each for each in resources if each.label in found)


def spoken_of(objective: BudgetedObjective, subjects: MetricSubjects) -> tuple[Resource, ...]:
    """The resources that an objective speaks of: those that its metrics are of, and the API whose traces it counts."""
    apis = {signal.of.api_name for signal in signals_of(objective) if isinstance(signal.of, ApiStage)}
    labels = {each.label for each in subjects.resources if each.type == _API and each.name in apis}
    for source in counted_sources(objective.indicator).values():
        if isinstance(source, MetricSamples):
            labels |= {each.label for each in subjects.of(source.metric)}
    return tuple(each for each in subjects.resources if each.label in labels)
