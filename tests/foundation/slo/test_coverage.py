"""How much of a window is known, in numbers and in the words of a table."""

from datetime import UTC, datetime, timedelta

import pytest

from foundation.readings import Interval, Known
from foundation.slo.coverage import coverage_of

START_AT = datetime(2026, 11, 9, tzinfo=UTC)
WINDOW = Interval(start_at=START_AT, end_at=START_AT + timedelta(days=28))


def of_days(first: float, last: float) -> Known:
    return Known.throughout(START_AT + timedelta(days=first), START_AT + timedelta(days=last))


def test_a_quarter_of_a_window_is_told_with_what_is_missing_and_how_old_the_newest_is() -> None:
    coverage = coverage_of(of_days(-7, 7), WINDOW, is_stated=True)
    assert (coverage.known_ratio, coverage.percent) == (0.25, "25.0 %")
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
        (27.999, True, "99.9 %"),
        (0, True, "0.0 %"),
        (28, False, "100 %, inferred"),
        (14, False, "50.0 %, inferred"),
    ],
)
def test_a_share_is_never_rounded_up_and_says_whether_it_is_inferred(
    until_days: float, is_stated: bool, said: str
) -> None:
    assert coverage_of(of_days(0, until_days), WINDOW, is_stated=is_stated).percent == said
