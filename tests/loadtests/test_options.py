"""The numbers of Locust's command line and web interface: finite, and in range."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import InputError
from loadtests.options import check_options, drain_seconds

GOOD = {
    "user_rps": 1.0, "measure_seconds": 0.0, "warm_up_seconds": -1.0, "connect_seconds": 5.0, "answer_seconds": 29.0,
    "stop_after_seconds": 0,
}  # fmt: skip


def test_what_locust_has_by_itself_is_taken() -> None:
    check_options(SimpleNamespace(**GOOD))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -2.0, 1e9, "5", None, True])
@pytest.mark.parametrize("name", GOOD)
def test_a_number_that_is_none_or_out_of_range_is_refused_by_its_option(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"--{name.replace('_', '-')} "):
        check_options(SimpleNamespace(**GOOD | {name: value}))


@pytest.mark.parametrize("name", ["connect_seconds", "answer_seconds"])
def test_no_time_out_is_longer_than_api_gateways(name: str) -> None:
    with pytest.raises(InputError, match=r"must be from 0\.1 to 29"):
        check_options(SimpleNamespace(**GOOD | {name: 29.1}))


def test_all_wrong_ones_are_said_at_once() -> None:
    with pytest.raises(InputError, match=r"--user-rps nan: .*; --stop-after-seconds nan: "):
        check_options(SimpleNamespace(**GOOD | {"user_rps": math.nan, "stop_after_seconds": math.nan}))


def test_what_is_under_way_at_the_end_may_take_as_long_as_an_answer_may() -> None:
    assert (drain_seconds(10.0), drain_seconds(29.0)) == (12.0, 31.0)
