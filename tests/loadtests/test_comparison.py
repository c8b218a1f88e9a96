"""One run against earlier ones, kind by kind: what is worse, what differs only as runs do, and what nobody could see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from foundation.errors import InputError
from foundation.readings import Known
from foundation.slo.error_budget import Counts
from loadtests.comparison import Bad, Comparison, compare, compare_percentiles, compare_shares, percents_of
from loadtests.counts import Outcome, Recorder
from loadtests.result import LoadResult
from tests.loadtests.factories import a_run_of, one_request, result_of

KIND = "GET /v1/health"
COLUMNS = [(KIND, 50.0), (KIND, 95.0), (KIND, 99.0)]


def a_run(hour: int, latency_seconds: float, *, count: int = 100, **changes: object) -> LoadResult:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for number in range(count):
        took_seconds = latency_seconds * (1 + number / count)
        one_request(recorder, intended_at=10 + number % 100, took_seconds=took_seconds, outcome=Outcome.GOOD)
    result = replace(result_of(recorder), started_at=f"2026-11-22T{hour:02}:00:00+00:00")
    return replace(result, **changes)  # type: ignore[arg-type]


BASELINES = [a_run(hour, 0.1 + hour / 1000) for hour in range(5)]


def worse(compared: Comparison) -> list[str]:
    latencies = [f"{each.kind} p{each.percent:g}" for each in compared.latencies if each.is_worse]
    return [*latencies, *(f"{each.kind} {each.bad.value}" for each in compared.shares if each.is_worse)]


def test_a_run_twice_as_slow_is_slower_and_one_as_usual_is_not() -> None:
    baselines = [a_run(hour, 0.1 + hour / 1000, count=1_000) for hour in range(5)]
    assert worse(compare(a_run(9, 0.2, count=1_000), baselines)) == [f"{KIND} p50", f"{KIND} p95", f"{KIND} p99"]
    as_usual = compare(a_run(9, 0.102, count=1_000), baselines)
    assert worse(as_usual) == []
    assert not as_usual.is_worse


def test_errors_that_come_fast_make_nothing_faster_and_are_seen() -> None:
    """60 % of all are answered 503 in 2 ms: the median of all answers would be 2 ms."""
    errors = a_run_of(9, {KIND: [(0.002, Outcome.FAULT, 60), (0.102, Outcome.GOOD, 40)]})
    compared = compare(errors, BASELINES)
    assert worse(compared) == [f"{KIND} faults"]
    assert compared.latencies[0].now_ms == pytest.approx(102, rel=0.01)


def test_an_endpoint_that_is_ten_times_slower_is_seen_beside_others_that_are_not() -> None:
    def run(hour: int, slow: float) -> LoadResult:
        usual = 1 + hour / 100
        return a_run_of(
            hour,
            {
                "GET /a": [(0.5 * usual, Outcome.GOOD, 300)],
                "GET /b": [(0.01 * usual * slow, Outcome.GOOD, 20)],
                "GET /c": [(0.3 * usual, Outcome.GOOD, 300)],
            },
        )

    baselines = [run(hour, 1) for hour in range(5)]
    assert worse(compare(run(4, 1), baselines)) == []
    assert worse(compare(run(4, 10), baselines)) == ["GET /b p50"]


def test_another_mix_of_the_same_answers_is_no_change() -> None:
    def run(hour: int, fast: int, slow: int) -> LoadResult:
        usual = 1 + hour / 100
        return a_run_of(
            hour, {"GET /fast": [(0.01 * usual, Outcome.GOOD, fast)], "GET /slow": [(0.9 * usual, Outcome.GOOD, slow)]}
        )

    baselines = [run(hour, 300, 30) for hour in range(5)]
    assert worse(compare(run(4, 30, 300), baselines)) == []


def test_slow_answers_are_a_share_of_the_good_ones() -> None:
    shares = compare(
        a_run_of(
            9,
            {
                KIND: [
                    (0.1, Outcome.GOOD, 50),
                    (1.5, Outcome.GOOD, 30),
                    (9, Outcome.FAULT, 10),
                    (1, Outcome.CLOSING, 7),
                    (1, Outcome.REFUSED, 3),
                ]
            },
        ),
        BASELINES,
    ).shares
    assert [(each.bad, each.now) for each in shares] == [
        (Bad.FAULTS, Counts(total_count=90, bad_count=10)), (Bad.SLOW, Counts(total_count=80, bad_count=30)),
    ]  # fmt: skip
    assert all(each.is_worse for each in shares)


def test_a_kind_that_not_every_run_has_is_said_and_not_compared() -> None:
    now = a_run_of(9, {KIND: [(0.1, Outcome.GOOD, 100)], "GET /v2/health": [(0.1, Outcome.GOOD, 100)]})
    assert compare(now, BASELINES).unmatched == ("GET /v2/health",)
    lacking = [*BASELINES[1:], now]
    assert compare(BASELINES[0], lacking).unmatched == ("GET /v2/health",)
    with pytest.raises(InputError, match="no kind of request in common"):
        compare(a_run_of(9, {"GET /v2/health": [(0.1, Outcome.GOOD, 100)]}), BASELINES)


def test_a_kind_without_a_good_answer_has_no_percentiles_and_its_faults_are_seen() -> None:
    compared = compare(a_run_of(9, {KIND: [(0.002, Outcome.FAULT, 100)]}), BASELINES)
    assert compared.latencies == ()
    assert worse(compared) == [f"{KIND} faults"]


@pytest.mark.parametrize(
    ("count", "percents"),
    [(0, ()), (1, (50,)), (199, (50,)), (200, (50, 95)), (999, (50, 95)), (1_000, (50, 95, 99))],
)
def test_a_percentile_is_compared_where_ten_answers_lie_beyond_it(count: int, percents: tuple[float, ...]) -> None:
    assert percents_of(count) == percents


def test_the_run_with_the_fewest_answers_says_which_percentiles_are_compared() -> None:
    runs = [a_run(hour, 0.1 + hour / 1000, count=count) for hour, count in enumerate((1_000, 1_000, 1_000, 250))]
    assert [each.percent for each in compare(a_run(9, 0.1, count=1_000), runs).latencies] == [50, 95]
    assert [each.percent for each in compare(runs[3], runs[:3]).latencies] == [50, 95]


def test_two_baselines_are_too_few() -> None:
    with pytest.raises(InputError, match="2 earlier runs"):
        compare(a_run(9, 0.1), [a_run(1, 0.1), a_run(2, 0.1)])


def test_what_is_said_to_be_visible_is_seen_in_four_of_five_cases() -> None:
    draw = np.random.default_rng(20261123)
    usual = np.exp(np.linspace(-0.05, 0.05, 10))[:, None] * np.array([100.0, 200.0, 300.0])
    first = compare_percentiles(COLUMNS, usual[5].tolist(), usual.tolist())[0]
    spread = float(np.std(np.log(usual[:, 0]), ddof=1))
    seen = 0
    for _ in range(300):
        # Runs whose spread is the one that was measured: what is visible is said for that.
        values = draw.standard_normal(11)
        values[1:] = (values[1:] - values[1:].mean()) / values[1:].std(ddof=1)
        t_now = (values[0] * spread + np.log1p(first.visible_change_ratio)) / first.error
        seen += t_now > first.critical
    assert seen / 300 == pytest.approx(0.8, abs=0.12)


def test_what_is_printed_as_likely_is_where_the_verdict_turns() -> None:
    first = compare_percentiles(
        COLUMNS, [100.0, 200.0, 300.0], [[95.0, 190.0, 310.0], [100.0, 210.0, 300.0], [107.0, 205.0, 280.0]]
    )[0]
    assert not replace(first, now_ms=first.likely_up_to_ms * 0.999).is_worse
    assert replace(first, now_ms=first.likely_up_to_ms * 1.001).is_worse
    earlier = [[Counts(total_count=200, bad_count=bad), Counts(total_count=200, bad_count=0)] for bad in (1, 0, 2)]

    def shares(bad: int) -> bool:
        now = [Counts(total_count=150, bad_count=bad), Counts(total_count=150, bad_count=0)]
        return compare_shares([KIND], now, earlier)[0].is_worse

    now = [Counts(total_count=150, bad_count=0), Counts(total_count=150, bad_count=0)]
    most = compare_shares([KIND], now, earlier)[0].likely_up_to_count
    assert 2 <= most < 15
    assert (shares(most), shares(most + 1)) == (False, True)


def test_the_measured_part_is_what_a_load_test_knows() -> None:
    result = a_run(9, 0.1)
    began_at = datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(seconds=result.warm_up.actual_seconds)
    ended_at = began_at + timedelta(seconds=result.measured.actual_seconds)
    reading = result.reading
    assert reading.known == Known.throughout(began_at, ended_at)
    assert (reading.answer, reading.asked.start_at) == (result.measured, began_at)
    cut = replace(result, measured=replace(result.measured, planned_seconds=4 * result.measured.actual_seconds))
    assert cut.reading.known.share(cut.reading.asked) == pytest.approx(0.25, abs=0.02)
