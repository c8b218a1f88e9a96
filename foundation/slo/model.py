"""Objectives as values: what is promised (a share, every event, a sum of money), over which window, by which indicator.

Objective  = BudgetedObjective | EveryEventObjective | CostObjective
Indicator  = ThresholdIndicator | RatioIndicator | SliceIndicator | RatioSliceIndicator | AllOfIndicator
Source     = MetricSamples | TracesMatching | StackOperations
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum

from foundation.cloudwatch.metrics import Metric


class ThresholdOperator(Enum):
    """How a sample is compared with a threshold to be good; the words are OpenSLO's."""

    LESS_THAN = "lt"
    AT_MOST = "lte"
    MORE_THAN = "gt"
    AT_LEAST = "gte"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSamples:
    """Every sample of a CloudWatch metric."""

    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesMatching:
    """X-Ray traces that match a filter expression; they are counted in the X-Ray group of this name."""

    group_name: str
    filter_expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOperations:
    """CloudFormation operations on the stacks that a prefix stands for; all, or those that failed or rolled back."""

    stack_name_prefix: str
    failed_only: bool


Source = MetricSamples | TracesMatching | StackOperations


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdIndicator:
    """Share of samples that compare well with `threshold`, in the metric's own unit."""

    samples: MetricSamples
    comparison: ThresholdOperator
    threshold: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioIndicator:
    """Share of `total` that is not `bad`."""

    bad: Source
    total: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceIndicator:
    """Share of time slices in which the samples' average compares well with `threshold`."""

    samples: MetricSamples
    comparison: ThresholdOperator
    threshold: Decimal
    slice_length: timedelta

    @property
    def is_silence_bad(self) -> bool:
        """Whether slices without any sample are bad: where so much is promised, and not at most so much.

        A canary that does not run shows no success; a queue in which nothing waits has no age, and is not late.
        """
        return self.comparison in (ThresholdOperator.MORE_THAN, ThresholdOperator.AT_LEAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSliceIndicator:
    """Share of time slices in which at least `slice_target_ratio` of the events were good; a slice without events is no bad one.

    OpenSLO's Timeslices with a ratioMetric: https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md#slo
    """

    events: RatioIndicator
    slice_target_ratio: Decimal
    slice_length: timedelta

    @property
    def tolerated_bad_ratio(self) -> Decimal:
        """The share of a slice's events above which the slice is bad."""
        return 1 - self.slice_target_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPart:
    """One of several indicators of an objective, and what its file calls it: a name that no other part has."""

    name: str
    indicator: ThresholdIndicator


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOfIndicator:
    """Events that must be good in every part; from marginal counts alone, bad is at most the sum of the parts' bad."""

    parts: tuple[IndicatorPart, ...]

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise ValueError(f"two parts have one name: {', '.join(names)}")


Indicator = ThresholdIndicator | RatioIndicator | SliceIndicator | RatioSliceIndicator | AllOfIndicator


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetedObjective:
    """A share below 100 %, so there is an error budget to spend; `target_ratio` is between 0 and 1, both excluded.

    `indicator_names` are what its file calls its indicator, or each part of it.
    """

    name: str
    title: str
    description: str
    indicator: Indicator
    target_ratio: Decimal
    window: timedelta
    indicator_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.target_ratio < 1:
            raise ValueError(f"{self.name}: target_ratio {self.target_ratio} is not between 0 and 1")

    @property
    def budget_ratio(self) -> Decimal:
        """The share that may be bad."""
        return 1 - self.target_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryEventObjective:
    """A promise about every single event: no budget and no burn rate, one bad event is a miss."""

    name: str
    title: str
    description: str
    indicator: RatioIndicator
    window: timedelta
    indicator_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostObjective:
    """A limit on the gross cost of a calendar month in UTC; money has a pace, not a burn rate."""

    name: str
    title: str
    description: str
    limit_usd: Decimal


Objective = BudgetedObjective | EveryEventObjective | CostObjective


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """The objectives of one stage of a service, in the order of their file, and what the service is called, for people.

    `own_apis` are the REST APIs that the service is known to have: their names, and their stages where these are known. Without
    any, its API is the one that is called as service and stage are.
    """

    service: str
    stage: str
    title: str
    description: str
    items: tuple[Objective, ...]
    own_apis: tuple[tuple[str, str | None], ...] = ()

    def __iter__(self) -> Iterator[Objective]:
        return iter(self.items)

    def __getitem__(self, name: str) -> Objective:
        for objective in self.items:
            if objective.name == name:
                return objective
        raise KeyError(name)
