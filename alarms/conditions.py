"""When an alarm fires, as values: what is compared with which threshold, and over which windows.

They are read from the alarm itself, so that no list can say anything else than what is deployed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never

from alarms.model import Measure, Plan, PlannedAlarm, Quantity
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.files.durations import write_duration
from foundation.pages.numbers import count, exact, exact_usd
from foundation.slo.wording import amount, share

_SIGNS: Mapping[ComparisonOperator, str] = MappingProxyType(
    {
        ComparisonOperator.AT_LEAST: "≥",
        ComparisonOperator.MORE_THAN: ">",
        ComparisonOperator.LESS_THAN: "<",
        ComparisonOperator.AT_MOST: "≤",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long a metric alarm looks back: so many of so many periods must breach."""

    alarm: str
    period: timedelta
    datapoints_to_alarm: int
    evaluation_periods: int

    def __str__(self) -> str:
        """In the notation of durations: 56m, or 2 of 3 x 5m."""
        length = write_duration(self.period)
        if self.evaluation_periods == 1:
            return length
        if self.datapoints_to_alarm == self.evaluation_periods:
            return f"{self.evaluation_periods} x {length}"
        return f"{self.datapoints_to_alarm} of {self.evaluation_periods} x {length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What puts an alarm into ALARM; a composite of several windows needs all of them, longest first.

    `threshold` is a ratio of a share, dollars of money, and else a number in the metric's own unit.
    """

    measure: Measure
    comparison: ComparisonOperator
    threshold: Decimal
    unit_text: str
    windows: tuple[Window, ...]

    @property
    def threshold_text(self) -> str:
        """The comparison and the threshold with its unit: > 14.4 %."""
        return f"{_SIGNS[self.comparison]} {self.unit_text}"


def condition_of(plan: Plan, planned: PlannedAlarm) -> Condition:
    """The condition of an alarm of a plan; that of a composite is its inputs'."""
    below = sorted(plan.metric_alarms_below(planned), key=_seconds, reverse=True)
    first = below[0]
    threshold, text = _threshold(first, planned.measure.quantity)
    return Condition(
        measure=planned.measure,
        comparison=first.comparison,
        threshold=threshold,
        unit_text=text,
        windows=tuple(
            Window(
                alarm=each.name,
                period=timedelta(seconds=each.period_seconds),
                datapoints_to_alarm=each.to_alarm,
                evaluation_periods=each.evaluation_periods,
            )
            for each in below
        ),
    )


def _seconds(alarm: MetricAlarm) -> int:
    return alarm.period_seconds * alarm.evaluation_periods


def _threshold(alarm: MetricAlarm, quantity: Quantity) -> tuple[Decimal, str]:
    threshold = Decimal(str(alarm.threshold))
    match quantity:
        case Quantity.SHARE:
            return threshold, share(threshold)
        case Quantity.COUNT:
            # A share times a count may miss a whole number by its last digit, so that such a threshold is half an event below.
            whole = math.ceil(threshold)
            return Decimal(whole), count(whole)
        case Quantity.USD:
            return threshold, exact_usd(threshold)
        case Quantity.VALUE:
            return threshold, amount(threshold, alarm.stats[0].metric) if threshold else exact(threshold)
        case _:
            assert_never(quantity)
