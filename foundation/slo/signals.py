"""Which signal an objective speaks of, and what it is a signal of: told by the metric and its dimensions, or the traces' filter.

How a signal can be measured, and whether what it is of is the service's own, is said in `foundation/service/measured.py`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import assert_never

from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.slo.model import (
    AllOfIndicator,
    CostObjective,
    Indicator,
    MetricSamples,
    Objective,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.trace_filter import read_filter, service_of, with_fault


class SignalKind(Enum):
    """What is measured."""

    API_LATENCY = "latency of an API"
    API_FAULTS = "server faults of an API"
    CANARY_SUCCESS = "success of a canary"
    AGENT_FIRST_TOKEN = "first tokens of agents"  # noqa: S105 - tokens of a model
    AGENT_TURN = "turns of agents"
    QUEUE_AGE = "age of a queue"
    STACK_OPERATIONS = "stack operations"
    COST = "cost"
    OTHER = "something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiStage:
    """A stage of an API, or all stages of it."""

    api_name: str
    stage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A canary of CloudWatch Synthetics."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue of SQS."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """The stacks that a prefix stands for (`is_stack_of`)."""

    name_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeAccount:
    """Everything of its kind in the account and Region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """What has no name here: a part of a resource, or one of another kind."""


Subject = ApiStage | Canary | Queue | Stacks | WholeAccount | Unnamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Which samples are good: those that compare well with the threshold, in the metric's own unit."""

    comparison: ThresholdOperator
    threshold: Decimal

    @property
    def bad_from(self) -> float | None:
        """From which value on a sample is bad; None where the higher ones are good.

        A sample of exactly the threshold is bad for "less than", and good for "at most".
        """
        match self.comparison:
            case ThresholdOperator.LESS_THAN:
                return float(self.threshold)
            case ThresholdOperator.AT_MOST:
                return math.nextafter(float(self.threshold), math.inf)
            case ThresholdOperator.MORE_THAN | ThresholdOperator.AT_LEAST:
                return None
            case _:
                assert_never(self.comparison)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """The samples of a metric, and the line that divides good ones from bad ones."""

    metric: Metric
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one indicator speaks of, and what of; `counted_in` names its metric or its events for people.

    `samples` are those that it judges; None where events are counted.
    """

    kind: SignalKind
    of: Subject
    counted_in: str
    samples: Samples | None = None


def signals_of(objective: Objective) -> tuple[Signal, ...]:
    """The signal of each of the objective's indicators, in their order."""
    if isinstance(objective, CostObjective):
        return (Signal(kind=SignalKind.COST, of=WholeAccount(), counted_in="the bill"),)
    return _of_indicator(objective.indicator)


def fault_metrics(api: ApiStage) -> frozenset[Metric]:
    """What API Gateway counts of an API: its server faults, and all of its requests."""
    stage = () if api.stage is None else (("Stage", api.stage),)
    dimensions = (("ApiName", api.api_name), *stage)
    return frozenset(
        Metric(namespace=namespace, name=name, dimensions=dimensions) for namespace, name in (_FAULTS, _REQUESTS)
    )


def signal_of(indicator: ThresholdIndicator | RatioIndicator | SliceIndicator) -> Signal:
    """The signal of an indicator that has one."""
    (signal,) = _of_indicator(indicator)
    return signal


def _of_indicator(indicator: Indicator) -> tuple[Signal, ...]:
    match indicator:
        case ThresholdIndicator():
            return (_of_threshold(indicator),)
        case AllOfIndicator():
            return tuple(_of_threshold(part.indicator) for part in indicator.parts)
        case SliceIndicator():
            line = Line(comparison=indicator.comparison, threshold=indicator.threshold)
            return (_of_metric(indicator.samples.metric, _SLICES, line),)
        case RatioIndicator():
            return (_of_ratio(indicator),)
        case RatioSliceIndicator(events=events):
            # A load test has few slices, and none of them says how many of a window's are good.
            counted_in = _of_ratio(events).counted_in
            return (Signal(kind=SignalKind.OTHER, of=Unnamed(), counted_in=f"slices of {counted_in}"),)
        case _:
            assert_never(indicator)


def _of_threshold(indicator: ThresholdIndicator) -> Signal:
    line = Line(comparison=indicator.comparison, threshold=indicator.threshold)
    return _of_metric(indicator.samples.metric, _SAMPLES, line)


def _of_ratio(indicator: RatioIndicator) -> Signal:
    match indicator.bad, indicator.total:
        case MetricSamples(metric=bad), MetricSamples(metric=total):
            is_faults = _named(bad) == _FAULTS and _named(total) == _REQUESTS and _same_dimensions(bad, total)
            kind, of = (SignalKind.API_FAULTS, _api_stage(bad)) if is_faults else (SignalKind.OTHER, Unnamed())
            return Signal(kind=kind, of=of, counted_in=f"{bad} of {total}")
        case TracesMatching() as bad, TracesMatching() as total:
            of = _faults_of(bad.filter_expression, total.filter_expression)
            kind = SignalKind.API_FAULTS if isinstance(of, ApiStage) else SignalKind.OTHER
            return Signal(kind=kind, of=of, counted_in=f"X-Ray traces {bad.filter_expression}")
        case StackOperations(), StackOperations(stack_name_prefix=prefix):
            return Signal(
                kind=SignalKind.STACK_OPERATIONS, of=Stacks(name_prefix=prefix), counted_in=f"operations on {prefix}"
            )
        case _:
            return Signal(kind=SignalKind.OTHER, of=Unnamed(), counted_in="events of several sources")


def _faults_of(bad: str, total: str) -> Subject:
    """The API whose faults are counted: every trace of it in total, and those with a fault among them, and no others."""
    try:
        all_traces, bad_traces = read_filter(total), read_filter(bad)
    except InputError:
        return Unnamed()
    name = service_of(all_traces)
    if name is None or bad_traces not in with_fault(all_traces):
        return Unnamed()
    # X-Ray calls a stage of an API by both names: https://docs.aws.amazon.com/xray/latest/devguide/xray-services-apigateway.html
    api_name, slash, stage = name.rpartition("/")
    return ApiStage(api_name=api_name, stage=stage) if slash and api_name and stage else Unnamed()


def _of_metric(metric: Metric, known: "_Known", line: Line) -> Signal:
    kind, subject_of = known.get(_named(metric), (SignalKind.OTHER, _unnamed))
    return Signal(kind=kind, of=subject_of(metric), counted_in=str(metric), samples=Samples(metric=metric, line=line))


def _named(metric: Metric) -> tuple[str, str]:
    return metric.namespace, metric.name


def _same_dimensions(one: Metric, other: Metric) -> bool:
    return dict(one.dimensions) == dict(other.dimensions)


def _api_stage(metric: Metric) -> Subject:
    match dict(metric.dimensions):
        case {"ApiName": name, "Stage": stage, **rest} if not rest:
            return ApiStage(api_name=name, stage=stage)
        case {"ApiName": name, **rest} if not rest:
            return ApiStage(api_name=name, stage=None)
        case _:
            return Unnamed()


def _queue(metric: Metric) -> Subject:
    match dict(metric.dimensions):
        case {"QueueName": name, **rest} if not rest:
            return Queue(name=name)
        case _:
            return Unnamed()


def _canary(metric: Metric) -> Subject:
    match dict(metric.dimensions):
        case {"CanaryName": name, **rest} if not rest:
            return Canary(name=name)
        case _:
            return Unnamed()


def _whole_account(metric: Metric) -> Subject:
    return Unnamed() if metric.dimensions else WholeAccount()


def _unnamed(_metric: Metric) -> Subject:
    return Unnamed()


_Known = Mapping[tuple[str, str], tuple[SignalKind, Callable[[Metric], Subject]]]
_FAULTS, _REQUESTS = ("AWS/ApiGateway", "5XXError"), ("AWS/ApiGateway", "Count")
_SAMPLES: _Known = MappingProxyType(
    {
        ("AWS/ApiGateway", "Latency"): (SignalKind.API_LATENCY, _api_stage),
        ("AWS/Bedrock", "TimeToFirstToken"): (SignalKind.AGENT_FIRST_TOKEN, _whole_account),
        ("AWS/Bedrock-AgentCore", "Latency"): (SignalKind.AGENT_TURN, _whole_account),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"): (SignalKind.QUEUE_AGE, _queue),
    }
)
_SLICES: _Known = MappingProxyType({("CloudWatchSynthetics", "SuccessPercent"): (SignalKind.CANARY_SUCCESS, _canary)})
