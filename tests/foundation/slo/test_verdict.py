"""Verdicts against published numbers, and the laws that they must obey."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive, Miss, Pass, reasoning_of, word_of
from foundation.slo.verdict import bounds, judge_every, judge_share, missing_count

ERRORS = Decimal("0.001")
P99 = Decimal("0.01")


def counts(bad: int, total: int) -> Counts:
    return Counts(total_count=total, bad_count=bad)


def test_no_error_in_2994_requests_is_inconclusive_for_a_tenth_of_a_percent() -> None:
    verdict = judge_share(counts(0, 2994), budget_ratio=ERRORS)
    assert isinstance(verdict, Inconclusive)
    assert verdict.missing_count == 1


def test_no_error_in_2995_requests_passes_for_a_tenth_of_a_percent() -> None:
    assert isinstance(judge_share(counts(0, 2995), budget_ratio=ERRORS), Pass)


@pytest.mark.parametrize(
    ("budget", "bad", "smallest"),
    [
        (ERRORS, 0, 2995), (ERRORS, 1, 4742), (ERRORS, 2, 6294), (ERRORS, 3, 7752), (ERRORS, 5, 10511), (ERRORS, 20, 29058),
        (P99, 0, 299), (P99, 1, 473), (P99, 10, 1693), (P99, 20, 2902),
        (Decimal("0.05"), 0, 59), (Decimal("0.05"), 1, 93), (Decimal("0.05"), 20, 577),
    ],
)  # fmt: skip
def test_the_smallest_sample_that_passes_is_that_of_the_binomial_table(
    budget: Decimal, bad: int, smallest: int
) -> None:
    """Oracle: smallest n with P(X <= c | n, p0) <= 0.05, computed with scipy.stats.binom.cdf."""
    assert isinstance(judge_share(counts(bad, smallest), budget_ratio=budget), Pass)
    assert not isinstance(judge_share(counts(bad, smallest - 1), budget_ratio=budget), Pass)
    assert missing_count(counts(bad, bad), budget_ratio=budget) == smallest - bad


@pytest.mark.parametrize(
    ("bad", "total", "upper"),
    [
        (0, 100, 0.02951305), (0, 1000, 0.00299125), (0, 2995, 0.00099974), (1, 1000, 0.00473499),
        (4, 10_000, 0.00091512), (5, 10_000, 0.00105101), (10, 10_000, 0.00169563),
        (80, 100_000, 0.00096342), (120, 100_000, 0.00139630),
    ],
)  # fmt: skip
def test_the_upper_bound_is_clopper_and_pearsons(bad: int, total: int, upper: float) -> None:
    assert bounds(counts(bad, total)).upper_ratio == pytest.approx(upper, abs=5e-9)


def test_the_lower_bound_is_clopper_and_pearsons() -> None:
    assert bounds(counts(120, 100_000)).lower_ratio == pytest.approx(0.00102576, abs=5e-9)


@pytest.mark.parametrize(
    ("total", "passes_up_to", "misses_from"), [(10_000, 4, 16), (50_000, 38, 63), (100_000, 83, 118)]
)
def test_verdicts_change_at_the_published_counts(total: int, passes_up_to: int, misses_from: int) -> None:
    def verdict(bad: int) -> type:
        return type(judge_share(counts(bad, total), budget_ratio=ERRORS))

    assert verdict(passes_up_to) is Pass
    assert verdict(passes_up_to + 1) is Inconclusive
    assert verdict(misses_from - 1) is Inconclusive
    assert verdict(misses_from) is Miss


@pytest.mark.parametrize(
    ("budget", "bad", "largest"),
    [
        (ERRORS, 1, 51), (ERRORS, 2, 355), (ERRORS, 5, 1971), (ERRORS, 20, 13_257),
        (P99, 1, 5), (P99, 2, 35), (P99, 10, 544), (P99, 20, 1328),
        (Decimal("0.05"), 1, 1), (Decimal("0.05"), 2, 7), (Decimal("0.05"), 20, 268),
    ],
)  # fmt: skip
def test_the_largest_sample_that_misses_is_that_of_the_binomial_table(budget: Decimal, bad: int, largest: int) -> None:
    """Oracle: largest n with P(X >= c | n, p0) <= 0.05; of one event that may be bad in 5 %, it is 5 % itself."""
    assert isinstance(judge_share(counts(bad, largest), budget_ratio=budget), Miss)
    assert isinstance(judge_share(counts(bad, largest + 1), budget_ratio=budget), Inconclusive)


def test_a_doubt_that_is_exactly_what_is_allowed_passes() -> None:
    """One good event of a share of a half: it would be as good by chance in half of all cases."""
    even = Decimal("0.5")
    assert isinstance(judge_share(counts(0, 1), budget_ratio=even, confidence_ratio=even), Pass)


def test_without_events_and_at_the_ends_the_bounds_are_those_of_any_share() -> None:
    assert (bounds(counts(0, 0)).lower_ratio, bounds(counts(0, 0)).upper_ratio) == (0.0, 1.0)
    assert bounds(counts(5, 5)).upper_ratio == 1.0
    assert bounds(counts(0, 5)).lower_ratio == 0.0
    # One of one is bad in 5 % of cases where the share is 5 %; none of one is in 5 % where it is 95 %.
    assert bounds(counts(1, 1)).lower_ratio == pytest.approx(0.05)
    assert bounds(counts(0, 1)).upper_ratio == pytest.approx(0.95)


def test_bursts_are_said_from_where_they_show() -> None:
    def said(effect: float) -> bool:
        return "in bursts" in reasoning_of(judge_share(counts(0, 10_000), budget_ratio=ERRORS, effect=effect))

    assert [said(effect) for effect in (1.0, 1.05, 1.06)] == [False, False, True]


def test_what_passes_already_misses_nothing() -> None:
    assert missing_count(counts(0, 10_000), budget_ratio=ERRORS) == 0
    assert missing_count(counts(0, 2995), budget_ratio=ERRORS) == 0


def test_without_events_all_of_them_are_missing() -> None:
    assert missing_count(counts(0, 0), budget_ratio=ERRORS) == 2995


def test_a_million_million_further_events_are_more_than_can_be_counted() -> None:
    budget, counted = Decimal("1E-12"), 2_500_000_000_000
    further = missing_count(counts(0, counted), budget_ratio=budget)
    assert further is not None
    needed = counted + further
    assert needed == pytest.approx(2.9957e12, rel=1e-4)  # ln 20 over the budget
    out_of_reach = counts(0, needed - 1_000_000_000_000)
    assert missing_count(out_of_reach, budget_ratio=budget) is None
    within_reach = counts(0, needed - 1_000_000_000_000 + 1)
    assert missing_count(within_reach, budget_ratio=budget) == 999_999_999_999
    verdict = judge_share(out_of_reach, budget_ratio=budget)
    assert isinstance(verdict, Inconclusive)
    assert verdict.missing_count is None
    assert "; more good events are needed for a pass than can be counted" in verdict.reasoning


def test_nothing_counted_says_why() -> None:
    assert reasoning_of(judge_share(counts(0, 0), budget_ratio=ERRORS)) == "nothing was counted"
    doubted = judge_share(counts(0, 0), budget_ratio=ERRORS, doubts=("the clock stood still", "late"))
    assert reasoning_of(doubted) == "the clock stood still; late"


def test_one_event_is_enough_to_judge() -> None:
    assert isinstance(judge_share(counts(0, 1), budget_ratio=ERRORS), Inconclusive)
    assert isinstance(judge_share(counts(1, 1), budget_ratio=ERRORS), Miss)
    assert isinstance(judge_every(counts(0, 1)), Pass)


def test_nothing_counted_is_no_data_and_never_a_pass() -> None:
    assert isinstance(judge_share(counts(0, 0), budget_ratio=ERRORS), NoData)
    assert isinstance(judge_every(counts(0, 0)), NoData)


def test_everything_bad_is_a_miss() -> None:
    assert isinstance(judge_share(counts(50, 50), budget_ratio=ERRORS), Miss)


def test_a_doubt_turns_a_pass_into_inconclusive_and_says_why() -> None:
    verdict = judge_share(counts(0, 10_000), budget_ratio=ERRORS, doubts=("the clock stood still",))
    assert isinstance(verdict, Inconclusive)
    assert "the clock stood still" in verdict.reasoning


def test_a_doubt_never_excuses_a_miss() -> None:
    assert isinstance(judge_share(counts(100, 10_000), budget_ratio=ERRORS, doubts=("late",)), Miss)


def test_a_promise_about_every_event_is_missed_by_one() -> None:
    assert isinstance(judge_every(counts(1, 500)), Miss)
    assert isinstance(judge_every(counts(0, 2)), Pass)


def test_an_upper_bound_just_above_the_limit_is_printed_above_it() -> None:
    """0 of 2,994 gives up to 0.10001 %, which is not the 0.100 % that is allowed."""
    assert bounds(counts(0, 2994)).upper_text == "0.101 %"
    assert "up to 0.101 % at 95 % confidence; 0.1 % is allowed" in reasoning_of(
        judge_share(counts(0, 2994), budget_ratio=ERRORS)
    )
    assert "at most 0.1 %" in reasoning_of(judge_share(counts(0, 2995), budget_ratio=ERRORS))


def test_a_lower_bound_is_printed_rounded_down() -> None:
    """1 of 7 is at least 0.7301 %, and 2 of 7 at least 5.3376 %."""
    assert [bounds(counts(bad, 7)).lower_text for bad in (0, 1, 2)] == ["0 %", "0.73 %", "5.337 %"]


@given(bad=st.integers(0, 60), more=st.integers(0, 40_000), extra=st.integers(1, 20))
def test_more_bad_events_never_make_a_verdict_better(bad: int, more: int, extra: int) -> None:
    rank = {Pass: 0, Inconclusive: 1, Miss: 2}
    total = bad + extra + more
    better = judge_share(counts(bad, total), budget_ratio=ERRORS)
    worse = judge_share(counts(bad + extra, total), budget_ratio=ERRORS)
    assert rank[type(better)] <= rank[type(worse)]  # type: ignore[index]


@given(bad=st.integers(0, 200), good=st.integers(0, 200_000))
def test_a_verdict_agrees_with_its_bounds(bad: int, good: int) -> None:
    counted = counts(bad, bad + good)
    found = bounds(counted)
    match judge_share(counted, budget_ratio=ERRORS):
        case Pass():
            assert found.upper_ratio <= 0.001 + 1e-12
        case Miss():
            assert found.lower_ratio >= 0.001 - 1e-12
        case Inconclusive():
            assert found.lower_ratio <= 0.001 + 1e-12
            assert found.upper_ratio >= 0.001 - 1e-12
        case NoData():
            assert counted.total_count == 0


@given(bad=st.integers(0, 60), total=st.integers(60, 30_000))
def test_the_missing_count_is_exactly_enough(bad: int, total: int) -> None:
    missing = missing_count(counts(bad, total), budget_ratio=ERRORS)
    assert missing is not None
    assert isinstance(judge_share(counts(bad, total + missing), budget_ratio=ERRORS), Pass)
    if missing:
        assert not isinstance(judge_share(counts(bad, total + missing - 1), budget_ratio=ERRORS), Pass)


def test_every_verdict_has_its_word_and_its_sentence() -> None:
    verdicts = [
        Pass(reasoning="a"), Miss(reasoning="b"), Inconclusive(reasoning="c", missing_count=None), NoData(reason="d"),
    ]  # fmt: skip
    assert [word_of(each) for each in verdicts] == ["pass", "miss", "inconclusive", "no data"]
    assert "".join(map(reasoning_of, verdicts)) == "abcd"


def test_what_would_be_a_miss_alone_and_is_none_of_two_says_why() -> None:
    alone = judge_share(counts(69, 5379), budget_ratio=P99)
    assert isinstance(alone, Miss)
    of_two = judge_share(counts(69, 5379), budget_ratio=P99, gate_count=2)
    assert isinstance(of_two, Inconclusive)
    assert (
        "it is at least 1.04 % at that confidence, and for a miss of one of 2 objectives that must hold at 97.5 %;"
        in of_two.reasoning
    )
    assert of_two.missing_count == 3044
    of_three = reasoning_of(judge_share(counts(69, 5379), budget_ratio=P99, gate_count=3))
    assert "for a miss of one of 3 objectives that must hold at 98.34 %;" in of_three
    # One that is no miss alone has nothing to explain.
    assert "must hold" not in reasoning_of(judge_share(counts(60, 5379), budget_ratio=P99, gate_count=2))
