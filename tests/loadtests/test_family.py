"""A family of tests errs as often as one is said to, however its values move together, and sees what has changed."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact, t

from foundation.slo.error_budget import Counts
from loadtests.comparison import compare_percentiles, compare_shares
from loadtests.family import Numbers, chances_of_shares, critical_t

KINDS = ("GET /a", "GET /b", "POST /c")
REQUESTS_COUNT, SLOW_AFTER_MS = 1_000, 600.0
PERCENTS = (50.0, 95.0, 99.0)
COLUMNS = [(kind, percent) for kind in KINDS for percent in PERCENTS]
SEED = 20_261_128


def false_alarms(draw: np.random.Generator, *, common_share: float, doubt_ratio: float, pairs: int) -> int:
    """How many of so many families of nine values exceed the critical t when nothing has changed."""
    found = 0
    for _ in range(pairs):
        common, own = draw.standard_normal((11, 1)), draw.standard_normal((11, 9))
        values: Numbers = math.sqrt(common_share) * common + math.sqrt(1 - common_share) * own
        now, baselines = values[0], values[1:]
        critical = critical_t(now, baselines, doubt_ratio=doubt_ratio)
        statistics = (now - baselines.mean(axis=0)) / (baselines.std(axis=0, ddof=1) * math.sqrt(1.1))
        found += bool((statistics > critical).any())
    return found


@pytest.mark.parametrize("common_share", [0.0, 0.7, 1.0])
def test_the_largest_of_nine_errs_as_often_as_is_said_whatever_moves_together(common_share: float) -> None:
    draw = np.random.default_rng(SEED)
    pairs, doubt_ratio = 100, 0.2
    found = false_alarms(draw, common_share=common_share, doubt_ratio=doubt_ratio, pairs=pairs)
    # Outside of this once in ten thousand times.
    assert binom.ppf(0.00005, pairs, doubt_ratio) <= found <= binom.ppf(0.99995, pairs, doubt_ratio)


def test_of_one_value_it_is_the_quantile_of_t() -> None:
    draw = np.random.default_rng(SEED)
    values = draw.standard_normal((11, 1))
    found = critical_t(values[0], values[1:], doubt_ratio=0.05)
    assert found == pytest.approx(float(t.isf(0.05, 9)), rel=0.05)


def test_what_moves_as_one_is_one_test() -> None:
    draw = np.random.default_rng(SEED)
    one = draw.standard_normal((11, 1))
    nine = np.repeat(one, 9, axis=1)
    alone, together = (critical_t(each[0], each[1:], doubt_ratio=0.05) for each in (one, nine))
    assert together == pytest.approx(alone)
    apart = draw.standard_normal((11, 9))
    assert critical_t(apart[0], apart[1:], doubt_ratio=0.05) > 1.3 * alone


def test_values_that_never_differ_are_no_reason_to_see_less() -> None:
    same = np.ones((4, 3))
    assert critical_t(same[0], same[1:], doubt_ratio=0.05) == pytest.approx(float(t.isf(0.05, 2)))


def test_the_same_runs_get_the_same_answer() -> None:
    values = np.random.default_rng(SEED).standard_normal((6, 4))
    assert critical_t(values[0], values[1:], doubt_ratio=0.045) == critical_t(values[0], values[1:], doubt_ratio=0.045)


def chance(bad: int, everything: int, earlier: list[tuple[int, int]]) -> float:
    found = chances_of_shares(
        np.array([bad]), np.array([everything]), np.array([[each[0]] for each in earlier]),
        np.array([[each[1]] for each in earlier]),
    )  # fmt: skip
    return float(found[0])


def test_without_more_than_chance_between_runs_it_is_fishers_exact_test() -> None:
    exact = fisher_exact(np.array([[5, 95], [3, 297]]), alternative="greater").pvalue
    assert chance(5, 100, [(1, 100)] * 3) == pytest.approx(exact)
    assert chance(0, 100, [(0, 100)] * 3) == 1.0


def test_runs_that_differ_by_themselves_prove_less() -> None:
    even = chance(20, 200, [(10, 200)] * 10)
    uneven = chance(20, 200, [(0, 200), (20, 200)] * 5)
    assert even < 0.02
    assert uneven > 0.05


def test_a_gross_change_is_seen_after_three_runs_however_they_differ() -> None:
    assert chance(97, 161, [(0, 161), (0, 161), (3, 161)]) < 0.0001


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=3, max_size=10),
    st.integers(1, 300),
    st.data(),
)
def test_more_bad_ones_are_never_likelier(earlier: list[tuple[int, int]], everything: int, data: st.DataObject) -> None:
    few = data.draw(st.integers(0, everything))
    many = data.draw(st.integers(few, everything))
    assert 0 <= chance(many, everything, earlier) <= chance(few, everything, earlier) + 1e-9


Change = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def pair_is_worse(draw: np.random.Generator, change: Change, *, baseline_count: int = 10) -> bool:
    """One run against earlier ones: three endpoints, runs that differ by 3 %, endpoints by 2 % more, a few faults."""
    runs = baseline_count + 1
    factors = np.exp(draw.normal(0, 0.03, (runs, 1)) + draw.normal(0, 0.02, (runs, len(KINDS))))
    latencies = np.array([100.0, 200.0, 50.0]) * factors
    answers = latencies[:, :, None] * draw.lognormal(0, 0.52, (runs, len(KINDS), REQUESTS_COUNT))
    is_fault = draw.random((runs, len(KINDS), REQUESTS_COUNT)) < 0.003
    answers[0], is_fault[0] = change(answers[0], is_fault[0])
    percentiles = [_percentiles(answers[run], is_fault[run]) for run in range(runs)]
    shares = [_shares(answers[run], is_fault[run]) for run in range(runs)]
    compared = (
        *compare_percentiles(COLUMNS, percentiles[0], percentiles[1:]), *compare_shares(KINDS, shares[0], shares[1:]),
    )  # fmt: skip
    return any(each.is_worse for each in compared)


def _percentiles(answers: np.ndarray, is_fault: np.ndarray) -> list[float]:
    found: list[float] = []
    for each, fault in zip(answers, is_fault, strict=True):
        good = np.sort(each[~fault])
        found += [float(good[math.ceil(len(good) * percent / 100) - 1]) for percent in PERCENTS]
    return found


def _shares(answers: np.ndarray, is_fault: np.ndarray) -> list[Counts]:
    found: list[Counts] = []
    for each, fault in zip(answers, is_fault, strict=True):
        good = each[~fault]
        found.append(Counts(total_count=len(each), bad_count=int(fault.sum())))
        found.append(Counts(total_count=len(good), bad_count=int((good >= SLOW_AFTER_MS).sum())))
    return found


def unchanged(answers: np.ndarray, is_fault: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return answers, is_fault


def fast_errors(answers: np.ndarray, is_fault: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """60 % of all requests are answered 503 in 2 ms."""
    is_error = np.arange(REQUESTS_COUNT) % 5 < 3
    return np.where(is_error, 2.0, answers), is_fault | is_error


def one_endpoint_slower(answers: np.ndarray, is_fault: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The third, which is a third of the mixture, takes ten times as long: as long as the second at times."""
    return answers * np.array([1.0, 1.0, 10.0])[:, None], is_fault


@pytest.mark.parametrize("change", [fast_errors, one_endpoint_slower])
def test_what_has_become_grossly_worse_is_seen_every_time(change: Change) -> None:
    draw = np.random.default_rng(SEED)
    assert all(pair_is_worse(draw, change, baseline_count=count) for count in (3, 5, 10) for _ in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("change", [fast_errors, one_endpoint_slower])
@pytest.mark.parametrize("baseline_count", [3, 10])
def test_what_has_become_grossly_worse_is_seen_in_every_one_of_200(change: Change, baseline_count: int) -> None:
    draw = np.random.default_rng(SEED)
    seen = sum(pair_is_worse(draw, change, baseline_count=baseline_count) for _ in range(200))
    print(f"{change.__name__}, {baseline_count} baselines, seed {SEED}: {seen} of 200 seen")
    assert seen == 200


def test_a_run_that_has_not_changed_is_seldom_called_worse() -> None:
    draw = np.random.default_rng(SEED)
    pairs = 100
    # More than this would be seen once in a thousand times.
    assert sum(pair_is_worse(draw, unchanged) for _ in range(pairs)) <= binom.ppf(0.999, pairs, 0.05)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_percent_of_20_000_unchanged_runs_are_called_worse() -> None:
    draw = np.random.default_rng(SEED)
    pairs = 20_000
    called = sum(pair_is_worse(draw, unchanged) for _ in range(pairs))
    print(f"seed {SEED}: {called} of {pairs:,} unchanged runs called worse ({called / pairs:.2%})")
    assert called / pairs == pytest.approx(0.05, abs=0.01)
