"""What a load test says while it runs, on stderr, and how a person ends it."""

import contextlib
import signal
import sys
import time
from collections.abc import Generator
from types import FrameType
from typing import Self, TextIO

from loadtests.run import Progress

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(line: str) -> None:
    """One line about what happens now; that nobody reads it any more must not keep a check from cleaning up."""
    with contextlib.suppress(OSError, ValueError):
        print(f"· {line}", file=sys.stderr, flush=True)


class ProgressLine:
    """A line that follows the load test: rewritten each second on a terminal, added every ten seconds elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._next_at = 0.0
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def show(self, progress: Progress) -> None:
        """Show how the load test is going; a stream that has gone is no reason to end it."""
        with contextlib.suppress(OSError, ValueError):
            self._show(progress)

    def _show(self, progress: Progress) -> None:
        p99 = "–" if progress.p99_ms is None else f"{progress.p99_ms:,.0f} ms"
        text = (
            f"  {progress.phase:8}  {progress.rate_rps:5.1f} requests/s  p99 {p99:>8}  "
            f"{progress.fault_count:,} faults of {progress.sent_count:,}  {progress.left_seconds:4.0f} s left"
        )
        if self._is_terminal:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
            self._is_open = True
            if progress.left_seconds <= 0:
                self._close()
        elif time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + 10
            print(text, file=self._stream, flush=True)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError, ValueError):
                self._stream.write("\n")


@contextlib.contextmanager
def one_interrupt() -> Generator[None]:
    """Let the first SIGINT, SIGTERM or SIGHUP raise KeyboardInterrupt, and no further one disturb the orderly end."""
    came = False

    def once(_number: int, _frame: FrameType | None) -> None:
        # Not SIG_IGN for the further ones: a process that is started then would have it, too, and could not be ended in order.
        nonlocal came
        if came:
            return
        came = True
        say("interrupted: ending what runs, then writing what was measured")
        raise KeyboardInterrupt

    # Set even where the shell started us with SIGINT ignored, as it does for jobs in the background.
    before = {number: signal.signal(number, once) for number in _ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
