"""The days of a longer charge, and the share of it that each has."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.charge_periods import parts_by_day

AT = datetime(2026, 11, 1, tzinfo=UTC)


def parts(start_at: datetime, end_at: datetime) -> list[tuple[date, Decimal]]:
    return list(parts_by_day(start_at, end_at, first_on=date(2026, 1, 1), last_on=date(2027, 12, 31)))


def test_a_month_is_thirty_equal_days() -> None:
    found = parts(AT, datetime(2026, 12, 1, tzinfo=UTC))
    assert [on.day for on, _ in found] == list(range(1, 31))
    assert {part for _, part in found} == {Decimal(1) / 30}


def test_a_day_that_is_half_in_it_has_half_a_days_share() -> None:
    found = parts(AT + timedelta(hours=12), AT + timedelta(days=3))
    assert [part for _, part in found] == [Decimal("0.2"), Decimal("0.4"), Decimal("0.4")]


def test_days_that_nobody_asks_for_are_left_out() -> None:
    found = list(
        parts_by_day(AT, AT + timedelta(days=10), first_on=date(2026, 11, 3), last_on=date(2026, 11, 4))
    )  # fmt: skip
    assert found == [(date(2026, 11, 3), Decimal("0.1")), (date(2026, 11, 4), Decimal("0.1"))]


@given(st.integers(0, 40 * 86_400), st.integers(1, 60 * 86_400))
def test_the_shares_of_any_period_are_all_of_it(begins: int, length: int) -> None:
    start_at = AT + timedelta(seconds=begins)
    found = parts(start_at, start_at + timedelta(seconds=length))
    assert abs(sum(part for _, part in found) - 1) < Decimal("1e-20")
    assert all(part > 0 for _, part in found)
