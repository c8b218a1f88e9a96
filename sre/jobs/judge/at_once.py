"""Several pieces of work at once, each in a thread; none goes on when another has failed, or when the run is interrupted.

What is to be waited for may take minutes: a thread is then told to end by an exception, so that it removes what it has made.
"""

import ctypes
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

ResultT = TypeVar("ResultT")
_LOOK_SECONDS = 0.05
# Longer than it takes to clear away what a gate has made.
_AGAIN_SECONDS = 10.0
# Longer than any tool runs that is waited for in one piece.
_END_SECONDS = 30.0


def at_once(works: Sequence[Callable[[], ResultT]]) -> tuple[ResultT, ...]:
    """Their results, in their order. Raises the error of the first that fails, after the others have ended."""
    ended: SimpleQueue[tuple[int, ResultT] | BaseException] = SimpleQueue()
    # None begins before all are there: an interrupt between two of them would leave one that nobody knows.
    may_begin, is_over = threading.Event(), threading.Event()

    def run(number: int, work: Callable[[], ResultT]) -> None:
        may_begin.wait()
        if is_over.is_set():
            return
        try:
            ended.put((number, work()))
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are waited for
            ended.put(error)

    # A thread that does not end all the same keeps nobody.
    threads = [
        threading.Thread(target=run, args=each, name=f"work-{each[0]}", daemon=True) for each in enumerate(works)
    ]
    try:
        for thread in threads:
            thread.start()
        may_begin.set()
        return _all(ended, len(threads))
    except BaseException:
        is_over.set()
        may_begin.set()
        _end(threads)
        raise


def _all(ended: "SimpleQueue[tuple[int, ResultT] | BaseException]", count: int) -> tuple[ResultT, ...]:
    found: dict[int, ResultT] = {}
    while len(found) < count:
        # In pieces: a signal that comes just before a wait without an end does not end it.
        try:
            one = ended.get(timeout=_LOOK_SECONDS)
        except Empty:
            continue
        if isinstance(one, BaseException):
            raise one
        found[one[0]] = one[1]
    return tuple(found[number] for number in range(count))


def _end(threads: Sequence[threading.Thread]) -> None:
    """Interrupt those that go on, and wait until they have cleared away what they made."""
    began_at = again_at = time.monotonic()
    while (alive := [each for each in threads if each.is_alive()]) and time.monotonic() < began_at + _END_SECONDS:
        # One that comes where Python ignores errors, such as while an object is removed, is lost.
        if time.monotonic() >= again_at:
            again_at += _AGAIN_SECONDS
            for thread in alive:
                _interrupt(thread)
        alive[0].join(_LOOK_SECONDS)


def _interrupt(thread: threading.Thread) -> None:
    """Raise in a thread at its next step: https://docs.python.org/3/c-api/threads.html#c.PyThreadState_SetAsyncExc."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
