"""CloudWatch's statistics on samples whose values are known, and the laws between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.cloudwatch.statistics import Samples, compute

TEN = np.array([10.0, 9, 8, 7, 6, 5, 4, 3, 2, 1])
samples = st.lists(st.floats(0, 10_000), min_size=1, max_size=80).map(lambda values: np.array(values, dtype=np.float64))


def of(statistic: str, values: Samples = TEN) -> float | None:
    return compute(read_statistic(statistic), values)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", 55), ("SampleCount", 10), ("Average", 5.5), ("Minimum", 1), ("Maximum", 10),
        ("p50", 5), ("p90", 9), ("p90.1", 10), ("p100", 10), ("p0", 1),
        ("TM(10%:90%)", 5.5), ("TM(:90%)", 5), ("tm90", 5), ("TM(80%:)", 9.5), ("TM(2:4)", 3.5), ("TM(2.5:)", 6.5),
        ("IQM", 5.5), ("WM(10%:90%)", 5.5), ("WM(:90%)", 5.4), ("WM(:5)", 4), ("wm90", 5.4),
        ("TC(:5)", 5), ("TC(5:)", 5), ("TC(10%:)", 9), ("tc90", 9), ("TS(:5)", 15), ("TS(80%:)", 19), ("ts90", 45),
        ("PR(:5)", 50), ("PR(5:8)", 30), ("PR(:1000)", 100), ("PR(10:)", 0), ("TC(20:30)", 0), ("TS(20:30)", 0),
    ],
)  # fmt: skip
def test_a_statistic_of_one_to_ten(statistic: str, expected: float) -> None:
    assert of(statistic) == pytest.approx(expected)


def test_the_share_of_requests_under_a_second_excludes_nothing_below_and_includes_the_second_itself() -> None:
    latencies = np.array([1.0, 999.9, 1000.0, 1000.1])
    assert of("PR(:1000)", latencies) == 75
    assert of("TC(1000:)", latencies) == 1


def test_a_period_without_samples_has_no_value_and_not_zero() -> None:
    for statistic in ("Sum", "SampleCount", "Average", "p99", "TM(10%:90%)", "PR(:1000)"):
        assert of(statistic, np.array([])) is None


def test_nothing_between_the_bounds_has_no_mean() -> None:
    assert of("TM(20:30)") is None
    assert of("WM(20:30)") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p101", "at most 100"), ("tm200", "at most 100"), ("TM(10%:200%)", "at most 100"),
        ("TM(90%:10%)", "must be below"), ("TM(:)", "one bound or two"), ("TM(1:2%)", "both as"),
        ("PR(:50%)", "a percentile rank is of values"),
        ("average", "is no statistic"), ("p", "is no statistic"), ("p99.12345678901", "is no statistic"), ("", "is no statistic"),
    ],
)  # fmt: skip
def test_what_is_no_statistic_is_refused(text: str, said: str) -> None:
    with pytest.raises(LimitError, match=said):
        read_statistic(text)


@given(values=samples, bound=st.floats(0, 10_000))
def test_what_is_below_and_what_is_above_a_value_are_all(values: Samples, bound: float) -> None:
    value = f"{bound:.6f}"
    below, above, total = of(f"TC(:{value})", values), of(f"TC({value}:)", values), of("SampleCount", values)
    assert below is not None
    assert above is not None
    assert below + above == total
    rank = of(f"PR(:{value})", values)
    assert rank == pytest.approx(100 * below / values.size)


@given(values=samples)
def test_an_untrimmed_statistic_is_the_plain_one(values: Samples) -> None:
    for trimmed, plain in (
        ("TM(0%:100%)", "Average"),
        ("WM(0%:100%)", "Average"),
        ("TS(:100%)", "Sum"),
        ("p100", "Maximum"),
    ):
        assert of(trimmed, values) == pytest.approx(of(plain, values))


@given(values=samples, percent=st.integers(0, 100))
def test_a_percentile_is_a_sample_and_rises_with_its_percentage(values: Samples, percent: int) -> None:
    found = of(f"p{percent}", values)
    assert found in values
    higher = of(f"p{min(100, percent + 10)}", values)
    assert found is not None
    assert higher is not None
    assert found <= higher
