"""Why a run cannot support a pass: each reason at its boundary."""

from dataclasses import replace

import pytest

from loadtests.evidence import doubts_about
from loadtests.result import Generator, LoadResult, Window
from tests.loadtests.factories import a_result


def with_generator(**changes: object) -> LoadResult:
    result = a_result()
    generator: Generator = replace(result.generator, **changes)  # type: ignore[arg-type]
    return replace(result, generator=generator)


def with_windows(*windows: Window) -> LoadResult:
    return replace(a_result(), windows=windows)


def window(started: int, *, planned: float | None = 10_000.0, second: int = 10) -> Window:
    return Window(second=second, planned_count=planned, started_count=started)


def test_a_sound_run_has_no_doubts() -> None:
    assert doubts_about(a_result(good=100)) == ()


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        (
            {"lost_workers": ("a", "b"), "worker_count": 5},
            "2 of 5 workers lost, with what they had measured",
        ),
        ({"sequence_gap_count": 1}, "1 report of workers never arrived"),
        ({"started_count": 1_501, "ended_count": 1_500}, "1,501 arrivals begun and 1,500 recorded"),
        ({"started_count": 499}, "499 arrivals begun and 500 recorded"),
        ({"unsent_count": 1_200}, "1,200 arrivals due and not begun: too many were under way"),
        ({"lag_p99_ms": 50.1}, "the load generator was late (scheduling delay p99 50.1 ms), so it measured itself"),
        ({"cpu_mean_percent": 80.1}, "the load generator was at 80.1 % CPU, so it may have measured itself"),
        ({"unhandled_errors": ("KeyError: x", "other")}, "the scenario broke: KeyError: x"),
    ],
)
def test_a_generator_that_did_not_do_its_part_is_a_doubt(changes: dict[str, object], doubt: str) -> None:
    assert doubts_about(with_generator(**changes)) == (doubt,)


@pytest.mark.parametrize(
    "changes",
    [
        {"lag_p99_ms": 50.0},
        {"cpu_mean_percent": 80.0},
        {"started_count": 500, "ended_count": 500},
    ],
)
def test_a_generator_at_its_limits_is_none(changes: dict[str, object]) -> None:
    assert doubts_about(with_generator(**changes)) == ()


def test_arrivals_that_a_lost_worker_took_along_are_said_once() -> None:
    (doubt,) = doubts_about(with_generator(lost_workers=("a",), worker_count=2, started_count=400))
    assert doubt.startswith("1 of 2 workers lost")


@pytest.mark.parametrize(("slow_after_ms", "lag_ms"), [(200.0, 10.0), (1_000.0, 50.0), (60_000.0, 50.0)])
def test_being_late_is_measured_by_the_threshold_up_to_a_second(slow_after_ms: float, lag_ms: float) -> None:
    def doubts(lag: float) -> tuple[str, ...]:
        return doubts_about(replace(with_generator(lag_p99_ms=lag), slow_after_ms=slow_after_ms))

    assert doubts(lag_ms) == ()
    assert len(doubts(lag_ms + 0.001)) == 1


def test_refused_requests_are_named_by_their_kinds() -> None:
    result = a_result(good=10, refused=2, faults=1)
    (doubt,) = doubts_about(result)
    assert doubt == ("2 requests refused (GET /v1/health: status 403), which show neither success nor fault")


def test_a_window_may_fall_short_by_three_percent_and_by_chance() -> None:
    """10,000 arrivals: 97 % of them less four times the root of 10,000 are 9,300."""
    assert doubts_about(with_windows(window(9_300))) == ()
    (doubt,) = doubts_about(with_windows(window(9_299)))
    assert doubt == ("too few arrivals begun in 1 window of 10 s: from second 10 on 9,299 of about 10,000")


def test_of_several_short_windows_the_shortest_is_named() -> None:
    (doubt,) = doubts_about(
        with_windows(
            window(9_000), window(9_900, second=20), window(800, planned=1_000.0, second=30), window(9_100, second=40)
        )
    )
    assert doubt == "too few arrivals begun in 3 windows of 10 s: from second 30 on 800 of about 1,000"


def test_of_windows_that_are_as_short_the_first_is_named() -> None:
    (doubt,) = doubts_about(with_windows(window(9_000, second=20), window(9_000, second=10)))
    assert doubt == "too few arrivals begun in 2 windows of 10 s: from second 10 on 9,000 of about 10,000"


def test_windows_of_the_warm_up_and_of_an_unknown_schedule_are_not_short() -> None:
    assert doubts_about(with_windows(window(1, second=9), window(1, planned=None), window(0, planned=0.0))) == ()
