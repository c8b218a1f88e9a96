"""Masks of whole periods, held against sets of seconds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.whole_periods import whole_periods
from foundation.readings import Known
from tests.foundation.test_readings import knowns, members


@given(knowns, st.integers(-50, 450), st.integers(0, 100))
def test_the_mask_of_single_seconds_is_membership(known: Known, start: int, count: int) -> None:
    mask = whole_periods(known, start, 1, count)
    assert mask.tolist() == [second in members(known) for second in range(start, start + count)]


@given(knowns, st.integers(-5, 5), st.sampled_from([7, 60, 300]), st.integers(0, 20))
def test_a_period_is_in_the_mask_if_all_of_its_seconds_are_known(
    known: Known, first: int, period: int, count: int
) -> None:
    start, there = first * period, members(known)
    expected = [
        all(second in there for second in range(at, at + period)) for at in range(start, start + period * count, period)
    ]
    assert whole_periods(known, start, period, count).tolist() == expected


def test_a_period_across_a_seam_is_known() -> None:
    assert whole_periods(Known.of([(0, 60), (60, 120)]), 0, 120, 1).tolist() == [True]


def test_a_mask_is_made_of_flags() -> None:
    assert whole_periods(Known.always(), 0, 60, 3).dtype == np.bool_
