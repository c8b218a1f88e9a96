"""Unpacks an archive that may be hostile: regular files only, bounded in size, count, ratio, depth and path.

Python's own `filter="data"` is not enough: it bounds no size, and was bypassed (CVE-2025-4517,
CVE-2026-11940). So every member is checked here, bytes are counted while they stream (headers lie),
and the first bad member refuses the whole archive, leaving nothing behind.
"""

import bz2
import errno
import gzip
import lzma
import os
import shutil
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from foundation.errors import RefusedError

_CHUNK_BYTES = 64 * 1024
_NAME_BYTES = 255
# What the readers raise for a damaged archive; whatever else passes is a bug of the gate, and no fault of the archive:
# their own errors; EOFError where it ends too early; OSError of gzip and bz2, and of a seek before the beginning; ValueError
# for a number, a text or a name that is none; NotImplementedError for a compression or a version that zipfile has not.
_UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an archive may be at most; the defaults fit a source tree in a Lambda's 512 MB of /tmp."""

    member_count: int = 20_000
    file_bytes: int = 10 * 1024 * 1024
    total_bytes: int = 200 * 1024 * 1024
    expansion_ratio: int = 100
    path_depth: int = 30
    path_bytes: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What was written: the number of files and their bytes."""

    file_count: int
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    name: str
    is_directory: bool
    refusal: str | None
    open: Callable[[], IO[bytes]]


def extract(archive: Path, destination: Path, limits: Limits | None = None) -> Extracted:
    """Unpack `archive` (zip, or tar plain, gz, bz2 or xz) into `destination`, which must not exist yet.

    Raises RefusedError and removes `destination` when a member breaks a rule.
    """
    limits = limits or Limits()
    destination.mkdir(parents=True)
    with ExitStack() as unless_extracted:
        unless_extracted.callback(shutil.rmtree, destination, ignore_errors=True)
        extracted = _extract(archive, destination, limits)
        unless_extracted.pop_all()
    return extracted


def _extract(archive: Path, destination: Path, limits: Limits) -> Extracted:
    try:
        with ExitStack() as opened:
            members = (
                _zip_members(archive, opened) if zipfile.is_zipfile(archive) else _tar_members(archive, opened, limits)
            )
            return _extract_members(members, destination, archive.stat().st_size, limits)
    except _UNREADABLE as error:
        # A full disk and the like are no fault of the archive.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise RefusedError(f"not a readable zip or tar archive: {type(error).__name__}: {error}") from error


def _zip_members(archive: Path, opened: ExitStack) -> Iterator[_Member]:
    package = opened.enter_context(zipfile.ZipFile(archive))
    for info in package.infolist():
        # The upper 16 bits are the Unix mode where the archive was made on Unix, else 0.
        kind = stat.S_IFMT(info.external_attr >> 16)
        refusal = None
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            refusal = "a symbolic link" if kind == stat.S_IFLNK else "a device or other special file"
        elif info.flag_bits & 0x1:
            refusal = "an encrypted file"
        # `filename` is cut at a NUL by zipfile; the original name keeps it for the check.
        yield _Member(
            name=info.orig_filename, is_directory=info.is_dir(), refusal=refusal, open=partial(package.open, info)
        )


def _tar_members(archive: Path, opened: ExitStack, limits: Limits) -> Iterator[_Member]:
    # Extended headers are read into memory, so the stream itself is bounded and not only the members' content.
    bound_bytes = limits.total_bytes + limits.member_count * 4 * tarfile.BLOCKSIZE
    stream = _BoundedReader(_decompressed(archive, opened), bound_bytes)
    package = opened.enter_context(tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|"))  # noqa: SIM115 - entered
    for info in package:
        refusal = None
        if info.issym():
            refusal = "a symbolic link"
        elif info.islnk():
            refusal = "a hard link"
        elif not (info.isreg() or info.isdir()):
            refusal = "a device or other special file"
        yield _Member(
            name=info.name, is_directory=info.isdir(), refusal=refusal, open=partial(_open_in_tar, package, info)
        )


def _open_in_tar(package: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = package.extractfile(info)
    if stream is None:
        raise RefusedError(f"{info.name!r}: has no content to read")
    return stream


def _decompressed(archive: Path, opened: ExitStack) -> IO[bytes]:
    file = opened.enter_context(archive.open("rb"))
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(file))
    if magic == b"\xfd7zXZ\x00":
        return cast("IO[bytes]", lzma.LZMAFile(file))
    return file


class _BoundedReader:
    def __init__(self, stream: IO[bytes], bound_bytes: int) -> None:
        self._stream = stream
        self._left_bytes = bound_bytes

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._left_bytes -= len(chunk)
        if self._left_bytes < 0:
            raise RefusedError("unpacks to more than the limits allow, headers included")
        return chunk


def _extract_members(members: Iterator[_Member], destination: Path, archive_bytes: int, limits: Limits) -> Extracted:
    seen: dict[str, str] = {}
    file_count = total_bytes = 0
    # A small archive may expand to one whole file of the largest size before its ratio says anything.
    ratio_bytes = max(archive_bytes * limits.expansion_ratio, limits.file_bytes)
    for member_count, member in enumerate(members, start=1):
        if member_count > limits.member_count:
            raise RefusedError(f"more than {limits.member_count:,} members")
        if member.refusal is not None:
            raise RefusedError(f"{member.name!r}: is {member.refusal}; only regular files are accepted")
        parts = _safe_parts(member.name, limits)
        if member.is_directory:
            # A directory may be listed twice and beside its own children; only files need unique names.
            if parts:
                _make(destination.joinpath(*parts))
            continue
        key = unicodedata.normalize("NFC", "/".join(parts)).casefold()
        if key in seen:
            raise RefusedError(f"{member.name!r}: same name as {seen[key]!r} where case does not count")
        seen[key] = member.name
        allowed = min(limits.file_bytes, limits.total_bytes - total_bytes, ratio_bytes - total_bytes)
        written = _write(member.open(), destination.joinpath(*parts), allowed)
        if written is None:
            raise RefusedError(
                f"{member.name!r}: passes a limit: {limits.file_bytes:,} bytes a file, {limits.total_bytes:,} bytes in all, "
                f"{limits.expansion_ratio} times the archive's {archive_bytes:,} bytes"
            )
        file_count += 1
        total_bytes += written
    return Extracted(file_count=file_count, total_bytes=total_bytes)


def _safe_parts(name: str, limits: Limits) -> tuple[str, ...]:
    if "\0" in name or "\\" in name:
        raise RefusedError(f"{name!r}: NUL and backslash are not accepted in names")
    if len(os.fsencode(name)) > limits.path_bytes:
        raise RefusedError(f"{name[:60]!r}…: name longer than {limits.path_bytes} bytes")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        raise RefusedError(f"{name!r}: absolute path")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise RefusedError(f"{name!r}: leads out of the archive")
    if any(len(os.fsencode(part)) > _NAME_BYTES for part in parts):
        raise RefusedError(f"{name[:60]!r}…: a part of it is longer than {_NAME_BYTES} bytes")
    if len(parts) > limits.path_depth:
        raise RefusedError(f"{name!r}: deeper than {limits.path_depth} directories")
    return parts


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RefusedError(f"{directory.name!r}: is both a file and a directory") from error


def _write(stream: IO[bytes], target: Path, allowed_bytes: int) -> int | None:
    """Copy `stream` to a new file; its size, or None as soon as it passes `allowed_bytes`."""
    with stream:
        _make(target.parent)
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise RefusedError(f"{target.name!r}: is both a file and a directory") from error
        written = 0
        with os.fdopen(descriptor, "wb") as out:
            while chunk := stream.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > allowed_bytes:
                    return None
                out.write(chunk)
    return written
