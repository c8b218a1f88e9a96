"""Lets so many calls into each pool of workers at once; the others wait their turn, first come, first served.

What waited, and how long, is counted for whoever looks, and taken off nothing.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What has happened since somebody looked last; `waits_ms` are of the calls that waited, those that gave up included."""

    call_count: int
    waits_ms: tuple[float, ...]
    given_up_count: int
    waiting_count: int


@dataclass(slots=True)
class _Pool:
    free_count: int
    waiting: deque[threading.Event] = field(default_factory=deque[threading.Event])


class WorkerQueue:
    """`places` says how many calls a pool takes at once; after `patience_seconds` a call that waits gives up."""

    def __init__(
        self, *, places: Callable[[str], int], patience_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._places, self._patience_seconds, self._clock = places, patience_seconds, clock
        self._lock = threading.Lock()
        self._pools: dict[str, _Pool] = {}
        self._call_count = self._given_up_count = 0
        self._waits_ms: list[float] = []

    @contextmanager
    def turn(self, pool: str, *, at_least_seconds: float = 0.0) -> Generator[bool]:
        """Wait for a place in a pool and keep it as long as the block runs; False when none came free in time.

        A call that may take longer than the queue's patience waits `at_least_seconds`.
        """
        has_turn = self._enter(pool, max(self._patience_seconds, at_least_seconds))
        try:
            yield has_turn
        finally:
            if has_turn:
                self._leave(pool)

    def look(self) -> Counted:
        """What has happened since the last look; how many wait now."""
        with self._lock:
            counted = Counted(
                call_count=self._call_count,
                waits_ms=tuple(self._waits_ms),
                given_up_count=self._given_up_count,
                waiting_count=sum(len(pool.waiting) for pool in self._pools.values()),
            )
            self._call_count = self._given_up_count = 0
            self._waits_ms = []
        return counted

    def _enter(self, name: str, patience_seconds: float) -> bool:
        began = self._clock()
        with self._lock:
            pool = self._pools.get(name)
            if pool is None:
                pool = self._pools[name] = _Pool(self._places(name))
            if pool.free_count:
                pool.free_count -= 1
                self._call_count += 1
                return True
            called = threading.Event()
            pool.waiting.append(called)
        called.wait(patience_seconds)
        with self._lock:
            # Whoever leaves hands the place on under this lock: it may have come at the last moment.
            has_turn = called.is_set()
            if not has_turn:
                pool.waiting.remove(called)
                self._given_up_count += 1
            self._call_count += 1
            self._waits_ms.append((self._clock() - began) * 1000)
        return has_turn

    def _leave(self, name: str) -> None:
        with self._lock:
            pool = self._pools[name]
            if pool.waiting:
                pool.waiting.popleft().set()
            else:
                pool.free_count += 1
