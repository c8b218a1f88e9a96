"""How much of a window is known, in numbers and in the words of a table, and whether that is enough."""

from datetime import UTC, datetime, timedelta

import pytest

from foundation.readings import Interval, Known
from foundation.slo.coverage import TooLittle, coverage_of, last_known_hour, settled_until, too_little

START_AT = datetime(2026, 11, 9, tzinfo=UTC)
WINDOW = Interval(start_at=START_AT, end_at=START_AT + timedelta(days=28))


def of_days(first: float, last: float) -> Known:
    return Known.throughout(START_AT + timedelta(days=first), START_AT + timedelta(days=last))


def test_a_quarter_of_a_window_is_told_with_what_is_missing_and_how_old_the_newest_is() -> None:
    coverage = coverage_of(of_days(-7, 7), WINDOW, is_stated=True)
    assert (coverage.known_ratio, coverage.percent) == (0.25, "25 %")
    assert coverage.missing == of_days(7, 28)
    assert coverage.newest_at == START_AT + timedelta(days=7)
    assert coverage.age(START_AT + timedelta(days=9)) == timedelta(days=2)


def test_what_is_known_after_a_window_makes_it_no_newer() -> None:
    assert coverage_of(of_days(0, 40), WINDOW, is_stated=True).newest_at == WINDOW.end_at


def test_of_a_window_of_which_nothing_is_known_there_is_no_newest() -> None:
    coverage = coverage_of(of_days(30, 40), WINDOW, is_stated=True)
    assert (coverage.known_ratio, coverage.newest_at, coverage.age(START_AT)) == (0.0, None, None)


@pytest.mark.parametrize(
    ("until_days", "is_stated", "said"),
    [
        (28, True, "100 %"),
        (27.999, True, "99.9964 %"),
        (0, True, "0 %"),
        (28, False, "100 %, inferred"),
        (14, False, "50 %, inferred"),
    ],
)
def test_a_share_is_never_rounded_up_and_says_whether_it_is_inferred(
    until_days: float, is_stated: bool, said: str
) -> None:
    assert coverage_of(of_days(0, until_days), WINDOW, is_stated=is_stated).percent == said


@pytest.mark.parametrize(
    ("length", "missing", "said"),
    [
        (timedelta(days=28), timedelta(days=1.9), "26.1 of 28 days"),
        (timedelta(days=28), timedelta(0), "28 of 28 days"),
        (timedelta(days=28), timedelta(seconds=1), "27.9 of 28 days"),
        (timedelta(hours=36), timedelta(minutes=1), "35.9 of 36 hours"),
        (timedelta(hours=12), timedelta(hours=3), "9 of 12 hours"),
        # In days both would be 2.3.
        (timedelta(days=2, hours=8, minutes=6), timedelta(minutes=3), "56 of 56.1 hours"),
        (timedelta(seconds=45), timedelta(seconds=1), "44 of 45 s"),
    ],
)
def test_what_is_known_is_told_in_a_unit_in_which_it_differs_from_all_of_it(
    length: timedelta, missing: timedelta, said: str
) -> None:
    window = Interval(start_at=START_AT, end_at=START_AT + length)
    known = Known.throughout(START_AT, START_AT + length - missing)
    assert coverage_of(known, window, is_stated=True).known_of == said


def test_nine_tenths_are_enough_and_a_second_less_is_not() -> None:
    seconds = 28 * 86_400 * 9 // 10
    start, _ = WINDOW.span
    for more, lacking in ((0, False), (-1, True), (1, False)):
        coverage = coverage_of(Known.of([(start, start + seconds + more)]), WINDOW, is_stated=True)
        assert (too_little({"window": coverage}) is not None) is lacking
        assert coverage.is_enough is not lacking


def test_too_little_names_each_time_that_is_short_and_what_is_missing() -> None:
    quarter, whole = (coverage_of(of_days(0, days), WINDOW, is_stated=True) for days in (7, 28))
    assert too_little({"window": whole}) is None
    assert too_little({"window": quarter, "week": whole}) == TooLittle(
        reason="7 of 28 days of the window are known; not 2026-11-16 00:00 to 2026-12-07 00:00",
        missing=of_days(7, 28),
    )


def test_many_gaps_are_told_as_the_first_three_and_how_many_more() -> None:
    known = of_days(0, 1) | of_days(2, 3) | of_days(4, 5) | of_days(6, 7) | of_days(8, 9)
    said = coverage_of(known, WINDOW, is_stated=True).missing_said
    assert said.startswith("2026-11-10 00:00 to 2026-11-11 00:00, ")
    assert said.endswith(" to 2026-11-15 00:00 and 2 more")


@pytest.mark.parametrize(
    ("known_minutes", "as_of_minutes", "ended_at_hours"),
    [
        ((0, 480), 480, 8),
        ((0, 486), 486, 8),
        ((0, 479), 479, 7),
        # An hour ago at the most.
        ((0, 420), 480, 7),
        ((0, 420), 481, None),
        ((421, 480), 480, None),
        ((420, 480), 485, 8),
    ],
)
def test_the_last_known_hour_is_whole_and_ended_an_hour_ago_at_most(
    known_minutes: tuple[int, int], as_of_minutes: int, ended_at_hours: int | None
) -> None:
    first, end = (START_AT + timedelta(minutes=each) for each in known_minutes)
    found = last_known_hour(Known.throughout(first, end), START_AT + timedelta(minutes=as_of_minutes))
    assert found == (None if ended_at_hours is None else START_AT + timedelta(hours=ended_at_hours))


@pytest.mark.parametrize(
    ("end", "now", "delay", "period", "settled"),
    [
        ("08:06:30", "08:06:30", 0, 300, "08:05:00"),
        ("08:06:30", "08:06:30", 3, 300, "08:00:00"),
        ("08:06:30", "08:06:30", 3, 60, "08:03:00"),
        ("08:00:00", "12:00:00", 3, 3_600, "08:00:00"),
        ("08:00:00", "08:02:59", 3, 300, "07:55:00"),
    ],
)
def test_what_is_settled_ends_with_a_whole_period_and_never_later_than_now_less_the_delay(
    end: str, now: str, delay: int, period: int, settled: str
) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-18T{text}+00:00")

    found = settled_until(at(end), now=at(now), delay=timedelta(minutes=delay), period_seconds=period)
    assert found == at(settled)
