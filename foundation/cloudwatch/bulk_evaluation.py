"""The rules of `foundation.cloudwatch.evaluation` for many evaluations at once, on arrays; a test holds the two to each other."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.evaluation import AlarmState, MissingData

Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

STATES: tuple[AlarmState, ...] = (AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA)
_OK, _ALARM, _INSUFFICIENT, KEEP = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)


def decide_all(
    present: Sequence[Flags],
    breaching: Sequence[Flags],
    *,
    datapoints_to_alarm: int,
    evaluation_periods: int,
    treatment: MissingData,
) -> Codes:
    """The index in STATES for each evaluation, or KEEP.

    `present` and `breaching` hold one array for each place of the evaluation range, oldest first, over all evaluations.
    """
    real_count = np.zeros(present[0].size, dtype=np.int32)
    breaching_count = np.zeros_like(real_count)
    any_ok = np.zeros(real_count.size, dtype=np.bool_)
    for is_present, is_breaching in zip(reversed(present), reversed(breaching), strict=True):
        counted = is_present & (real_count < evaluation_periods)
        breaching_count += counted & is_breaching
        any_ok |= is_present & ~is_breaching
        real_count += is_present
    filled_count = (evaluation_periods - real_count).clip(min=0)
    if treatment is MissingData.BREACHING:
        breaching_count += filled_count
    decided: Codes = np.where(breaching_count >= datapoints_to_alarm, _ALARM, _OK)
    if treatment in (MissingData.BREACHING, MissingData.NOT_BREACHING):
        return decided
    open_ = (filled_count > 0) & (decided == _OK) & ~any_ok
    if treatment is MissingData.IGNORE or not open_.any():
        return np.where(open_, KEEP, decided)
    # Whoever is open has breaching datapoints only, and fewer than make the alarm; the oldest one's age decides.
    old_breach = np.zeros_like(open_)
    for is_breaching in breaching[: max(0, len(breaching) - datapoints_to_alarm + 1)]:
        old_breach |= is_breaching
    undecided = np.where(real_count == 0, _INSUFFICIENT, np.where(old_breach, _ALARM, KEEP))
    return np.where(open_, undecided, decided)


def carry(decided: Codes, before: AlarmState) -> Codes:
    """The states in order of time: where an evaluation keeps the state, it is that of the evaluation before."""
    last = np.maximum.accumulate(np.where(decided == KEEP, -1, np.arange(decided.size, dtype=np.int64)))
    return np.where(last >= 0, decided[last.clip(min=0)], np.uint8(STATES.index(before)))
