"""Rule tests put together in code: series of runs of values, and expectations at whole minutes, of alarms by their names.

What proves an alarm that follows from an objective is told in the objective's own terms (`burn_rate_proofs`, `slice_proofs`,
`event_proofs`, `cost_proofs`), and never computed from the alarm.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np

from alarms.rule_test_file import EventsInput, Expectation, MetricInput, RuleTest
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.files.durations import write_duration

MINUTE = timedelta(minutes=1)
START_AT = datetime(2026, 3, 2, tzinfo=UTC)
# Whoever runs them says which file the objectives are in.
_FILE = Path("objectives")
_LINE = 1
_NONE: Mapping[str, NotificationOutcome] = MappingProxyType({})


def runs(*pieces: tuple[float, int]) -> Values:
    """A series of values, each of them so many times."""
    return np.repeat([float(value) for value, _ in pieces], [times for _, times in pieces])


def events(objective: str, total: Values, bad: Values, part: str | None = None) -> EventsInput:
    """All and bad events of an objective, or of a part of it; after the end of the bad ones none is bad."""
    whole = np.zeros(total.size)
    whole[: bad.size] = bad
    return EventsInput(line=_LINE, objective=objective, part=part, total=total, bad=whole)


def metric_input(metric: Metric, statistic: str, values: Values) -> MetricInput:
    """One statistic of a metric."""
    return MetricInput(line=_LINE, metric=metric, statistic=statistic, values=values)


def average(metric: Metric, values: Values) -> list[MetricInput]:
    """An average of two samples, so that neither their sum nor their count passes for it."""
    counts = np.where(np.isnan(values), math.nan, 2.0)
    return [metric_input(metric, "Sum", values * 2), metric_input(metric, "SampleCount", counts)]


def expect(
    after: timedelta, states: Mapping[str, AlarmState], actions: Mapping[str, NotificationOutcome] = _NONE
) -> Expectation:  # fmt: skip
    """What must be true so long after the start."""
    return Expectation(
        line=_LINE,
        at=write_duration(after),
        after=after,
        states=tuple(states.items()),
        notifications=tuple(actions.items()),
    )


def rule_test(
    name: str,
    inputs: Iterable[EventsInput | MetricInput],
    expectations: Iterable[Expectation],
    *,
    interval: timedelta = MINUTE,
    start_at: datetime = START_AT,
) -> RuleTest:
    """One test; its expectations in order of time."""
    return RuleTest(
        file=_FILE,
        line=_LINE,
        name=name,
        start_at=start_at,
        interval=interval,
        inputs=tuple(inputs),
        expectations=tuple(expectations),
    )
