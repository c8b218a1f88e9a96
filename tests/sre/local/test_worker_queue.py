"""The emulator's queue: so many at once, the others in their order, and every wait counted."""

import itertools
import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre.local.worker_queue import Counted, WorkerQueue


def a_queue(places: int = 1, *, patience_seconds: float = 5, clock: Callable[[], float] = lambda: 0.0) -> WorkerQueue:
    return WorkerQueue(places=lambda _pool: places, patience_seconds=patience_seconds, clock=clock)


def waits(queue: WorkerQueue, number: int) -> None:
    """Return when so many calls wait; `look` would count the others as seen."""
    while sum(len(pool.waiting) for pool in queue._pools.values()) < number:
        threading.Event().wait(0.001)


def test_who_finds_a_place_does_not_wait() -> None:
    queue = a_queue(places=2)
    with queue.turn("api") as first, queue.turn("api") as second:
        assert (first, second) == (True, True)
    assert queue.look() == Counted(call_count=2, waits_ms=(), given_up_count=0, waiting_count=0)


def test_those_that_wait_are_served_in_the_order_in_which_they_came() -> None:
    queue, served = a_queue(), list[int]()

    def call(number: int) -> None:
        with queue.turn("api"):
            served.append(number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(5)]
    with queue.turn("api"):
        for number, thread in enumerate(threads, start=1):
            thread.start()
            waits(queue, number)
        assert served == []
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4]
    assert len(queue.look().waits_ms) == 5


def test_who_waits_too_long_gives_up_and_takes_nobodys_place() -> None:
    times = itertools.count()  # each look at the clock is a second later than the last
    queue = a_queue(patience_seconds=0.001, clock=lambda: float(next(times)))
    with queue.turn("api"):
        with queue.turn("api") as has_turn:
            assert not has_turn
        assert queue.look() == Counted(call_count=2, waits_ms=(1000.0,), given_up_count=1, waiting_count=0)
    with queue.turn("api") as has_turn:
        assert has_turn


def test_a_call_that_may_take_longer_waits_longer() -> None:
    queue = WorkerQueue(places=lambda _pool: 1, patience_seconds=0.001)
    with queue.turn("gate"), queue.turn("gate", at_least_seconds=0.03) as has_turn:
        assert not has_turn
    (waited_ms,) = queue.look().waits_ms
    assert waited_ms >= 30


def test_a_call_that_fails_gives_its_place_back() -> None:
    queue = a_queue(patience_seconds=0.001)

    def fail() -> None:
        with queue.turn("api"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with queue.turn("api") as has_turn:
        assert has_turn


def test_a_function_that_calls_another_waits_for_that_ones_workers_only() -> None:
    queue = a_queue(patience_seconds=0.001)
    with queue.turn("state-machine-step"), queue.turn("api") as has_turn:
        assert has_turn


def test_a_function_that_calls_itself_waits_its_patience_and_not_for_ever() -> None:
    queue = a_queue(patience_seconds=0.001)
    with queue.turn("api"), queue.turn("api") as has_turn:
        assert not has_turn


def test_who_waits_is_counted_when_somebody_looks() -> None:
    queue = a_queue()
    inside = threading.Thread(target=lambda: queue.turn("api").__enter__())
    with queue.turn("api"):
        inside.start()
        waits(queue, 1)
        assert queue.look() == Counted(call_count=1, waits_ms=(), given_up_count=0, waiting_count=1)
    inside.join()


@settings(max_examples=20, deadline=None)
@given(places=st.integers(1, 4), calls=st.integers(1, 12))
def test_never_more_at_once_than_there_are_places_and_everybody_gets_one(places: int, calls: int) -> None:
    queue, lock = a_queue(places), threading.Lock()
    inside = most = 0

    def call() -> None:
        nonlocal inside, most
        with queue.turn("api") as has_turn:
            assert has_turn
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.0005)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= places
    assert queue.look().call_count == calls
