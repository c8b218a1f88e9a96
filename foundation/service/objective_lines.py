"""Which lines of objectives a graph has: those of objectives on the metrics that it draws, dimensions included, and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.pages.numbers import exact, exact_percent
from foundation.service.measured import own_samples
from foundation.service.panels import Unit
from foundation.slo.event_metrics import BadCount, event_metrics
from foundation.slo.model import BudgetedObjective, Objectives
from foundation.slo.signals import ApiStage, SignalKind, fault_metrics, signals_of

# What a statistic has in the metric's own unit, so that a threshold of its samples is a line beside it.
_COUNTS = ("Sum", "SampleCount", "PR(", "TC(", "TS(")
_WRITTEN: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.MILLISECONDS: " ms", Unit.MICROSECONDS: " µs", Unit.SECONDS: " s", Unit.PERCENT: " %", Unit.BYTES: " bytes",
        Unit.USD: " USD",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveLine:
    """A line of an objective in the unit of a graph; the label says its value, too."""

    objective: str
    value: float
    label: str


def objective_lines(
    queries: Sequence[Query], unit: Unit, objectives: Objectives, *, client_latency: Metric | None
) -> tuple[ObjectiveLine, ...]:
    """The lines of a graph of these queries, in the order of the objectives.

    `client_latency` is what a load test's client sees: the objectives on the latency of the service's own API judge it, too.
    """
    drawn = {
        query.source.metric
        for query in queries
        if query.returns_data
        and isinstance(query.source, MetricStat)
        and not query.source.statistic.startswith(_COUNTS)
    }
    lines: list[ObjectiveLine] = []
    for objective in objectives:
        of_client = own_samples(objective, objectives, SignalKind.API_LATENCY) if client_latency in drawn else ()
        judged = [each.samples for each in signals_of(objective) if each.samples and each.samples.metric in drawn]
        lines += (
            ObjectiveLine(
                objective=objective.name,
                value=float(samples.line.threshold),
                label=f"{objective.name}: {exact(samples.line.threshold)}{_WRITTEN.get(unit, '')}",
            )
            for samples in dict.fromkeys([*judged, *of_client])
        )
        if unit is Unit.PERCENT and isinstance(objective, BudgetedObjective) and _is_share_of(objective, queries):
            lines.append(
                ObjectiveLine(
                    objective=objective.name,
                    value=float(100 * objective.budget_ratio),
                    label=f"{objective.name}: {exact_percent(objective.budget_ratio)}",
                )
            )
    return tuple(lines)


def _is_share_of(objective: BudgetedObjective, queries: Sequence[Query]) -> bool:
    """Whether math of the graph is on the objective's bad and all events, so that its budget is a line of the share."""
    read = {query.source.metric for query in queries if isinstance(query.source, MetricStat)}
    is_math = any(isinstance(query.source, MathExpression) and query.returns_data for query in queries)
    return is_math and any(pair <= read for pair in _bad_and_total(objective))


def _bad_and_total(objective: BudgetedObjective) -> list[frozenset[Metric]]:
    """The metrics of bad and of all events: its own, or those that an API has of the faults that its traces tell."""
    events = event_metrics(objective.indicator)
    counted = [
        frozenset({part.bad.count.metric, part.total.metric})
        for part in (() if events is None else events.parts)
        if isinstance(part.bad, BadCount)
    ]
    faults = [
        fault_metrics(signal.of)
        for signal in signals_of(objective)
        if signal.kind is SignalKind.API_FAULTS and isinstance(signal.of, ApiStage)
    ]
    return counted + faults
