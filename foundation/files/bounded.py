"""Reads a file that a person named, within bounds: of size always, and of time where it is a pipe that nobody may write to."""

import os
import select
import stat
import time
from pathlib import Path

from foundation.errors import InputError

MOST_BYTES = 4 << 20
# For what AWS writes: Price List files, recorded answers, load-test results.
MOST_BYTES_OF_DATA = 256 << 20
# So long for the next bytes of a pipe, and so long for all of them.
_PATIENCE_SECONDS = 5.0
_LONGEST_SECONDS = 60.0
_BLOCK_BYTES = 1 << 20


def read_text(file: Path, *, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file in UTF-8, or in UTF-16 where its first bytes say so; a byte order mark is no part of it.

    Raises InputError when it cannot be read, is larger than `most_bytes`, or is no text.
    """
    content = read_bytes(file, most_bytes=most_bytes)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{file}:{line}: not text in UTF-8; save it as UTF-8") from error


def read_bytes(file: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of a file, a pipe or a device. Raises InputError when it cannot be read or holds more than `most_bytes`."""
    try:
        # Not blocking: to open a pipe that nobody writes to would wait for ever.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read: {_why(error)}") from error
    try:
        there = os.fstat(descriptor)
        if stat.S_ISREG(there.st_mode) and there.st_size > most_bytes:
            raise InputError(_too_large(file, most_bytes))
        content = _all_of(descriptor, file, most_bytes)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {_why(error)}") from error
    finally:
        os.close(descriptor)
    return content


def _all_of(descriptor: int, file: Path, most_bytes: int) -> bytes:
    blocks: list[bytes] = []
    size_bytes, ends_at = 0, time.monotonic() + _LONGEST_SECONDS
    while True:
        if time.monotonic() > ends_at:
            raise InputError(f"{file}: cannot be read: it did not end within {_LONGEST_SECONDS:g} s")
        if not select.select([descriptor], [], [], _PATIENCE_SECONDS)[0]:
            raise InputError(f"{file}: cannot be read: nothing came within {_PATIENCE_SECONDS:g} s")
        block = os.read(descriptor, _BLOCK_BYTES)
        if not block:
            return b"".join(blocks)
        blocks.append(block)
        size_bytes += len(block)
        if size_bytes > most_bytes:
            raise InputError(_too_large(file, most_bytes))


def _too_large(file: Path, most_bytes: int) -> str:
    return f"{file}: larger than {most_bytes >> 20} MiB, the most that is read"


def _why(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case OSError(strerror=str(reason)):
            return reason[0].lower() + reason[1:]
        case _:
            return str(error)
