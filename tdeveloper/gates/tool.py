"""Runs a tool that a gate needs: a program of its own, which may break, hang, or write without end.

It gets a directory to work in, a home that is gone afterwards, an environment with nothing of ours in it, a low priority,
and bounds of time and output. What broke is told apart from what ended: a tool that did not look is never taken for one that
found nothing.
"""

import os
import selectors
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from subprocess import DEVNULL, PIPE, TimeoutExpired

from foundation.errors import PlatformError
from foundation.processes.child import Child

_OUTPUT_BYTES = 64 * 1024 * 1024
# Of what a tool says of its own trouble, the first line is shown.
_COMPLAINT_BYTES = 64 * 1024
_COMPLAINT_CHARACTERS = 120
_BLOCK_BYTES = 64 * 1024
# A thread that waits in one piece is not told that its run was interrupted.
_LOOK_SECONDS = 0.2
# `ulimit -f` counts blocks of 512 bytes in dash and of 1,024 in bash; either bounds what a tool writes to a disk.
_FILE_BLOCKS = 512 * 1024
# Where there is no `nice`, as in a small image, a tool runs all the same.
_NICE = 'if command -v nice > /dev/null; then exec nice -n 10 "$@"; fi; exec "$@"'
_LIMITED = ("/bin/sh", "-c", f"ulimit -f {_FILE_BLOCKS}; {_NICE}", "tool")
_FIRST_FATAL_SHELL_CODE = 128


class Trouble(Enum):
    """Why a tool gave no answer: whether another try with less to look at may give one."""

    CRASHED = "crashed"
    """It broke on something that it looked at, or answered with more than is taken or with what cannot be read."""
    TIME_IS_OVER = "time is over"
    REFUSED = "refused"
    """It took its own options for wrong, whatever it was to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A tool that ended with an exit code that its caller knows as an answer."""

    exit_code: int
    stdout: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A tool that gave no answer. `why` begins with the tool's name, and is the same for the same tree: it has nothing of
    what the tool wrote of itself, where numbers of threads and scratch paths stand.
    """

    why: str
    trouble: Trouble


def find_tool(name: str) -> Path:
    """The program: beside the running Python, or in `bin/` of the bundle that this code is in. Raises PlatformError."""
    bundle = Path(__file__).resolve().parents[2]
    places = (Path(sys.executable).parent, bundle / "bin")
    for place in places:
        if os.access(place / name, os.X_OK) and (place / name).is_file():
            return place / name
    raise PlatformError(
        f"{name}: is neither in {places[0]} nor in {places[1]}; install the dependency group that has it (pyproject.toml)"
    )


def run_tool(
    name: str,
    command: Sequence[str],
    *,
    cwd: Path,
    seconds: float,
    good_codes: frozenset[int] = frozenset({0}),
    refusing_codes: frozenset[int] = frozenset({2}),
    output_bytes: int = _OUTPUT_BYTES,
) -> Ran | Broke:
    """Run a program to its end in `cwd`, for `seconds` at most; whatever it started ends with it.

    Of its output `output_bytes` are taken at most. Any exit code but `good_codes` is a tool that broke; by one of
    `refusing_codes` it says that its options are wrong.
    """
    if seconds <= 0:
        return Broke(why=f"{name}: no time was left for it", trouble=Trouble.TIME_IS_OVER)
    with tempfile.TemporaryDirectory(prefix="tool-") as home:
        environment = {"PATH": os.defpath, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "NO_COLOR": "1"}
        # Where this pipe ends, so does everything that the tool has started, also what left its session.
        life, holding = os.pipe()
        child = Child(
            [*_LIMITED, *command], ends_with=life, cwd=cwd, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        try:
            stdout, complaint, end = _listen(child, time.monotonic() + seconds, output_bytes)
        finally:
            os.close(holding)
            code = child.wait()
            for pipe in (child.stdout, child.stderr):
                if pipe is not None:
                    pipe.close()
            os.close(life)
    match end:
        case _End.TIME_IS_OVER:
            return Broke(why=f"{name}: did not end within {seconds:.3g} s", trouble=Trouble.TIME_IS_OVER)
        case _End.TOO_MUCH:
            return Broke(
                why=f"{name}: wrote more than the {output_bytes:,} bytes that are read", trouble=Trouble.CRASHED
            )
        case _End.ENDED if code in good_codes:
            return Ran(exit_code=code, stdout=stdout)
        case _End.ENDED if code in refusing_codes:
            return Broke(why=f"{name}: refuses its options{_first_line(complaint)}", trouble=Trouble.REFUSED)
        case _End.ENDED:
            return Broke(why=f"{name}: {_how_it_ended(code)}", trouble=Trouble.CRASHED)


class _End(Enum):
    ENDED = "ended"
    TIME_IS_OVER = "time is over"
    TOO_MUCH = "too much"


def _listen(child: Child, ends_at_seconds: float, output_bytes: int) -> tuple[bytes, bytes, _End]:
    """Read both pipes until they end, the time is over, or one of them has brought too much."""
    assert child.stdout is not None  # noqa: S101 - both were asked for
    assert child.stderr is not None  # noqa: S101
    stdout, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ, stdout)
        waiting.register(child.stderr, selectors.EVENT_READ, complaint)
        while waiting.get_map():
            left_seconds = ends_at_seconds - time.monotonic()
            if left_seconds <= 0:
                return bytes(stdout), bytes(complaint), _End.TIME_IS_OVER
            for key, _ in waiting.select(min(left_seconds, _LOOK_SECONDS)):
                block = os.read(key.fd, _BLOCK_BYTES)
                if not block:
                    waiting.unregister(key.fileobj)
                key.data.extend(block)
            if len(stdout) > output_bytes:
                return bytes(stdout), bytes(complaint), _End.TOO_MUCH
            del complaint[_COMPLAINT_BYTES:]
    try:
        # It may have closed its pipes and go on.
        child.wait(max(0.1, ends_at_seconds - time.monotonic()))
    except TimeoutExpired:
        return bytes(stdout), bytes(complaint), _End.TIME_IS_OVER
    return bytes(stdout), bytes(complaint), _End.ENDED


def _how_it_ended(code: int) -> str:
    number = -code if code < 0 else code - _FIRST_FATAL_SHELL_CODE
    if code < 0 or code > _FIRST_FATAL_SHELL_CODE:
        try:
            return f"was ended by {signal.Signals(number).name}"
        except ValueError:
            pass
    return f"ended with exit code {code}"


def _first_line(complaint: bytes) -> str:
    lines = (line.strip() for line in complaint.decode(errors="replace").splitlines())
    first = next((line for line in lines if line), "")
    return f": {first[:_COMPLAINT_CHARACTERS]}" if first else ""
