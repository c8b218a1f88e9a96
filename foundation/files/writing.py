"""The one place that writes files: a file is written whole or not at all, and never outside the directory it was asked for.

Its content goes into a new file beside it, to the disk, and then takes its place in one step. A link is followed, an existing
file keeps its permissions, and what is no file, such as /dev/stdout, is written to as it is.
"""

import os
import secrets
import select
import shutil
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from foundation.errors import InputError

# As many as Linux follows.
_MOST_LINKS = 40


def write_text(file: Path, text: str) -> None:
    """Write a text in UTF-8. Raises InputError when it cannot be written; what was there before is then still there."""
    write_bytes(file, text.encode())


def write_bytes(file: Path, content: bytes) -> None:
    """Write bytes. Raises InputError when they cannot be written; what was there before is then still there."""
    with replacing(file) as beside:
        beside.write_bytes(content)


@contextmanager
def replacing(file: Path) -> Generator[Path]:
    """A path to write to, for what writes by itself; it becomes `file` when all went well, and is removed when not.

    Missing directories are made. Raises InputError when it cannot be written.
    """
    try:
        if descriptor_of(file) is not None or is_special(file):
            with TemporaryDirectory() as beside:
                yield Path(beside) / "content"
                _copy(Path(beside) / "content", file)
            return
        target = file.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
        try:
            yield beside
            if target.exists():
                beside.chmod(stat.S_IMODE(target.stat().st_mode))
            _to_disk(beside)
            beside.replace(target)
            _to_disk(target.parent)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error


@contextmanager
def building(directory: Path) -> Generator[Path]:
    """A path to make a directory at; it becomes `directory` when all went well, and is removed when not.

    It lies beside it, so that what points elsewhere from within stays right. Of several that build it at once, the first to
    finish wins, and the others take what it made. Raises InputError when it cannot take its place.
    """
    make_directory(directory.parent)
    beside = directory.with_name(f"{directory.name}.{secrets.token_hex(4)}")
    try:
        yield beside
        try:
            beside.rename(directory)
        except OSError as error:
            if not directory.is_dir():
                raise InputError(f"{directory}: cannot be made: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def make_directory(directory: Path) -> Path:
    """Make a directory, and those above it. Raises InputError when it cannot be made."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{directory}: cannot be made: {error.strerror or error}") from error
    return directory


def remove(file: Path) -> None:
    """Remove a file that may be there. Raises InputError when it cannot be removed."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{file}: cannot be removed: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class OutDirectory:
    """A directory that a person named for what is written; no name leads out of it."""

    root: Path

    def __truediv__(self, name: str) -> Path:
        """The path of a file in it. Raises InputError for a name that leads elsewhere."""
        file = self.root / name
        if not name or "\0" in name or not file.resolve().is_relative_to(self.root.resolve()):
            raise InputError(f"{name!r} is no name of a file in {self.root}")
        return file

    def write_text(self, name: str, text: str) -> Path:
        """Write a text in it, as `write_text` does; where it is."""
        write_text(file := self / name, text)
        return file

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Write bytes in it, as `write_bytes` does; where they are."""
        write_bytes(file := self / name, content)
        return file


def descriptor_of(file: Path) -> int | None:
    """The descriptor of this process that a path names, such as /dev/stdout or /dev/fd/3; None for every other path.

    It is asked before the path is resolved: that leads to the file behind it, which is not to be replaced, or to no path at all.
    """
    ours = Path("/proc/self/fd").resolve()
    for _ in range(_MOST_LINKS):
        if file.parent.resolve() == ours:
            return int(file.name) if file.name.isdecimal() else None
        if not file.is_symlink():
            return None
        file = file.parent / file.readlink()
    return None


def is_special(file: Path) -> bool:
    """Whether it is there, and neither a file nor a directory: a device, a pipe, a socket."""
    try:
        mode = file.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _copy(content: Path, into: Path) -> None:
    """Write to what is open already, where it is, or to what is no file."""
    number = descriptor_of(into)
    # Not blocking: to open a pipe that nobody reads would wait for ever.
    descriptor = os.open(into, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC) if number is None else os.dup(number)
    try:
        left = memoryview(content.read_bytes())
        while left:
            try:
                left = left[os.write(descriptor, left) :]
            except BlockingIOError:
                select.select([], [descriptor], [])
    finally:
        os.close(descriptor)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
