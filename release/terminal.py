"""What a release check says while it runs, on stderr, and its result as a table on stdout."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from loadtests.run import Progress
    from reports.release_check import ReleaseCheck

_STYLES = {"pass": "green", "miss": "bold red", "inconclusive": "yellow", "no data": "dim"}


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

    def show(self, progress: "Progress") -> None:
        """Show how the load test is going; a stream that has gone is no reason to end it."""
        with contextlib.suppress(OSError, ValueError):
            self._show(progress)

    def _show(self, progress: "Progress") -> None:
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


def print_table(check: "ReleaseCheck") -> None:
    """The objectives with their verdicts."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"Release check, {check.label}, profile {check.profile}", title_justify="left")
    for heading in ("objective", "target", "verdict", "n", "because"):
        table.add_column(heading, justify="right" if heading == "n" else "left", overflow="fold")
    for row in check.objectives:
        table.add_row(
            row.name,
            row.target,
            Text(row.word, style=_STYLES[row.word]),
            "–" if row.sample_count is None else f"{row.sample_count:,}",
            row.reasoning,
        )
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if check.alarms is not None:
        # Neither wrapped nor cut: names of alarms are looked for.
        print(f"Alarms that would have gone off: {check.alarms.sentence}.")
