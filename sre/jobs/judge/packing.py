"""Packs a source tree into one archive, as a pull request's is: regular files in the order of their names, and nothing else.

The same files make the same bytes. What is no regular file is left out and named; what a gate would refuse, it refuses.
"""

import os
import stat
import zipfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundation.errors import InputError, RefusedError
from foundation.findings.model import Unread
from tdeveloper.gates.archive.limits import Limits

# The earliest that a zip can say: a file's own time is no part of what is judged.
_DATE_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is no regular file and so in no archive, and why; `leads_to` is where a link leads."""

    path: str
    why: str
    leads_to: str | None = None

    @property
    def unread(self) -> Unread:
        """The gap that it leaves in what every gate looks at."""
        return Unread(path=self.path, why=self.why)


@dataclass(slots=True, kw_only=True)
class Packing:
    """An archive that is being written. `add` raises RefusedError for what passes the limits of every gate."""

    archive: zipfile.ZipFile
    limits: Limits
    file_count: int = 0
    total_bytes: int = 0

    def add(self, name: str, content: bytes) -> None:
        """Write one file."""
        self.file_count += 1
        self.total_bytes += len(content)
        if self.file_count > self.limits.member_count or self.total_bytes > self.limits.total_bytes:
            raise RefusedError(
                f"more than {self.limits.member_count:,} files or {self.limits.total_bytes:,} bytes; judge the source alone: of "
                "a checkout of git what is ignored is left out"
            )
        try:
            member = zipfile.ZipInfo(name, _DATE_TIME)
            member.external_attr = _MODE << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            self.archive.writestr(member, content)
        except UnicodeEncodeError as error:
            raise RefusedError(
                f"{name.encode('utf-8', 'backslashreplace').decode()}: a name that is no UTF-8"
            ) from error


@contextmanager
def packing(archive: Path) -> Generator[Packing]:
    """Write an archive that every gate takes, or refuse to."""
    with zipfile.ZipFile(archive, "w") as opened:
        yield Packing(archive=opened, limits=Limits())


def pack_files(
    root: Path, names: Iterable[str], archive: Path, more: Iterable[tuple[str, bytes]] = ()
) -> tuple[LeftOut, ...]:
    """Pack the files of these names below `root`; what was left out, and why. Raises RefusedError, InputError.

    A name without a file is passed over: git lists what was deleted and is not committed yet. `more` are files that are not
    there and belong to it all the same, as name and bytes.
    """
    left_out: list[LeftOut] = []
    folders: dict[PurePosixPath, bool] = {}
    with packing(archive) as packed:
        for name, content in more:
            packed.add(name, content)
        for name in names:
            path = root / name
            # Where a directory has become a link, what git lists below it is elsewhere, and was deleted here.
            if not _is_within(root, PurePosixPath(name).parent, folders):
                continue
            try:
                found = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise InputError(f"{path}: cannot be read: {error.strerror}") from error
            if not stat.S_ISREG(found.st_mode):
                left_out.append(_left_out(path, name, found.st_mode))
                continue
            if found.st_size > packed.limits.file_bytes:
                raise RefusedError(f"{name}: has {found.st_size:,} bytes, and may have {packed.limits.file_bytes:,}")
            packed.add(name, _content(path))
    return tuple(left_out)


def names_below(root: Path) -> list[str]:
    """All below a directory that is no directory itself, but for what git keeps for itself. Raises InputError."""

    def cannot(error: OSError) -> None:
        raise InputError(f"{error.filename}: cannot be listed: {error.strerror}") from error

    names: list[str] = []
    for place, folders, files in os.walk(root, onerror=cannot):
        folders[:] = sorted(each for each in folders if each != ".git")
        directory = Path(place)
        links = [each for each in folders if (directory / each).is_symlink()]
        names += [(directory / each).relative_to(root).as_posix() for each in (*files, *links) if each != ".git"]
        if len(names) > Limits().member_count:
            break  # packing them refuses it
    return sorted(names)


def _is_within(root: Path, folder: PurePosixPath, known: dict[PurePosixPath, bool]) -> bool:
    """Whether no link leads to a directory on the way from the root; `known` are answers."""
    if not folder.parts:
        return True
    if folder not in known:
        known[folder] = _is_within(root, folder.parent, known) and not (root / folder).is_symlink()
    return known[folder]


def _left_out(path: Path, name: str, mode: int) -> LeftOut:
    if stat.S_ISLNK(mode):
        return link(name, os.readlink(path))  # noqa: PTH115 - as it is written, as git has it
    return repository(name) if stat.S_ISDIR(mode) else LeftOut(path=name, why="is not a regular file")


def link(name: str, leads_to: str) -> LeftOut:
    """A link, which a reader might follow to anywhere."""
    return LeftOut(path=name, why="is a link, which is not followed", leads_to=leads_to)


def repository(name: str) -> LeftOut:
    """A submodule, whose files are those of another repository."""
    return LeftOut(path=name, why="is another repository")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
