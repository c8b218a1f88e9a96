"""Rounds of `--watch`: one after the other until somebody interrupts, each told in place of the last on a terminal."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Protocol, TextIO

# https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: to the first place, to the end of the line, of the screen; the cursor.
_CLEAR, _HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[2J", "\x1b[H", "\x1b[K", "\x1b[J"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_LEAST_PAUSE = timedelta(seconds=1)


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait so long."""
        ...


class SystemClock:
    """This machine's."""

    def now(self) -> datetime:
        """As Clock says."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """As Clock says."""
        time.sleep(seconds)


def watch(tell: Callable[[datetime], None], *, every: timedelta, clock: Clock) -> NoReturn:
    """Tell a round so often, counted from where one begins to where the next does, and never two at once.

    A round that takes longer is followed by a second of rest. It ends with what interrupts it.
    """
    while True:
        began_at = clock.now()
        tell(began_at)
        left = every - (clock.now() - began_at)
        clock.sleep(min(every, max(_LEAST_PAUSE, left)).total_seconds())


class Redrawn:
    """A terminal on which each round is written over the last, line by line and at once, so that nothing flickers."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_begun = False

    def __enter__(self) -> "Redrawn":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._is_begun:
            self._stream.write(_SHOW_CURSOR)
            self._stream.flush()

    def draw(self, lines: list[str]) -> None:
        """Draw one round; its lines are as a terminal takes them."""
        begin = "" if self._is_begun else f"{_CLEAR}{_HIDE_CURSOR}"
        self._is_begun = True
        drawn = "".join(f"{each}{_REST_OF_LINE}\n" for each in lines)
        self._stream.write(f"{begin}{_HOME}{drawn}{_REST_OF_SCREEN}")
        self._stream.flush()
