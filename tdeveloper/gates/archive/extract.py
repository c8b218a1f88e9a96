"""Unpacks an archive that may be hostile: regular files only, bounded in what is read and in what is written.

Python's own `filter="data"` is not enough: it bounds no size, and was bypassed (CVE-2025-4517,
CVE-2026-11940). So every member is checked here, bytes are counted while they stream (headers lie),
and the first bad member refuses the whole archive, leaving nothing behind. The first bytes alone say what the archive is.
"""

import errno
import lzma
import os
import shutil
import struct
import tarfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from foundation.errors import RefusedError
from tdeveloper.gates.archive.decompression import BoundedReader, decompressed
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.members import Member, shown, unreadable
from tdeveloper.gates.archive.names import safe_parts
from tdeveloper.gates.archive.tar import stream_bound_bytes, tar_members
from tdeveloper.gates.archive.zip import zip_members

# What the readers raise for a damaged archive; whatever else passes is a bug of the gate, and no fault of the archive:
# their own errors; EOFError where it ends too early; OSError of bz2, and of a seek before the beginning; ValueError
# for a number, a text or a name that is none; NotImplementedError for a version that zipfile has not.
_UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What was written: the number of files and their bytes."""

    file_count: int
    total_bytes: int


def extract(
    archive: Path,
    destination: Path,
    limits: Limits | None = None,
    *,
    now_seconds: Callable[[], float] = time.monotonic,
) -> Extracted:
    """Unpack `archive` (zip, or tar plain, gz, bz2 or xz) into `destination`, which must not exist yet.

    Raises RefusedError and removes `destination` when the archive is not exactly one whole archive from its first byte to
    its last, holds no file, or a member breaks a rule.
    """
    limits = limits or Limits()
    destination.mkdir(parents=True)
    with ExitStack() as unless_extracted:
        unless_extracted.callback(shutil.rmtree, destination, ignore_errors=True)
        extracted = _extract(archive, destination, limits, now_seconds)
        unless_extracted.pop_all()
    return extracted


def _extract(archive: Path, destination: Path, limits: Limits, now_seconds: Callable[[], float]) -> Extracted:
    try:
        with archive.open("rb") as file:
            archive_bytes = os.fstat(file.fileno()).st_size
            unpacking = _Unpacking(
                destination=destination, archive_bytes=archive_bytes, limits=limits, now_seconds=now_seconds
            )
            for member in _members(file, archive_bytes, limits):
                unpacking.take(member)
    except _UNREADABLE as error:
        # A full disk and the like are no fault of the archive.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise unreadable(f"{type(error).__name__}: {error}") from error
    if not unpacking.file_count:
        raise RefusedError("the archive holds no file: there is nothing to look at")
    return Extracted(file_count=unpacking.file_count, total_bytes=unpacking.total_bytes)


def _members(file: BinaryIO, archive_bytes: int, limits: Limits) -> Iterator[Member]:
    if archive_bytes > limits.archive_bytes:
        raise RefusedError(f"the archive has {archive_bytes:,} bytes, and may have {limits.archive_bytes:,}")
    magic = file.read(4)
    file.seek(0)
    if magic in (b"PK\3\4", b"PK\5\6"):
        return zip_members(file, archive_bytes, limits)
    return tar_members(BoundedReader(decompressed(file), stream_bound_bytes(limits)), limits)


@dataclass(slots=True, kw_only=True)
class _Unpacking:
    destination: Path
    archive_bytes: int
    limits: Limits
    now_seconds: Callable[[], float]
    files: dict[str, str] = field(default_factory=dict[str, str])
    directories: set[str] = field(default_factory=set[str])
    made: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    member_count: int = 0
    file_count: int = 0
    total_bytes: int = 0
    began_seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.began_seconds = self.now_seconds()

    def take(self, member: Member) -> None:
        self.member_count += 1
        if self.member_count > self.limits.member_count:
            raise RefusedError(f"more than {self.limits.member_count:,} members")
        parts = safe_parts(member.name, self.limits)
        if member.is_directory:
            # A directory may be listed twice and beside its own children; only files need unique names.
            self._directory(member.name, parts)
            self._write(member, None)
            return
        if not parts:
            raise RefusedError(f"{shown(member.name)}: a file without a name")
        self._directory(member.name, parts[:-1])
        key = _folded(parts)
        if key in self.files:
            raise RefusedError(f"{shown(member.name)}: same name as {shown(self.files[key])} where case does not count")
        if key in self.directories:
            raise RefusedError(f"{shown(member.name)}: is both a file and a directory")
        self.files[key] = member.name
        self._write(member, self.destination.joinpath(*parts))
        self.file_count += 1

    def _directory(self, name: str, parts: tuple[str, ...]) -> None:
        for depth in range(1, len(parts) + 1):
            if parts[:depth] in self.made:
                continue
            key = _folded(parts[:depth])
            if key in self.files:
                raise RefusedError(f"{shown(name)}: {shown(self.files[key])} is both a file and a directory")
            if len(self.made) == self.limits.directory_count:
                raise RefusedError(f"names of more than {self.limits.directory_count:,} directories")
            self.directories.add(key)
            self.made.add(parts[:depth])
            self.destination.joinpath(*parts[:depth]).mkdir()

    def _write(self, member: Member, target: Path | None) -> None:
        limits = self.limits
        # A small archive may expand to one whole file of the largest size before its ratio says anything.
        ratio_bytes = max(self.archive_bytes * limits.expansion_ratio, limits.file_bytes)
        left = min(limits.file_bytes, limits.total_bytes - self.total_bytes, ratio_bytes - self.total_bytes)
        with ExitStack() as opened:
            out = None
            if target is not None:
                descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
                out = opened.enter_context(os.fdopen(descriptor, "wb"))
            for piece in member.content:
                left -= len(piece)
                if left < 0:
                    raise RefusedError(
                        f"{shown(member.name)}: passes a limit: {limits.file_bytes:,} bytes a file, "
                        f"{limits.total_bytes:,} bytes in all, {limits.expansion_ratio} times the archive's "
                        f"{self.archive_bytes:,} bytes"
                    )
                self.total_bytes += len(piece)
                self._demand_time()
                if out is not None:
                    out.write(piece)
        self._demand_time()

    def _demand_time(self) -> None:
        if self.now_seconds() - self.began_seconds > self.limits.unpack_seconds:
            raise RefusedError(f"unpacking took longer than {self.limits.unpack_seconds:g} s")


def _folded(parts: tuple[str, ...]) -> str:
    """A path as a file system sees it for which case and composition do not count."""
    return unicodedata.normalize("NFC", "/".join(parts)).casefold()
