"""A clock that stands while anything runs, then goes on to the next moment that somebody sleeps until.

Minutes of load take seconds so, one greenlet runs at a time, and it is the same in every run, however busy the machine.
"""

import heapq
import itertools
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event


class Clock:
    """What sleeps and spawns by it; `running` is the greenlet that has its turn."""

    def __init__(self) -> None:
        self.now = 0.0
        self.running: Any = None
        self._moments: list[tuple[float, int, Any, Callable[[], object]]] = []
        self._order = itertools.count()
        self._rested = Event()

    def monotonic(self) -> float:
        """Instead of the one of `time`."""
        return self.now

    def sleep(self, seconds: float = 0.0) -> None:
        """Instead of the one of `gevent`, and of `time`."""
        woken = Event()
        self._at(self.now + max(0.0, seconds), gevent.getcurrent(), woken.set)
        self._rested.set()
        woken.wait()

    def spawn(self, function: Callable[..., object], *arguments: object) -> Any:
        """Instead of the one of `gevent`: the greenlet begins when those have rested that run, or wait for this moment."""
        greenlet: Any = gevent.Greenlet(self._have_turn, function, arguments)
        self._at(self.now, greenlet, greenlet.start)
        return greenlet

    def go_on(self, until: float) -> None:
        """Let everybody have his turn who sleeps no longer than until then."""
        while self._moments and self._moments[0][0] <= until:
            self.now, _, self.running, wake = heapq.heappop(self._moments)
            self._rested.clear()
            wake()
            self._rested.wait()
        self.now = until

    def _at(self, moment: float, greenlet: Any, wake: Callable[[], object]) -> None:
        heapq.heappush(self._moments, (moment, next(self._order), greenlet, wake))

    def _have_turn(self, function: Callable[..., object], arguments: tuple[object, ...]) -> object:
        try:
            return function(*arguments)
        finally:
            self._rested.set()
