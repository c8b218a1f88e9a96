"""The rules of `foundation.cloudwatch.evaluation` for many evaluations at once, on arrays; a test holds the two to each other.

A datapoint that is not known is neither missing nor kept. An evaluation is made three times, with all of those missing, breaching
and not breaching: where the three agree, every other filling gives that state, too; a test tries them all.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.evaluation import AlarmState, MissingData

Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

STATES: tuple[AlarmState, ...] = (AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA)
_OK, _ALARM, _INSUFFICIENT, KEEP = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)
# Beside the indexes of STATES: nobody can say which of them.
NOT_KNOWN = np.uint8(4)
# What an evaluation may come to is a bit for each of the four codes.
_BIT = np.uint8(1)
KEPT = np.uint8(1 << 3)
_SINGLE: npt.NDArray[np.uint8] = np.array([4, 0, 1, 4, 2, 4, 4, 4], np.uint8)


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
    newest = slice(-evaluation_periods, None)
    # With its newest datapoints all there, as most have them, an evaluation looks at no older ones and fills none in.
    is_whole: Flags = np.logical_and.reduce(present[newest])
    if len(present) < evaluation_periods:
        is_whole = np.zeros_like(is_whole)
    bad_count = np.add.reduce(breaching[newest], dtype=np.int32)
    decided: Codes = np.where(bad_count >= datapoints_to_alarm, _ALARM, _OK)
    rest = np.flatnonzero(~is_whole)
    if rest.size:
        decided[rest] = _decide_filled(
            [flags[rest] for flags in present],
            [flags[rest] for flags in breaching],
            datapoints_to_alarm=datapoints_to_alarm,
            evaluation_periods=evaluation_periods,
            treatment=treatment,
        )
    return decided


def _decide_filled(
    present: Sequence[Flags],
    breaching: Sequence[Flags],
    *,
    datapoints_to_alarm: int,
    evaluation_periods: int,
    treatment: MissingData,
) -> Codes:
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


def decide_with_unknown(
    present: Sequence[Flags],
    breaching: Sequence[Flags],
    unknown: Sequence[Flags],
    *,
    datapoints_to_alarm: int,
    evaluation_periods: int,
    treatment: MissingData,
) -> Codes:
    """What each evaluation may come to, as a bit for each code (1 << code), where `unknown` datapoints may be anything.

    A datapoint that is unknown must be neither present nor breaching. Without any column of them all are known.
    """

    def decided(present: Sequence[Flags], breaching: Sequence[Flags]) -> Codes:
        codes = decide_all(
            present,
            breaching,
            datapoints_to_alarm=datapoints_to_alarm,
            evaluation_periods=evaluation_periods,
            treatment=treatment,
        )
        return _BIT << codes

    possible = decided(present, breaching)
    if not unknown:
        return possible
    open_ = np.flatnonzero(np.logical_or.reduce(unknown))
    if open_.size:
        some = [column[open_] for column in present], [column[open_] for column in breaching]
        may = [column[open_] for column in unknown]
        there = [column | there for column, there in zip(some[0], may, strict=True)]
        bad = [column | there for column, there in zip(some[1], may, strict=True)]
        possible[open_] |= decided(there, bad) | decided(there, some[1])
    return possible


def carry(possible: Codes, before: AlarmState | None) -> Codes:
    """The states in order of time, as indexes of STATES or NOT_KNOWN, from what each evaluation may come to.

    Where an evaluation keeps the state, it is that of the evaluation before. Where it may keep it or come to one state, it is
    that state if it was before.
    """
    # The one state of STATES that an evaluation may come to; NOT_KNOWN of none, or of several.
    state = _SINGLE[possible & (KEPT - _BIT)]
    if not (possible & KEPT).any():
        return state
    is_kept = possible == KEPT
    is_held = ((possible & KEPT) != 0) & (state != NOT_KNOWN)
    at = np.arange(possible.size, dtype=np.int64)
    settled = np.maximum.accumulate(np.where(is_kept | is_held, -1, at))
    first = NOT_KNOWN if before is None else np.uint8(STATES.index(before))
    carried: Codes = np.where(settled >= 0, state[settled.clip(min=0)], first)
    is_lost = is_held & (state != carried)
    if is_lost.any():
        lost = np.maximum.accumulate(np.where(is_lost, at, -1))
        carried = np.where(lost > settled, NOT_KNOWN, carried)
    return carried
