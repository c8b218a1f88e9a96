"""Several pieces of work at once, each in a thread; none goes on when another has failed, or when the run is interrupted.

What is to be waited for may take minutes: a thread is then told to end by an exception, so that it removes what it has made.
"""

import ctypes
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

ResultT = TypeVar("ResultT")
# Longer than any tool runs that is waited for in one piece.
_END_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended(Generic[ResultT]):
    number: int
    results: tuple[ResultT, ...]
    error: BaseException | None

    def result(self) -> ResultT:
        if self.error is not None:
            raise self.error
        return self.results[0]


def at_once(works: Sequence[Callable[[], ResultT]]) -> tuple[ResultT, ...]:
    """Their results, in their order. Raises the error of the first that fails, after the others have ended."""
    ended: SimpleQueue[_Ended[ResultT]] = SimpleQueue()

    def run(number: int, work: Callable[[], ResultT]) -> None:
        try:
            ended.put(_Ended(number=number, results=(work(),), error=None))
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are waited for
            ended.put(_Ended(number=number, results=(), error=error))

    # A thread that does not end all the same keeps nobody.
    threads = [
        threading.Thread(target=run, args=each, name=f"work-{each[0]}", daemon=True) for each in enumerate(works)
    ]
    found: dict[int, ResultT] = {}
    try:
        for thread in threads:
            thread.start()
        for _ in threads:
            one = ended.get()
            found[one.number] = one.result()
    except BaseException:
        _end(threads)
        raise
    return tuple(found[number] for number in range(len(threads)))


def _end(threads: Sequence[threading.Thread]) -> None:
    """Interrupt those that go on, and wait until they have cleared away what they made."""
    give_up_at = time.monotonic() + _END_SECONDS
    # https://docs.python.org/3/c-api/threads.html#c.PyThreadState_SetAsyncExc: raised at the thread's next step.
    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
    for thread in threads:
        if thread.is_alive() and thread.ident is not None:
            interrupt(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
    for thread in threads:
        if thread.ident is not None:
            thread.join(max(0.0, give_up_at - time.monotonic()))
