"""The queries of a graph: its lines, for each of its resources, each text of a dimension and each statistic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import assert_never

from foundation.cloudwatch.expressions import ids_in
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.names import Scope
from foundation.service.panel_texts import filled_ids, filled_text
from foundation.service.panels import (
    DimensionRule,
    GraphTemplate,
    Labelled,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    ResourcePart,
    StatLine,
    Subject,
)
from foundation.service.resources import FactValue, Resource
from foundation.service.service_text import service_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Whose the resources are, and all that there are of them."""

    scope: Scope
    resources: tuple[Resource, ...]

    @property
    def variables(self) -> dict[str, str]:
        """What a text may name wherever it stands."""
        return {"stage": self.scope.stage, "service": self.scope.service}

    def of(self, subject: Subject) -> tuple[Resource, ...]:
        """The resources that a panel or a line is of; those of labels in the order of these."""
        match subject:
            case Labelled(labels=labels):
                there = {each.label: each for each in self.resources}
                return tuple(there[label] for label in labels if label in there)
            case OfType(type=type_):
                return tuple(each for each in self.resources if each.type == type_)
            case _:
                assert_never(subject)


def queries_of(graph: GraphTemplate, resources: Sequence[Resource], inventory: Inventory) -> tuple[Query, ...]:
    """The queries of one graph of these resources, none where it is of the account or names its dimensions itself.

    A line whose dimension is a fact that a resource has not is left out, and so is math that names it. Raises LimitError.
    """
    queries: list[Query] = []
    for number, resource in enumerate(resources or (None,)):
        for line in graph.lines:
            match line:
                case StatLine(of=None):
                    queries += _of_line(line, resource, inventory)
                case StatLine(of=subject) if number == 0 and subject is not None:
                    queries += (each for of in inventory.of(subject) for each in _of_line(line, of, inventory))
                case StatLine():
                    pass
                case MathLine():
                    queries.append(_of_math(line, resource, inventory))
                case _:
                    assert_never(line)
    return _with_what_they_name(queries)


def _of_line(line: StatLine, resource: Resource | None, inventory: Inventory) -> Iterator[Query]:
    variables = _variables(resource, inventory)
    held = [
        (name, texts)
        for name, rule in line.dimensions
        if (texts := _held(rule, resource, inventory)) or not (isinstance(rule, OfFact) and rule.is_optional)
    ]
    for values in product(*(texts for _, texts in held)):
        several = next((value for (_, texts), value in zip(held, values, strict=True) if len(texts) > 1), None)
        metric = Metric(
            namespace=line.namespace,
            name=line.metric_name,
            dimensions=tuple((name, value) for (name, _), value in zip(held, values, strict=True)),
        )
        for statistic in line.statistics:
            known = variables | {"statistic": statistic} | ({} if several is None else {"text": str(several)})
            yield Query(
                id=filled_ids(line.id, known),
                source=MetricStat(metric=metric, period_seconds=line.period_seconds, statistic=statistic),
                label=filled_text(line.label, known),
                return_data=line.is_shown,
            )


def _of_math(line: MathLine, resource: Resource | None, inventory: Inventory) -> Query:
    known = _variables(resource, inventory)
    return Query(
        id=filled_ids(line.id, known),
        source=MathExpression(expression=filled_ids(line.expression, known)),
        label=filled_text(line.label, known),
        return_data=line.is_shown,
    )


def _variables(resource: Resource | None, inventory: Inventory) -> dict[str, str]:
    return inventory.variables | ({} if resource is None else {"label": resource.label})


def _held(rule: DimensionRule, resource: Resource | None, inventory: Inventory) -> tuple[str, ...]:
    """The texts that a dimension holds; none where that is of a resource, and it is not known."""
    match rule:
        case OfTexts(texts=texts):
            known: Mapping[str, str] = _variables(resource, inventory)
            known = known if resource is None else {**known, "name": resource.name}
            return tuple(service_text(text, known) for text in texts)
        case ResourcePart.STAGE:
            return (inventory.scope.stage,)
        case ResourcePart.NAME:
            return () if resource is None else (resource.name,)
        case ResourcePart.ARN:
            return () if resource is None else (resource.arn,)
        case OfFact(fact=name):
            fact = None if resource is None else resource.fact(name)
            return () if fact is None else (_written(fact),)
        case _:
            assert_never(rule)


def _written(fact: FactValue) -> str:
    match fact:
        case str():
            return fact
        case bool():
            return "true" if fact else "false"
        case Decimal():
            return f"{fact:f}"
        case _:
            assert_never(fact)


def _with_what_they_name(queries: Sequence[Query]) -> tuple[Query, ...]:
    """The queries without math on what was left out; nothing where no metric is left."""
    kept = list(queries)
    while True:
        ids = {query.id for query in kept}
        left = [
            query
            for query in kept
            if not isinstance(query.source, MathExpression) or ids_in(query.source.expression) <= ids
        ]
        if len(left) == len(kept):
            break
        kept = left
    return tuple(kept) if any(isinstance(query.source, MetricStat) for query in kept) else ()
