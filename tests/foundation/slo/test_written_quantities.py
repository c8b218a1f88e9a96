"""What a text for people names: times, shares and money, and nothing that is none."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.slo.written_quantities import quantities_in


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("API answers in under a second", [1_000]),
        ("answered in under 1,000 ms.", [1_000]),
        ("a first token in under 1 s, and a full turn in under 60 s", [1_000, 60_000]),
        ("Share of 5-minute slices", [300_000]),
        ("Half a second at most", [500]),
        ("two seconds", [2_000]),
        ("1.5s", [1_500]),
        ("p99 of version 2s3", []),
        ("a day in the life of $500m", []),
        ("over 28 days", [28 * 86_400_000]),
    ],
)
def test_times_are_read_in_figures_and_in_words(text: str, milliseconds: list[float]) -> None:
    assert [length / timedelta(milliseconds=1) for _, length in quantities_in(text).times] == milliseconds


def test_shares_and_money_are_read() -> None:
    found = quantities_in("99.9 % of all, 1% of the rest, for less than $1,500.50 or 20 dollars")
    assert found.percents == (("99.9 %", Decimal("99.9")), ("1%", Decimal(1)))
    assert found.usd == (("$1,500.50", Decimal("1500.50")), ("20 dollars", Decimal(20)))
    assert found.times == ()


def test_a_number_of_any_size_is_read() -> None:
    assert quantities_in(f"{'9' * 900} s").times[0][1] == timedelta(seconds=1_000_000)
