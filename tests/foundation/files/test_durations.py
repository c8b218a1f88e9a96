"""Durations: one notation, read back as it was written, and nothing that only looks like it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.files.durations import LONGEST, read_duration, write_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", timedelta(0)),
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("3d12h", timedelta(days=3.5)),
        ("72h10m", timedelta(hours=72, minutes=10)),
        ("3660d", LONGEST),
    ],
)
def test_a_duration_is_read(text: str, duration: timedelta) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "", " 5m", "5m\n", "5",
        "5 m", "1.5h", "-5m", "+5m", "5M", "30m1h", "1h1h", "1_0s", "５m", "٥m", "nan", "1e3s", "soon", "5ms",
        "1w", "9" * 10_000 + "s",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(InputError, match="is no duration; write 90s, 5m, 1h30m or 6d"):
        read_duration(text)


@pytest.mark.parametrize("text", ["3660d1s", "999999999d999999999h999999999m999999999s"])
def test_more_than_ten_years_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="more than ten years, 3660d"):
        read_duration(text)


def test_the_text_of_an_error_is_short_for_a_long_value() -> None:
    with pytest.raises(InputError) as refused:
        read_duration("9" * 10_000)
    assert len(str(refused.value)) < 120


def test_the_shortest_way_is_written() -> None:
    assert [write_duration(timedelta(seconds=each)) for each in (0, 59, 60, 5_400, 604_800, 90_061)] == [
        "0s", "59s", "1m", "1h30m", "7d", "1d1h1m1s",
    ]  # fmt: skip


@given(st.integers(0, int(LONGEST.total_seconds())))
def test_what_is_written_is_read_back(seconds: int) -> None:
    assert read_duration(write_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
