"""stdout and stderr as the door has them: nothing that a command prints can raise what it would have to foresee.

A reader of stdout that has gone is no OSError, so that nothing on the way takes it for a file that cannot be written; a full disk
is one line. stderr may go at any time: what is said there is said to nobody, and the work goes on. What an encoding has not is
escaped; ASCII becomes UTF-8, as Python itself does in the locale C, and click does wherever it prints.
"""

import codecs
import io
import os
import select
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from foundation.errors import InputError
from foundation.pages.escapes import terminal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class ReaderGone(BaseException):
    """Whoever read stdout has gone, such as `head -1`. Like KeyboardInterrupt it is no error of the command's."""


def take_streams() -> None:
    """Put streams for the descriptors 1 and 2 into sys; one that is closed leads nowhere, before a file takes its number."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = _text(1, _refuse, encoding=getattr(sys.stdout, "encoding", None), kind=_Shown)
    sys.stderr = _text(2, _ignore, encoding=getattr(sys.stderr, "encoding", None), is_said_at_once=True)


class _Shown(io.TextIOWrapper):
    """What is printed, in which no text can move the cursor, or hide."""

    def write(self, text: str, /) -> int:
        super().write(terminal(text))
        return len(text)


def styled(stream: TextIO) -> TextIO:
    """The same stream for what is coloured on purpose, whose texts are escaped already."""
    if not isinstance(stream, _Shown):
        return stream
    stream.flush()
    return _text(1, _refuse, encoding=stream.encoding, is_said_at_once=True)


class _Descriptor(io.RawIOBase):
    """Writes to a descriptor until it fails, and from then on to nowhere, also when the interpreter flushes at its end."""

    def __init__(self, descriptor: int, failed: Callable[[OSError], None]) -> None:
        self._descriptor, self._failed = descriptor, failed
        self._has_failed = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: "ReadableBuffer", /) -> int:
        content = bytes(data)
        while not self._has_failed:
            try:
                return os.write(self._descriptor, content)
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError as error:
                self._has_failed = True
                self._failed(error)
        return len(content)


def _text(
    descriptor: int,
    failed: Callable[[OSError], None],
    *,
    encoding: str | None,
    is_said_at_once: bool = False,
    kind: type[io.TextIOWrapper] = io.TextIOWrapper,
) -> io.TextIOWrapper:
    raw = _Descriptor(descriptor, failed)
    is_ascii = encoding is None or codecs.lookup(encoding).name == "ascii"
    return kind(
        io.BufferedWriter(raw), encoding="utf-8" if is_ascii else encoding, errors="backslashreplace",
        line_buffering=is_said_at_once or raw.isatty(),
    )  # fmt: skip


def _refuse(error: OSError) -> None:
    if isinstance(error, BrokenPipeError):
        raise ReaderGone from error
    raise InputError(f"stdout: cannot be written: {error.strerror}") from error


def _ignore(_error: OSError) -> None:
    """Nobody can be told."""
