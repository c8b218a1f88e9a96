"""Statistics of a longer time from those of its parts are those of all its samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.rollup import combine, parts_of
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.cloudwatch.statistics import compute
from tests.foundation.cloudwatch.factories import drawn

COMBINED = ["Sum", "SampleCount", "Average", "Minimum", "Maximum", "TC(:50)", "TS(10:50)", "PR(:50)", "TM(10:50)"]
samples = st.lists(st.integers(0, 100).map(float), max_size=5)


@pytest.mark.parametrize("statistic", COMBINED)
@given(st.lists(samples, min_size=3, max_size=6))
def test_a_window_of_statistic_sets_has_the_statistic_of_its_samples(
    statistic: str, periods: list[list[float]]
) -> None:
    width = 3
    parts = [
        np.array(
            [np.nan if (one := compute(read_statistic(name), np.array(each))) is None else one for each in periods]
        )
        for name in parts_of(statistic) or ()
    ]
    combined = combine(statistic, parts, width=width)
    for place in range(len(periods) - width + 1):
        all_samples = np.array([value for each in periods[place : place + width] for value in each])
        whole = compute(read_statistic(statistic), all_samples)
        np.testing.assert_allclose(combined[place], np.nan if whole is None else whole)


@pytest.mark.parametrize("statistic", ["p99", "tm90", "TM(10%:90%)", "IQM", "TC(80%:)", "WM(1:2)"])
def test_what_needs_the_samples_themselves_does_not_follow_from_parts(statistic: str) -> None:
    assert parts_of(statistic) is None
    with pytest.raises(ValueError, match="does not follow"):
        combine(statistic, [np.zeros(3)], width=2)


def test_whole_periods_are_windows_that_do_not_overlap() -> None:
    assert combine("Sum", [drawn("1 2 3 4")], width=2, stride=2).tolist() == [3.0, 7.0]


def test_a_window_without_any_part_has_no_statistic_and_one_part_is_enough() -> None:
    np.testing.assert_array_equal(combine("Sum", [drawn("- - 5 -")], width=2), drawn("- 5 5"))


def test_fractions_leave_no_residue_of_what_slid_out_of_the_window() -> None:
    """A running sum would leave 0.1 + 1e16 - 1e16 behind, and a threshold of 0 would be crossed."""
    cells = np.array([0.1, 1e16, *[0.0] * 10])
    assert combine("Sum", [cells], width=6)[-1] == 0.0


def test_no_window_fits_into_fewer_parts() -> None:
    assert combine("Sum", [np.zeros(2)], width=3).size == 0
