"""Work of several at once ends as a whole: with all results, or with the first error and nothing that goes on."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from sre.jobs.judge.at_once import at_once


def endless(cleared: list[str], began: threading.Event) -> Callable[[], str]:
    """Work of hours, in steps, that clears away what it has made."""

    def work() -> str:
        try:
            began.set()
            while True:
                time.sleep(0.005)
        finally:
            cleared.append("cleared")

    return work


def test_results_are_in_the_order_of_the_works_whatever_ends_first() -> None:
    first_may_end = threading.Event()

    def first() -> str:
        first_may_end.wait()
        return "first"

    def second() -> str:
        first_may_end.set()
        return "second"

    assert at_once([first, second]) == ("first", "second")
    assert at_once([]) == ()


def test_where_one_fails_the_others_are_ended_and_its_error_is_raised() -> None:
    cleared: list[str] = []
    began = threading.Event()

    def fails() -> str:
        began.wait()
        raise ValueError("of this one")

    with pytest.raises(ValueError, match="of this one"):
        at_once([endless(cleared, began), fails])
    assert cleared == ["cleared"]


def test_an_interrupt_ends_all_of_them() -> None:
    cleared: list[str] = []
    began = [threading.Event(), threading.Event()]

    def interrupts() -> None:
        for each in began:
            each.wait()
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupts, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        at_once([endless(cleared, each) for each in began])
    assert cleared == ["cleared", "cleared"]
    assert [each.name for each in threading.enumerate() if each.name.startswith("work-")] == []
