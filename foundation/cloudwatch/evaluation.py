"""The state of a metric alarm from the datapoints of its evaluation range, as CloudWatch decides it.

CloudWatch looks at more datapoints than it needs. Where enough of them exist it takes the newest real ones, and the
treatment of missing data does not matter; where too few exist it fills as few as it must. The rules and the tables that
the tests hold this to: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class AlarmState(Enum):
    """CloudWatch's three states of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class MissingData(Enum):
    """How an alarm treats missing data; the values are those of the API's `TreatMissingData`."""

    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"
    IGNORE = "ignore"
    MISSING = "missing"


class Datapoint(Enum):
    """What one period says; the signs are those of the documentation's tables."""

    OK = "0"
    BREACHING = "X"
    MISSING = "-"


class Reason(Enum):
    """The rule that decided."""

    ENOUGH_DATA = "enough datapoints exist: the newest are counted, and none is filled"
    FILLED = "too few datapoints exist: missing ones are filled"
    TOO_FEW_BUT_BREACHING = "enough of the datapoints that exist are breaching"
    OLD_BREACH = "the oldest breaching datapoint is old enough, and everything newer is breaching or missing"
    AN_OK_DATAPOINT = "a datapoint that exists is not breaching, and too few are"
    NOTHING_EXISTS = "no datapoint exists"
    TOO_YOUNG = "the breaching datapoints are too few and too recent to change the state"
    KEPT = "too few datapoints exist, and missing ones are ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The state, the rule that decided it, and how many missing datapoints were filled or counted as missing for it."""

    state: AlarmState
    reason: Reason
    filled_count: int


def decide(
    points: Sequence[Datapoint],
    *,
    datapoints_to_alarm: int,
    evaluation_periods: int,
    treatment: MissingData,
    before: AlarmState,
) -> Decision:
    """The state after one evaluation; `points` is the evaluation range, oldest first, `before` the state until now.

    Raises ValueError when the range is shorter than `evaluation_periods`, or more datapoints are to alarm than are evaluated.
    """
    if not 1 <= datapoints_to_alarm <= evaluation_periods <= len(points):
        raise ValueError(
            f"{datapoints_to_alarm} datapoints to alarm of {evaluation_periods} in a range of {len(points)}: "
            "each must be at least 1 and at most the next"
        )
    real = [point for point in points if point is not Datapoint.MISSING]
    filled_count = max(0, evaluation_periods - len(real))
    breaching_count = real[-evaluation_periods:].count(Datapoint.BREACHING)

    def decided(state: AlarmState, reason: Reason) -> Decision:
        return Decision(state=state, reason=reason, filled_count=filled_count)

    if filled_count == 0:
        return decided(_counted(breaching_count, datapoints_to_alarm), Reason.ENOUGH_DATA)
    match treatment:
        case MissingData.BREACHING:
            return decided(_counted(breaching_count + filled_count, datapoints_to_alarm), Reason.FILLED)
        case MissingData.NOT_BREACHING:
            return decided(_counted(breaching_count, datapoints_to_alarm), Reason.FILLED)
        case MissingData.IGNORE | MissingData.MISSING:
            pass
    if breaching_count >= datapoints_to_alarm:
        return decided(AlarmState.ALARM, Reason.TOO_FEW_BUT_BREACHING)
    if Datapoint.OK in real:
        return decided(AlarmState.OK, Reason.AN_OK_DATAPOINT)
    if treatment is MissingData.IGNORE:
        return decided(before, Reason.KEPT)
    if not real:
        return decided(AlarmState.INSUFFICIENT_DATA, Reason.NOTHING_EXISTS)
    oldest_age = len(points) - points.index(Datapoint.BREACHING)
    if oldest_age >= datapoints_to_alarm:
        return decided(AlarmState.ALARM, Reason.OLD_BREACH)
    return decided(before, Reason.TOO_YOUNG)


def _counted(breaching_count: int, datapoints_to_alarm: int) -> AlarmState:
    return AlarmState.ALARM if breaching_count >= datapoints_to_alarm else AlarmState.OK
