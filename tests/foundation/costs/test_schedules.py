"""How often a schedule comes up in a month of 730 hours, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.costs.schedules import runs_a_month, seconds_between_runs


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(5 minutes)", 8_760), ("rate(1 minute)", 43_800), ("rate(1 hour)", 730), ("rate(12 hours)", Decimal(730) / 12),
        ("rate(1 day)", Decimal(730) / 24), ("rate(7 days)", Decimal(730) / 168),
        ("cron(0 * * * ? *)", 730), ("cron(0/15 * * * ? *)", 4 * 730),
        ("cron(0 9-17 ? * MON-FRI *)", 9 * Decimal(730) / 24 * 5 / 7),
        ("cron(0 6 ? * MON *)", Decimal(730) / 24 / 7), ("cron(0 0 1 * ? *)", 1), ("cron(0 0 1,15 * ? *)", 2),
        ("cron(0 0 L * ? *)", 1), ("cron(0 0 1 JAN,JUL ? *)", Decimal(2) / 12), ("cron(0 8 ? * 2#1 *)", 1),
        ("cron(10-40/10 12 * * ? *)", 4 * Decimal(730) / 24), ("cron(5/20 0 1 * ? *)", 3),
    ],
)  # fmt: skip
def test_a_schedule_comes_up_so_often_a_month(expression: str, runs: Decimal | int) -> None:
    found = runs_a_month(expression)
    assert found is not None
    assert round(found, 20) == round(Decimal(runs), 20)


def test_runs_are_so_far_apart_on_the_average() -> None:
    assert seconds_between_runs("rate(5 minutes)") == 300
    assert seconds_between_runs("cron(0 */6 * * ? *)") == 6 * 3_600
    assert seconds_between_runs("at(2026-01-01T00:00:00)") is None
    assert seconds_between_runs("rate(0 minutes)") is None


@pytest.mark.parametrize(
    "expression",
    [
        "", "rate(0 minute)", "rate(five minutes)", "at(2026-11-20T13:00:00)", "cron(0 9)", "cron(61 * * * ? *)",
        "cron(* 24 * * ? *)", "cron(9-5 * * * ? *)", "cron(*/0 * * * ? *)", "cron(0 0 x * ? *)", "cron(0 0 ? * FUN *)",
        "cron(0 0 1 13 ? *)", "None",
    ],
)  # fmt: skip
def test_what_comes_up_once_or_is_no_schedule_has_no_runs_a_month(expression: str) -> None:
    assert runs_a_month(expression) is None


@given(st.integers(1, 10_000), st.sampled_from(["minute", "hour", "day"]))
def test_twice_as_rare_is_half_as_often(every: int, unit: str) -> None:
    once, twice = runs_a_month(f"rate({every} {unit}s)"), runs_a_month(f"rate({2 * every} {unit}s)")
    assert once is not None
    assert twice is not None
    assert abs(once / 2 - twice) < Decimal("1e-20")
