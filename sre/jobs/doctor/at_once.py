"""Asks several things at once, and waits for no answer longer than it may: what has not come by then never came."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Answer = TypeVar("Answer")
MOST_AT_ONCE = 8


def at_once(questions: Sequence[Callable[[], Answer]], *, until: float) -> tuple[Answer | None, ...]:
    """The answers in the order of the questions; None where none came `until` then, a moment of `time.monotonic`.

    What was not begun by then is not asked; who was asked keeps to time-outs of his own. What a question raises is raised here.
    """
    pool = ThreadPoolExecutor(MOST_AT_ONCE)
    try:
        futures = [pool.submit(ask) for ask in questions]
        wait(futures, timeout=max(0.0, until - time.monotonic()))
        return tuple(each.result() if each.done() else None for each in futures)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
