"""A directory that one run owns while it goes on: a second one is told who holds it, and has done nothing by then.

The lock is a file in it that names the owner, and is held by flock as well: the kernel frees that with a process that was killed.
Where a file system has no flock, the owner's identity decides alone.
"""

import errno
import fcntl
import os
import shlex
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from foundation.errors import InputError
from foundation.files.writing import make_directory
from foundation.processes.identity import Identity, my_identity

LOCK_NAME = ".owner.json"
_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who holds a directory: which process, running what, since when."""

    process: Identity
    command: str
    since: AwareDatetime

    @property
    def sentence(self) -> str:
        """For who is refused."""
        return f"process {self.process.pid} (`{self.command}`) since {self.since.isoformat(timespec='seconds')}"


class OwnedError(InputError):
    """Another run owns the directory."""


@contextmanager
def owning(directory: Path, *, instead: str) -> Generator[None]:
    """Own a directory until the end, and make it where it is not there yet.

    Raises OwnedError, which names the owner and what to do `instead`; nothing in the directory has changed then.
    """
    made = [each for each in (directory, *directory.parents) if not each.exists()]
    make_directory(directory)
    file = directory / LOCK_NAME
    descriptor = _taken(file)
    if descriptor is None:
        raise OwnedError(f"{directory} is in use by {_sentence(owner_of(directory))}; {instead}")
    try:
        yield
    finally:
        # While it is still held: who waits for this very file sees that it is another one's by then.
        with suppress(OSError):
            file.unlink()
        os.close(descriptor)
        # Who was refused for another reason leaves no empty directory.
        with suppress(OSError):
            for each in made:
                each.rmdir()


def owner_of(directory: Path) -> Owner | None:
    """Who owns a directory; None where nobody does, or has not said yet who it is."""
    owner = _read(directory / LOCK_NAME)
    return owner if owner is not None and owner.process.find() is not None else None


def _taken(file: Path) -> int | None:
    """The descriptor of the lock that is ours now; None where it is another's."""
    while True:
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror}") from error
        is_ours = False
        try:
            if not _locked(descriptor):
                return None
            if not _is_there(descriptor, file):
                continue  # its owner removed it between our opening and our locking it
            found = _read(file)
            if found is not None and found.process.find() is not None:
                return None
            _write(descriptor, file)
            is_ours = True
        finally:
            if not is_ours:
                os.close(descriptor)
        return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
    return True


def _is_there(descriptor: int, file: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), file.stat())
    return False


def _write(descriptor: int, file: Path) -> None:
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    owner = Owner(process=my_identity(), command=command, since=datetime.now(UTC))
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _ADAPTER.dump_json(owner), 0)
    except OSError as error:
        with suppress(OSError):
            file.unlink()
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


def _read(file: Path) -> Owner | None:
    """What a lock says; None where there is none, or nothing whole stands in it: its owner was killed before it had written."""
    try:
        with file.open("rb") as content:
            return _ADAPTER.validate_json(content.read(_MOST_BYTES))
    except (OSError, ValidationError):
        return None


def _sentence(owner: Owner | None) -> str:
    return "another run that began just now" if owner is None else owner.sentence


_ADAPTER = TypeAdapter(Owner)
