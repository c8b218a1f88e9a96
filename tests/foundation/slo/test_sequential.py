"""Verdicts that stay valid however often one looks, and how often each kind of verdict errs."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.special import betainc, betaincc, betaln

from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive, Miss, Pass
from foundation.slo.sequential import Certainty, certainty, judge_watched_share, log_mixture
from foundation.slo.verdict import design_effect, judge_share

LIMIT, DOUBT = Decimal("0.001"), Decimal("0.05")


def counts(bad: int, total: int) -> Counts:
    return Counts(total_count=total, bad_count=bad)


@pytest.mark.parametrize(
    ("bad", "total", "logarithm", "said"),
    [
        (0, 3_000, 1.615207, Certainty.OPEN), (0, 4_000, 2.392563, Certainty.OPEN), (0, 5_000, 3.210742, Certainty.WITHIN),
        (2, 10_000, 3.502736, Certainty.WITHIN), (5, 20_000, 6.526076, Certainty.WITHIN),
        (10, 2_000, 5.029028, Certainty.BEYOND), (20, 5_000, 9.726199, Certainty.BEYOND), (3, 100, 1.513028, Certainty.OPEN),
    ],
)  # fmt: skip
def test_the_mixture_has_its_published_values(bad: int, total: int, logarithm: float, said: Certainty) -> None:
    """Oracle: ln B(a+k, b+n-k) - ln B(a, b) - k ln p0 - (n-k) ln(1-p0) with a = 1, b = 1000, computed with scipy 1.17."""
    assert log_mixture(counts(bad, total), limit_ratio=LIMIT) == pytest.approx(logarithm, abs=5e-7)
    assert certainty(counts(bad, total), limit_ratio=LIMIT, doubt_ratio=DOUBT) is said


def test_without_an_error_4741_events_are_certain_and_4740_are_not() -> None:
    assert certainty(counts(0, 4741), limit_ratio=LIMIT, doubt_ratio=DOUBT) is Certainty.WITHIN
    assert certainty(counts(0, 4740), limit_ratio=LIMIT, doubt_ratio=DOUBT) is Certainty.OPEN


def test_nothing_counted_is_no_data_and_never_certain() -> None:
    assert certainty(counts(0, 0), limit_ratio=LIMIT, doubt_ratio=DOUBT) is Certainty.OPEN
    # Nothing is said even to who accepts every doubt.
    assert certainty(counts(0, 0), limit_ratio=LIMIT, doubt_ratio=Decimal(1)) is Certainty.OPEN
    assert isinstance(judge_watched_share(counts(0, 0), budget_ratio=LIMIT), NoData)


def test_a_watched_run_is_judged_for_its_looks_and_for_its_end() -> None:
    assert isinstance(judge_watched_share(counts(0, 10_000), budget_ratio=LIMIT), Pass)
    assert isinstance(judge_watched_share(counts(40, 10_000), budget_ratio=LIMIT), Miss)
    # 2,995 pass when one looks once; who may stop at any look pays with more of them.
    assert isinstance(judge_share(counts(0, 2_995), budget_ratio=LIMIT), Pass)
    assert isinstance(judge_watched_share(counts(0, 2_995), budget_ratio=LIMIT), Inconclusive)
    assert isinstance(judge_watched_share(counts(0, 3_687), budget_ratio=LIMIT), Inconclusive)
    assert isinstance(judge_watched_share(counts(0, 3_688), budget_ratio=LIMIT), Pass)
    assert isinstance(judge_watched_share(counts(0, 10_000), budget_ratio=LIMIT, doubts=("late",)), Inconclusive)


def test_the_design_effect_of_single_errors_is_one_and_of_bursts_their_size() -> None:
    assert design_effect([]) == design_effect([0, 0, 0]) == 1
    assert design_effect([1] * 10 + [0] * 90) == 1
    assert design_effect([20] * 10 + [0] * 990) == pytest.approx(20 * (1 - 0.01), rel=0.01)


@pytest.mark.parametrize(("bad", "effect"), [([2, 0], 2.0), ([3], 1.0), ([3, 0, 0], 3.0), ([0, 4, 0, 0], 4.0)])
def test_the_variance_is_that_of_a_sample(bad: list[int], effect: float) -> None:
    """[2, 0] has mean 1 and variance ((2 - 1)² + (0 - 1)²) / (2 - 1) = 2; of one second there is no variance."""
    assert design_effect(bad) == pytest.approx(effect)


def test_bursts_make_fewer_events_of_many_errors() -> None:
    single = judge_share(counts(83, 100_000), budget_ratio=LIMIT)
    bursts = judge_share(counts(83, 100_000), budget_ratio=LIMIT, effect=10)
    assert isinstance(single, Pass)
    assert isinstance(bursts, Inconclusive)
    assert "in bursts (each 10 count as one)" in bursts.reasoning


def test_what_a_run_missed_in_one_burst_it_missed() -> None:
    assert isinstance(judge_share(counts(200, 10_000), budget_ratio=LIMIT, effect=100), Miss)


def test_bursts_excuse_no_miss_and_its_bound_is_that_of_the_counted_events() -> None:
    """130 of 100,000 are at least 0.111 %; were they 13 events of 10,000, they would not miss."""
    verdict = judge_share(counts(130, 100_000), budget_ratio=LIMIT, effect=10)
    assert isinstance(verdict, Miss)
    assert "the bad share is at least 0.111 % at 95 % confidence" in verdict.reasoning


def test_a_miss_of_one_of_many_judgements_needs_more_evidence_and_a_pass_does_not() -> None:
    assert isinstance(judge_share(counts(118, 100_000), budget_ratio=LIMIT), Miss)
    assert isinstance(judge_share(counts(118, 100_000), budget_ratio=LIMIT, gate_count=2), Inconclusive)
    assert isinstance(judge_share(counts(83, 100_000), budget_ratio=LIMIT, gate_count=9), Pass)


RUNS, SECONDS, RATE = 20_000, 600, 100


def looked_once(bad: np.ndarray, total: float, effect: np.ndarray | float) -> tuple[float, float]:
    """Shares of runs that pass and that miss, with the very tails of foundation/slo/verdict.py, for many runs at once."""
    k, n = bad / effect, total / effect
    passes = betaincc(k + 1, n - k, float(LIMIT)) <= float(DOUBT)
    misses = (k > 0) & (betainc(np.maximum(k, 1e-9), n - k + 1, float(LIMIT)) <= float(DOUBT))
    return float(passes.mean()), float(misses.mean())


def test_the_tails_of_the_calibration_are_those_of_the_verdict() -> None:
    for bad, total in ((0, 2_995), (4, 10_000), (5, 10_000), (80, 100_000), (120, 100_000), (100, 60_000)):
        passes, misses = looked_once(np.array([float(bad)]), total, 1.0)
        verdict = judge_share(counts(bad, total), budget_ratio=LIMIT)
        assert (isinstance(verdict, Pass), isinstance(verdict, Miss)) == (passes == 1, misses == 1)


@pytest.mark.parametrize("bad_ratio", [0.0005, 0.0009, 0.001, 0.0011, 0.0015])
def test_of_independent_errors_at_most_one_verdict_in_twenty_is_wrong(bad_ratio: float) -> None:
    """20,000 simulated runs of 60,000 arrivals, judged once."""
    rng = np.random.default_rng(20261123)
    passes, misses = looked_once(rng.binomial(SECONDS * RATE, bad_ratio, RUNS).astype(float), SECONDS * RATE, 1.0)
    print(f"iid, {bad_ratio:.2%} bad: {passes:.1%} pass, {misses:.1%} miss of {RUNS:,}")
    assert (passes if bad_ratio >= 0.001 else misses) <= 0.05 + 3 * (0.05 * 0.95 / RUNS) ** 0.5


@pytest.mark.parametrize("burst", [5, 20])
def test_bursts_without_the_design_effect_pass_falsely_and_with_it_seldom(burst: int) -> None:
    """20,000 runs of 1,800 s at exactly the limit, whose errors come in bursts within one second."""
    rng = np.random.default_rng(20261123)
    seconds, mean = 1_800, 0.001 * RATE / burst
    plain, corrected = [], []
    for _ in range(20):
        bad = burst * rng.poisson(mean, (RUNS // 20, seconds)).astype(float)
        average = bad.mean(axis=1)
        effect = np.maximum(1.0, np.where(average > 0, bad.var(axis=1, ddof=1) / np.maximum(average, 1e-12), 1.0))
        plain.append(looked_once(bad.sum(axis=1), seconds * RATE, 1.0)[0])
        corrected.append(looked_once(bad.sum(axis=1), seconds * RATE, effect)[0])
    print(f"bursts of {burst}: {np.mean(plain):.1%} false passes uncorrected, {np.mean(corrected):.1%} corrected")
    assert np.mean(plain) > 0.2
    assert np.mean(corrected) < 0.06


@pytest.mark.parametrize("bad_ratio", [0.0005, 0.001, 0.002])
def test_one_look_a_second_keeps_the_promise(bad_ratio: float) -> None:
    """20,000 runs of up to 600 s, looked at every second with half of the doubt, and judged at the end with the other half."""
    rng = np.random.default_rng(20261123)
    half, limit = float(DOUBT) / 2, float(LIMIT)
    totals = RATE * np.arange(1, SECONDS + 1, dtype=float)
    passed = missed = 0
    for _ in range(10):
        bad = rng.binomial(RATE, bad_ratio, (RUNS // 10, SECONDS)).cumsum(axis=1).astype(float)
        mixture = (
            betaln(1 + bad, 1000 + totals - bad) - betaln(1, 1000) - bad * np.log(limit) - (totals - bad) * np.log1p(-limit)
        )  # fmt: skip
        certain = mixture > -np.log(half)
        is_within = bad < limit * totals
        has_first, first = certain.any(axis=1), certain.argmax(axis=1)
        within_first = is_within[np.arange(len(bad)), first]
        end = bad[:, -1]
        end_pass = betaincc(end + 1, totals[-1] - end, limit) <= half
        end_miss = (end > 0) & (betainc(np.maximum(end, 1e-9), totals[-1] - end + 1, limit) <= half)
        passed += int(np.where(has_first, within_first, end_pass).sum())
        missed += int(np.where(has_first, ~within_first, end_miss).sum())
    print(f"a look a second, {bad_ratio:.2%} bad: {passed / RUNS:.1%} pass, {missed / RUNS:.1%} miss")
    tolerance = 3 * (0.05 * 0.95 / RUNS) ** 0.5
    if bad_ratio >= limit:
        assert passed / RUNS <= 0.05 + tolerance
    if bad_ratio <= limit:
        assert missed / RUNS <= 0.05 + tolerance
    if bad_ratio == 0.002:
        assert missed / RUNS > 0.95
