"""The fault switch: off by default, exact in its shares, and never on in production."""

import itertools
import time

import pytest

from foundation.errors import InputError
from foundation.fault_switch import FaultSwitch, read_switch


def test_it_is_off_by_default() -> None:
    assert read_switch("off", stage="local") == read_switch("", stage="production") == FaultSwitch()
    assert not FaultSwitch().strike(draw=lambda: 0.0)


def test_it_reads_errors_delays_and_both() -> None:
    assert read_switch("errors=1%", stage="local") == FaultSwitch(error_ratio=0.01)
    assert read_switch("delay=1500ms@5%", stage="local") == FaultSwitch(delay_ratio=0.05, delay_seconds=1.5)
    assert read_switch("delay=1.2s@2%", stage="local") == FaultSwitch(delay_ratio=0.02, delay_seconds=1.2)
    assert read_switch("cpu=0.3s", stage="local") == FaultSwitch(cpu_ratio=1.0, cpu_seconds=0.3)
    both = FaultSwitch(error_ratio=0.005, delay_ratio=1.0, delay_seconds=0.2)
    assert read_switch("errors=0.5%, delay=200ms@100%", stage="staging") == both


def test_cpu_time_is_burned_by_every_request_or_by_the_stated_share() -> None:
    assert read_switch("cpu=300ms", stage="local") == FaultSwitch(cpu_ratio=1.0, cpu_seconds=0.3)
    assert read_switch("cpu=2s@5%", stage="local") == FaultSwitch(cpu_ratio=0.05, cpu_seconds=2.0)
    both = FaultSwitch(error_ratio=0.01, cpu_ratio=1.0, cpu_seconds=0.3)
    assert read_switch("errors=1%,cpu=300ms@100%", stage="staging") == both


def test_it_is_refused_in_production() -> None:
    with pytest.raises(InputError, match="production"):
        read_switch("errors=1%", stage="production")


@pytest.mark.parametrize(
    "text",
    [
        "errors=101%", "errors=1", "delay=1@5%", "delay=5%", "on", "errors=1%;errors=2%", "errors=-1%", "cpu=300", "cpu=5%",
        "cpu=300ms@101%", "cpu=300ms@", "cpu=-1ms",
    ],
)  # fmt: skip
def test_what_it_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_switch(text, stage="local")


def test_it_fails_the_stated_share_of_requests() -> None:
    draws = itertools.cycle(number / 1000 for number in range(1000))
    switch = FaultSwitch(error_ratio=0.01)
    assert sum(switch.strike(draw=lambda: next(draws)) for _ in range(1000)) == 10


def test_it_delays_the_stated_share_by_the_stated_time() -> None:
    draws = itertools.cycle(number / 1000 for number in range(1000))
    slept: list[float] = []
    switch = FaultSwitch(delay_ratio=0.05, delay_seconds=1.5)
    assert not any(switch.strike(draw=lambda: next(draws), sleep=slept.append) for _ in range(1000))
    assert slept == [1.5] * 50


@pytest.mark.parametrize(
    "text",
    [
        "delay=99999999ms@5%", "delay=29001ms@5%", "delay=30s@5%", "delay=29.001s@5%", "delay=1.2345s@5%",
        "delay=" + "9" * 5_000 + "ms@5%", "delay=１５００ms@5%",
        "errors=１%", "cpu=29001ms", "cpu=30s", "cpu=" + "9" * 5_000 + "ms", "cpu=３００ms",
    ],
)  # fmt: skip
def test_a_delay_and_cpu_time_have_a_bound_and_numbers_have_ascii_digits(text: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_switch(text, stage="local")


def test_the_longest_delay_is_as_long_as_api_gateway_waits() -> None:
    assert read_switch("delay=29000ms@100%", stage="local").delay_seconds == 29
    assert read_switch("delay=29s@100%", stage="local").delay_seconds == 29
    assert read_switch("delay=29.000s@100%", stage="local").delay_seconds == 29
    assert read_switch("cpu=29s", stage="local").cpu_seconds == 29


def test_it_burns_cpu_time_and_not_time_that_passes() -> None:
    burned = itertools.count(step=0.125)
    switch = FaultSwitch(cpu_ratio=1.0, cpu_seconds=0.5)
    assert not switch.strike(
        draw=lambda: 0.0, sleep=lambda _seconds: pytest.fail("it waited"), cpu_clock=lambda: next(burned)
    )
    assert next(burned) == 0.625  # looked at once before, and until half a second of it was gone


def test_it_burns_the_stated_share_and_nothing_beside_it() -> None:
    draws = itertools.cycle(number / 1000 for number in range(1000))
    looks: list[float] = []

    def clock() -> float:
        looks.append(0.0)
        return float(len(looks))

    switch = FaultSwitch(cpu_ratio=0.05, cpu_seconds=0.5)
    assert not any(switch.strike(draw=lambda: next(draws), cpu_clock=clock) for _ in range(1000))
    assert len(looks) == 2 * 50


def test_a_request_that_is_to_burn_burns_about_so_much_of_this_process() -> None:
    began = time.process_time()
    FaultSwitch(cpu_ratio=1.0, cpu_seconds=0.02).strike()
    assert time.process_time() - began >= 0.02
