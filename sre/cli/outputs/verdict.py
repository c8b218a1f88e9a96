"""The verdict on one objective, as every command has it: what was counted, the bounds, what is allowed, what is promised."""

import math
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from foundation.slo.evidence import Evidence
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, Objective
from foundation.slo.outcome import Inconclusive, reasoning_of
from foundation.slo.signals import signals_of
from foundation.slo.verdict import CONFIDENCE_RATIO, bounds
from sre.cli.outputs.model import Part
from sre.cli.outputs.words import Outcome, outcome_of


class Operator(StrEnum):
    """How a sample is compared with a threshold to be good, in OpenSLO's words."""

    LESS_THAN = "lt"
    AT_MOST = "lte"
    MORE_THAN = "gt"
    AT_LEAST = "gte"


class Source(StrEnum):
    """Where the events of a verdict were counted."""

    LOAD_TEST = "load_test"
    STACK_EVENTS = "stack_events"
    ESTIMATE = "estimate"
    NONE = "none"


class Threshold(Part):
    """Which samples of a metric are good, in the metric's own unit: milliseconds for AWS's latencies."""

    metric_namespace: str
    metric_name: str
    operator: Operator
    value: Decimal


class ObjectiveVerdict(Part):
    """One objective. Null is what does not apply to it, or is not known.

    Of `sample_count` events `bad_count` were bad. The bounds are one-sided, each at `confidence_ratio`: a pass has its upper
    bound within `allowed_bad_ratio`, a miss its lower bound above it. `missing_count` further good events would make it a pass.
    The events are of `evidence_seconds`, which is `known_ratio` of the window. An objective on cost has USD instead.
    """

    objective: str
    title: str
    outcome: Outcome
    reason: str
    target_ratio: Decimal | None
    window_seconds: int | None
    thresholds: tuple[Threshold, ...]
    source: Source
    sample_count: int | None
    bad_count: int | None
    bad_ratio: float | None
    bad_lower_bound_ratio: float | None
    bad_upper_bound_ratio: float | None
    confidence_ratio: Decimal | None
    allowed_bad_ratio: Decimal | None
    missing_count: int | None
    design_effect: float | None
    closing_count: int | None
    evidence_seconds: float | None
    known_ratio: float | None
    limit_usd: Decimal | None
    estimated_usd: Decimal | None
    over_limit: bool | None


def objective_verdict(objective: Objective, evidence: Evidence) -> ObjectiveVerdict:
    """The verdict on an objective by its evidence."""
    verdict, counts = evidence.verdict, evidence.counts
    sampled = counts is not None and counts.total_count > 0
    is_share = isinstance(objective, BudgetedObjective)
    bound = bounds(counts, effect=evidence.effect) if counts is not None and sampled and is_share else None
    least = bounds(counts) if counts is not None and sampled and is_share else None
    limit_usd = objective.limit_usd if isinstance(objective, CostObjective) else None
    estimated_usd = evidence.estimated_usd
    window = _window(objective)
    evidence_seconds = None if evidence.window is None else evidence.window.total_seconds()
    return ObjectiveVerdict(
        objective=objective.name,
        title=objective.title,
        outcome=outcome_of(verdict),
        reason=reasoning_of(verdict),
        target_ratio=_target(objective),
        window_seconds=None if window is None else int(window.total_seconds()),
        thresholds=_thresholds(objective),
        source=Source[evidence.source.name],
        sample_count=evidence.event_count,
        bad_count=None if counts is None else counts.bad_count,
        bad_ratio=counts.bad_count / counts.total_count if counts is not None and sampled else None,
        # A miss is of what was seen, and bursts do not excuse it; a pass is held against bursts, too.
        bad_lower_bound_ratio=None if least is None else least.lower_ratio,
        bad_upper_bound_ratio=None if bound is None else bound.upper_ratio,
        confidence_ratio=None if bound is None else CONFIDENCE_RATIO,
        allowed_bad_ratio=_allowed(objective),
        missing_count=verdict.missing_count if isinstance(verdict, Inconclusive) else None,
        design_effect=None if bound is None else round(evidence.effect, 3),
        closing_count=None if bound is None else evidence.closing_count,
        evidence_seconds=evidence_seconds,
        known_ratio=_known_ratio(evidence_seconds, window),
        limit_usd=limit_usd,
        estimated_usd=estimated_usd,
        over_limit=None if limit_usd is None or estimated_usd is None else estimated_usd >= limit_usd,
    )


def _target(objective: Objective) -> Decimal | None:
    match objective:
        case BudgetedObjective():
            return objective.target_ratio
        case EveryEventObjective():
            return Decimal(1)
        case CostObjective():
            return None
        case _:
            assert_never(objective)


def _allowed(objective: Objective) -> Decimal | None:
    target = _target(objective)
    return None if target is None else 1 - target


def _window(objective: Objective) -> timedelta | None:
    return None if isinstance(objective, CostObjective) else objective.window


def _known_ratio(evidence_seconds: float | None, window: timedelta | None) -> float | None:
    """Rounded down: what is not known is not made to look so."""
    if evidence_seconds is None or window is None:
        return None
    return min(1.0, math.floor(evidence_seconds / window.total_seconds() * 1e6) / 1e6)


def _thresholds(objective: Objective) -> tuple[Threshold, ...]:
    judged = [signal.samples for signal in signals_of(objective) if signal.samples is not None]
    return tuple(
        Threshold(
            metric_namespace=each.metric.namespace,
            metric_name=each.metric.name,
            operator=Operator(each.line.comparison.value),
            value=each.line.threshold,
        )
        for each in judged
    )
