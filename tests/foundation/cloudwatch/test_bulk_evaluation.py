"""Evaluations with datapoints that are not known: decided only where every filling of them gives the one state."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.bulk_evaluation import KEPT, NOT_KNOWN, STATES, carry, decide_with_unknown
from foundation.cloudwatch.evaluation import AlarmState, Datapoint, MissingData, decide

UNKNOWN = "?"


def possible_of(ranges: list[tuple[str, ...]], m: int, n: int, treatment: MissingData) -> np.ndarray:
    columns = list(zip(*ranges, strict=True))
    return decide_with_unknown(
        [np.array([sign in "0X" for sign in column]) for column in columns],
        [np.array([sign == "X" for sign in column]) for column in columns],
        [np.array([sign == UNKNOWN for sign in column]) for column in columns],
        datapoints_to_alarm=m,
        evaluation_periods=n,
        treatment=treatment,
    )


@pytest.mark.parametrize("treatment", MissingData)
@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)])
def test_an_evaluation_is_decided_exactly_where_every_filling_gives_the_one_state(
    n: int, m: int, treatment: MissingData
) -> None:
    """Exhaustive: each range of OK, breaching, missing and not known, from each state before."""
    ranges = list(product("0X-?", repeat=n + 2))
    possible = possible_of(ranges, m, n, treatment)
    for before in AlarmState:
        whole = {
            signs: decide(
                [Datapoint(sign) for sign in signs],
                datapoints_to_alarm=m,
                evaluation_periods=n,
                treatment=treatment,
                before=before,
            ).state
            for signs in product("0X-", repeat=n + 2)
        }
        for place, signs in enumerate(ranges):
            states = {whole[filled] for filled in product(*("0X-" if sign == UNKNOWN else sign for sign in signs))}
            (code,) = carry(possible[place : place + 1], before)
            found = None if code == NOT_KNOWN else STATES[code]
            assert found is (states.pop() if len(states) == 1 else None), (signs, before)


@given(st.lists(st.integers(1, 15), min_size=1, max_size=30), st.sampled_from([None, *AlarmState]))
def test_a_state_that_is_carried_is_the_only_one_that_there_can_be(bits: list[int], before: AlarmState | None) -> None:
    """Held against the sets of all states that there can be, one evaluation after the other."""
    codes = carry(np.array(bits, np.uint8), before)
    there: set[int] = set(range(3)) if before is None else {STATES.index(before)}
    for each, code in zip(bits, codes, strict=True):
        there = {number for number in range(3) if each >> number & 1} | (there if each & int(KEPT) else set[int]())
        assert code == (next(iter(there)) if len(there) == 1 else NOT_KNOWN)
