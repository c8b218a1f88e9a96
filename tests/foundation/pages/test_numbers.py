"""One notation of numbers for people: the precision follows from the value, and nothing is rounded into what it is not."""

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import foundation.pages.numbers as numbers

_ratios = st.decimals(min_value=-50, max_value=50, places=9, allow_nan=False) | st.decimals(0, 1, places=9)


def read(text: str) -> Decimal:
    """The number that a text begins with, as somebody reads it."""
    return Decimal(text.split(maxsplit=1)[0].replace(",", "").replace("−", "-").replace("$", ""))


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0", "0 %"), ("1", "100 %"), ("0.999", "99.9 %"), ("0.89106", "89.1 %"), ("0.99999", "99.999 %"),
        ("0.999999999", "99.9999999 %"), ("0.00001", "0.001 %"), ("0.144", "14.4 %"), ("0.5", "50 %"), ("30.945", "3,094 %"),
        ("30.946", "3,095 %"), ("1.0004", "100.04 %"), ("2.5", "250 %"), ("-0.05", "−5 %"), ("0.0004564", "0.046 %"),
        ("10", "1,000 %"),
    ],
)  # fmt: skip
def test_a_share_has_a_blank_before_its_sign_and_as_many_digits_as_its_value_asks_for(ratio: str, text: str) -> None:
    assert numbers.percent(Decimal(ratio)) == text


@given(ratio=_ratios)
def test_a_share_reads_as_nothing_or_as_all_of_it_only_where_it_is(ratio: Decimal) -> None:
    shown = read(numbers.percent(ratio))

    assert (shown == 0) == (ratio == 0)
    assert (shown == 100) == (ratio == 1)
    assert (shown < 100) == (ratio < 1)


@given(ratio=_ratios)
def test_a_share_is_within_a_twentieth_of_a_percent_of_what_it_was_or_half_a_percent_from_a_thousand_on(
    ratio: Decimal,
) -> None:
    allowed = Decimal("0.5") if abs(ratio) >= 10 else Decimal("0.05")

    assert abs(read(numbers.percent(ratio)) - ratio * 100) <= allowed


@given(ratio=_ratios)
def test_a_bound_that_is_printed_is_a_bound_too(ratio: Decimal) -> None:
    assert read(numbers.percent(ratio, rounding=ROUND_FLOOR)) <= ratio * 100
    assert read(numbers.percent(ratio, rounding=ROUND_CEILING)) >= ratio * 100


@given(ratio=st.decimals(0, 1, places=9), limit=st.sampled_from([Decimal("0.001"), Decimal("0.01"), Decimal("0.05")]))
def test_a_share_never_reads_as_a_limit_that_it_is_not_at(ratio: Decimal, limit: Decimal) -> None:
    shown = read(numbers.percent(ratio, apart_from=limit))

    assert (shown == limit * 100) == (ratio == limit)


def test_a_share_that_is_nearly_nothing_or_nearly_all_says_so_in_a_word() -> None:
    assert numbers.percent(1e-15) == "under 0.000000001 %"
    assert numbers.percent(-1e-15) == "under −0.000000001 %"
    assert numbers.percent(Decimal("0.9999999999999")) == "over 99.999999999 %"
    assert numbers.percent(Decimal("1.0000000000001")) == "over 100 %"


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_an_interval_holds_what_it_held(low: float, high: float) -> None:
    low, high = sorted((low, high))
    text = numbers.percent_range(low, high).removesuffix(" %")
    begin, end = text.split("–")

    assert begin.startswith(("under", "over")) or read(begin) <= Decimal(str(low)) * 100
    assert end.startswith(("under", "over")) or read(end) >= Decimal(str(high)) * 100


def test_an_interval_has_one_sign_of_percent() -> None:
    assert numbers.percent_range(0.2065, 1.0) == "20.6–100 %"


def test_what_somebody_wrote_keeps_all_of_its_digits() -> None:
    assert numbers.exact_percent(Decimal("0.999500")) == "99.95 %"
    assert numbers.exact(Decimal("1550.500")) == "1,550.5"
    assert numbers.exact(Decimal("1E+3")) == "1,000"
    assert numbers.exact_usd(Decimal("500.00")) == "$500"
    assert numbers.exact_usd(Decimal("-0.25")) == "−$0.25"


def test_differences_have_their_sign() -> None:
    assert [numbers.points(Decimal(each)) for each in ("0.012", "-0.004", "0", "12")] == ["+1.2", "−0.4", "0", "+1,200"]
    assert [numbers.signed_usd(Decimal(each)) for each in ("1.2", "-1.2", "0")] == ["+$1.20", "−$1.20", "$0.00"]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ("112", "100", "+12 %"), ("95", "100", "−5 %"), ("1", "0", "new"), ("0", "0", "–"), ("0", "5", "−100 %"),
        ("5", "5", "0 %"), ("0.01", "100", "−99.99 %"), ("100.1", "100", "+0.1 %"), ("2000", "100", "+1,900 %"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_whole_percents_unless_it_would_read_as_none_or_as_all(
    now: str, before: str, text: str
) -> None:
    assert numbers.change(Decimal(now), Decimal(before)) == text


def test_thousands_have_a_comma() -> None:
    assert [numbers.count(each) for each in (0, 999, 1_000, 5_379, -1_200)] == ["0", "999", "1,000", "5,379", "−1,200"]
    assert [numbers.quantity(each) for each in (999.94, 1_000.4, 1_234.56)] == ["999.9", "1,000", "1,235"]
    assert numbers.quantity(1_234.56, digits=1) == "1,234.6"
    assert numbers.quantity(24_960, digits=0) == "24,960"


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "alarm", "1 alarm"), (3, "alarm", "3 alarms"), (0, "query", "0 queries"), (1, "query", "1 query"),
        (2, "day", "2 days"),
        (2, "status", "2 statuses"), (2, "batch", "2 batches"), (1_000, "stack operation", "1,000 stack operations"),
    ],
)  # fmt: skip
def test_singular_and_plural_are_right(number: int, noun: str, text: str) -> None:
    assert numbers.counted(number, noun) == text


def test_a_plural_of_its_own_is_given() -> None:
    assert (numbers.counted(2, "series", "series"), numbers.counted(1, "series", "series")) == ("2 series", "1 series")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1558.489", "1,559"),
        ("1000.000", "1,000"),
        ("100.001", "101"),
        ("99.91", "100"),
        ("12.41", "12.5"),
        ("0.02", "0.1"),
    ],
)
def test_where_a_limit_is_reached_is_never_short_of_it(number: str, text: str) -> None:
    assert numbers.reached_at(Decimal(number)) == text
    assert read(text) >= Decimal(number)


@given(number=st.decimals(min_value=-10_000, max_value=10_000, places=6))
def test_a_quantity_reads_as_nothing_only_where_it_is(number: Decimal) -> None:
    assert (read(numbers.quantity(number)) == 0) == (number == 0)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("6350.335", "$6,350.34"), ("0", "$0.00"), ("-0.00", "$0.00"), ("-5", "−$5.00"), ("0.001", "under $0.01"),
        ("-0.001", "under −$0.01"), ("0.005", "$0.01"), ("1E+20", "$100,000,000,000,000,000,000.00"),
    ],
)  # fmt: skip
def test_money_has_cents(amount: str, text: str) -> None:
    assert numbers.usd(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.0215432", "$0.0215"), ("0.00764", "$0.00764"), ("2", "$2.00"), ("0.10417", "$0.104"), ("0", "$0.00"),
        ("1234.5", "$1,234.50"),
        ("-0.0215", "−$0.0215"), ("0.000001234", "$0.00000123"),
    ],
)  # fmt: skip
def test_the_price_of_one_thing_has_three_digits_that_say_something(amount: str, text: str) -> None:
    assert numbers.unit_usd(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (2.2, "2.2 ms"), (450.0, "450 ms"), (1_000.0, "1,000 ms"), (999.97, "999.9 ms"), (0.04, "0.04 ms"), (0.0, "0 ms"),
        (12_345.6, "12,346 ms"),
    ],
)  # fmt: skip
def test_a_latency_below_the_second_never_reads_as_one(ms: float, text: str) -> None:
    assert numbers.milliseconds(ms) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=56), "56 min"), (timedelta(days=2, hours=19, minutes=59), "2 d 19 h"), (timedelta(days=28), "28 d"),
        (timedelta(seconds=90), "1 min 30 s"), (timedelta(seconds=2.34), "2.3 s"), (timedelta(hours=1, seconds=30), "1 h"),
        (timedelta(seconds=60), "1 min"), (timedelta(seconds=59.99), "59.9 s"), (timedelta(0), "0 s"),
        (timedelta(hours=36), "1 d 12 h"),
        (timedelta(days=1_200), "1,200 d"),
    ],
)  # fmt: skip
def test_a_time_is_told_in_its_two_largest_units(length: timedelta, text: str) -> None:
    assert numbers.duration(length) == text
    assert numbers.duration(length.total_seconds()) == text


@given(seconds=st.integers(0, 10**8))
def test_a_time_never_reads_as_longer_than_it_is_nor_shorter_by_a_tenth(seconds: int) -> None:
    units = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    parts = numbers.duration(seconds).replace(",", "").split()
    told = sum(int(each) * units[unit] for each, unit in zip(parts[::2], parts[1::2], strict=True))

    assert told <= seconds <= told * 1.1


@pytest.mark.parametrize(
    ("number", "text"),
    [("14.4", "14.4"), ("6", "6.0"), ("1", "1.0"), ("1.04", "1.04"), ("0.96", "0.96"), ("0", "0.0"), ("0.02", "0.02"),
     ("3094.5", "3,094.5")],
)  # fmt: skip
def test_a_burn_rate_never_reads_as_even_where_it_is_not(number: str, text: str) -> None:
    assert numbers.ratio(Decimal(number)) == text
