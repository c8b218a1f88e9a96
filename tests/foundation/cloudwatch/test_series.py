"""Datapoints on a grid: what is no time series is refused, with the first that is at fault."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.series import Series, SeriesError, from_datapoints, place
from tests.foundation.cloudwatch.factories import START_AT, minute


def of(*datapoints: tuple[datetime, float], end_at: datetime | None = None) -> Series:
    return from_datapoints(datapoints, period_seconds=60, start_at=START_AT, end_at=end_at or minute(3))


def test_unordered_datapoints_are_put_in_order_and_gaps_stay_missing() -> None:
    series = of((minute(2), 3.0), (minute(0), 1.0))
    np.testing.assert_array_equal(series.values, [1.0, math.nan, 3.0])
    assert series.datapoint_count == 2


def test_datapoints_outside_the_time_are_left_out() -> None:
    assert of((minute(-1), 1.0), (minute(3), 2.0)).datapoint_count == 0


def test_no_datapoints_are_a_series_of_missing_ones() -> None:
    series = of()
    assert series.values.size == 3
    assert series.datapoint_count == 0


def test_times_are_the_beginnings_of_the_periods() -> None:
    first = int(START_AT.timestamp())
    assert of().times.tolist() == [first, first + 60, first + 120]


@pytest.mark.parametrize(
    ("at", "value", "problem"),
    [
        (minute(0), math.nan, "nan at 2026-03-02T10:00:00"),
        (minute(0), math.inf, "inf at 2026-03-02T10:00:00"),
        (minute(0), -math.inf, "CloudWatch takes finite numbers only"),
        (minute(0.5), 1.0, "2026-03-02T10:00:30.* is no multiple of the period of 60 s"),
        (datetime(2026, 3, 2, 10), 1.0, "has no time zone"),  # noqa: DTZ001
    ],
)
def test_a_datapoint_that_is_none_is_refused(at: datetime, value: float, problem: str) -> None:
    with pytest.raises(SeriesError, match=problem):
        of((at, value))


def test_two_datapoints_at_one_time_are_refused() -> None:
    with pytest.raises(SeriesError, match=r"two datapoints at 2026-03-02T10:01:00\+00:00"):
        of((minute(1), 1.0), (minute(1), 1.0))


def test_a_start_off_the_grid_is_refused() -> None:
    with pytest.raises(SeriesError, match="no multiple of the period"):
        Series(start_at=START_AT + timedelta(seconds=1), period_seconds=60, values=np.zeros(1))


def test_infinite_values_are_no_datapoints() -> None:
    with pytest.raises(SeriesError, match="an infinite value"):
        Series(start_at=START_AT, period_seconds=60, values=np.array([math.inf]))


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=20))
def test_what_is_laid_out_is_what_was_given(values: list[float | None]) -> None:
    given_ = [(minute(place), value) for place, value in enumerate(values) if value is not None]
    series = from_datapoints(reversed(given_), period_seconds=60, start_at=START_AT, end_at=minute(len(values)))
    back = [
        (datetime.fromtimestamp(int(at), UTC), float(value))
        for at, value in zip(series.times, series.values, strict=True)
        if not math.isnan(value)
    ]
    assert back == given_


@given(st.integers(-30, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_recording_without_gaps_lies_as_the_same_datapoints_in_another_order(
    first: int, count: int, window: int
) -> None:
    start_at = datetime(2026, 3, 2, tzinfo=UTC)
    times = np.arange(first, first + count, dtype=np.int64) * 60 + int(start_at.timestamp())
    values = np.arange(count, dtype=np.float64)
    end_at = start_at + timedelta(minutes=window)
    laid, turned = (
        place(at, of, period_seconds=60, start_at=start_at, end_at=end_at)
        for at, of in ((times, values), (times[::-1], values[::-1]))
    )
    assert (laid.start_at, laid.values.size) == (start_at, window)
    assert np.array_equal(laid.values, turned.values, equal_nan=True)


@pytest.mark.parametrize("order", [1, -1])
def test_datapoints_one_after_the_other_off_the_grid_are_refused(order: int) -> None:
    start_at = datetime(2026, 3, 2, tzinfo=UTC)
    times = (np.arange(5, dtype=np.int64) * 60 + int(start_at.timestamp()) + 1)[::order]
    with pytest.raises(SeriesError, match="is no multiple of the period of 60 s"):
        place(times, np.zeros(5), period_seconds=60, start_at=start_at, end_at=start_at + timedelta(hours=1))
