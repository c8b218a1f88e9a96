"""The state of a metric alarm over time, all evaluations at once; or one evaluation, with every datapoint it used.

Where datapoints are not known the state is what it would be with any of them, or it is not known. Time of which minutes are not
known is evaluated on longer periods where those are. `foundation.cloudwatch.explain` puts one evaluation into words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import numpy as np

from foundation.cloudwatch.alarm_datapoints import (
    EXTRA_DATAPOINTS_COUNT,
    NotEvaluatedError,
    cell_seconds,
    read_datapoints,
)
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.bulk_evaluation import KEPT, Flags, carry, decide_with_unknown
from foundation.cloudwatch.evaluation import AlarmState, Datapoint, Decision, decide
from foundation.cloudwatch.longer_periods import LONGER_PERIODS_SECONDS, on_longer_periods
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.state_history import StateHistory, filled_from, history_of
from foundation.errors import SourceError, about
from foundation.readings import Interval, Known

_COMPARED: Mapping[ComparisonOperator, Callable[[Values, float], Flags]] = MappingProxyType(
    {
        ComparisonOperator.AT_LEAST: np.greater_equal,
        ComparisonOperator.MORE_THAN: np.greater,
        ComparisonOperator.LESS_THAN: np.less,
        ComparisonOperator.AT_MOST: np.less_equal,
    }
)


def alarm_history(
    alarm: MetricAlarm,
    source: MetricSource,
    *,
    start_at: datetime,
    end_at: datetime,
    before: AlarmState | None = AlarmState.INSUFFICIENT_DATA,
) -> StateHistory:
    """The alarm's states over [start_at, end_at], as far as they are known.

    A new alarm begins with insufficient data; `before` is None for one that was there, and nobody knows in which state.
    Raises SourceError and NotEvaluatedError.
    """
    history, failed = None, None
    try:
        history = _evaluated(alarm, source, start_at, end_at, before)
    except NotEvaluatedError:
        raise
    except SourceError as error:
        failed = error
    for seconds in LONGER_PERIODS_SECONDS:
        gap = _whole(start_at, end_at) if history is None else _gap(history, seconds)
        longer = None if gap is None else on_longer_periods(alarm, seconds)
        if gap is None or longer is None or seconds <= cell_seconds(alarm):
            continue
        try:
            state = before if history is None else None
            found = _evaluated(longer, source, gap.start_at, gap.end_at, state, every_seconds=seconds)
        except SourceError as error:
            failed = failed or error
            continue
        history = found if history is None else filled_from(history, found, every_seconds=seconds)
    if history is None:
        raise failed or NotEvaluatedError(f"alarm {alarm.name} is not evaluated")
    return history


def _whole(start_at: datetime, end_at: datetime) -> Interval | None:
    return Interval(start_at=start_at, end_at=end_at) if start_at < end_at else None


def _gap(history: StateHistory, period_seconds: int) -> Interval | None:
    """From the first to the last time of which nothing is known for longer than a period.

    What comes after the newest that is known is not settled in longer periods either.
    """
    first, last = int(history.start_at.timestamp()), int(history.end_at.timestamp())
    if history.known.spans:
        last = min(last, history.known.spans[-1][1])
    if first >= last:
        return None
    missing = Known.of([(first, last)]) - history.known
    long = [span for span in missing.spans if span[1] - span[0] > period_seconds]
    return Known.of([(long[0][0], long[-1][1])]).intervals[0] if long else None


def _evaluated(
    alarm: MetricAlarm,
    source: MetricSource,
    start_at: datetime,
    end_at: datetime,
    before: AlarmState | None,
    *,
    every_seconds: int | None = None,
) -> StateHistory:
    seen = read_datapoints(alarm, source, start_at=start_at, end_at=end_at, every_seconds=every_seconds)
    columns = [seen.ranges[:, place] for place in range(seen.ranges.shape[1])]
    present = [~np.isnan(column) for column in columns]
    compare, threshold = _COMPARED[alarm.comparison], _threshold(alarm)
    # A comparison with NaN is false, so that a missing datapoint is never breaching.
    breaching = [compare(column, threshold) for column in columns]
    if seen.unknown:
        present = [flags & ~unknown for flags, unknown in zip(present, seen.unknown, strict=True)]
        breaching = [flags & ~unknown for flags, unknown in zip(breaching, seen.unknown, strict=True)]
    possible = decide_with_unknown(
        present,
        breaching,
        seen.unknown,
        datapoints_to_alarm=alarm.to_alarm,
        evaluation_periods=alarm.evaluation_periods,
        treatment=alarm.treatment,
    )
    if seen.too_few_samples.any():
        possible = np.where(seen.too_few_samples, KEPT, possible)
    if seen.may_lack_samples.any():
        possible = np.where(seen.may_lack_samples, possible | KEPT, possible)
    return history_of(
        alarm.name,
        carry(possible, before),
        first_at=int(seen.instants[0]),
        step_seconds=seen.step_seconds,
        before=before,
        coarse=every_seconds is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDatapoint:
    """One datapoint of an evaluation range: when its period begins, its value where it has one, what it counts as."""

    begins_at: datetime
    value: float | None
    counts_as: Datapoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation of an alarm: the state before, the datapoints of the range, oldest first, and what was decided.

    `inputs` are the values of the newest period of each metric of a math alarm, by id, None where it has none. `decision` is None
    where a percentile has too few samples to be evaluated, and the state is kept.
    """

    alarm: MetricAlarm
    at: datetime
    before: AlarmState
    datapoints: tuple[SeenDatapoint, ...]
    inputs: tuple[tuple[str, float | None], ...]
    decision: Decision | None

    @property
    def state(self) -> AlarmState:
        """The state after it."""
        return self.before if self.decision is None else self.decision.state


def evaluate_at(alarm: MetricAlarm, source: MetricSource, *, at: datetime, before: AlarmState) -> Evaluation:
    """Evaluate the alarm once, at an instant.

    Raises SourceError; NotEvaluatedError also where the alarm is not evaluated at that instant, or a datapoint is not known.
    """
    seen = read_datapoints(alarm, source, start_at=at, end_at=at)
    if any(column.any() for column in seen.unknown):
        with about(f"alarm {alarm.name}"):
            raise NotEvaluatedError(f"it looks at datapoints that are not known at {at.isoformat()}")
    period = timedelta(seconds=alarm.period_seconds)
    length = alarm.evaluation_periods + EXTRA_DATAPOINTS_COUNT
    compare, threshold = _COMPARED[alarm.comparison], _threshold(alarm)
    datapoints: list[SeenDatapoint] = []
    for place, value in enumerate(float(value) for value in seen.ranges[0]):
        if np.isnan(value):
            counts_as = Datapoint.MISSING
        else:
            counts_as = Datapoint.BREACHING if compare(np.array(value), threshold) else Datapoint.OK
        datapoints.append(
            SeenDatapoint(
                begins_at=(at - (length - place) * period).astimezone(UTC),
                value=None if np.isnan(value) else value,
                counts_as=counts_as,
            )
        )
    decision = decide(
        [datapoint.counts_as for datapoint in datapoints],
        datapoints_to_alarm=alarm.to_alarm,
        evaluation_periods=alarm.evaluation_periods,
        treatment=alarm.treatment,
        before=before,
    )
    return Evaluation(
        alarm=alarm,
        at=at,
        before=before,
        datapoints=tuple(datapoints),
        inputs=_inputs(alarm, source, at),
        decision=None if seen.too_few_samples[0] else decision,
    )


def _inputs(
    alarm: MetricAlarm, source: MetricSource, at: datetime
) -> tuple[tuple[str, float | None], ...]:  # fmt: skip
    if isinstance(alarm.watches, MetricStat):
        return ()
    values: list[tuple[str, float | None]] = []
    for query in alarm.queries:
        if isinstance(query.source, MetricStat):
            seen = read_datapoints(replace(alarm, watches=query.source), source, start_at=at, end_at=at)
            newest = float(seen.ranges[0, -1])
            values.append((query.id, None if np.isnan(newest) else newest))
    return tuple(values)


def _threshold(alarm: MetricAlarm) -> float:
    if alarm.threshold is None:
        raise ValueError(f"alarm {alarm.name} has no threshold")
    return alarm.threshold
