"""Reads a tar block by block: every header must be right, the end mark must come, and nothing but zeros may follow it.

Python's TarFile ends in silence at the first header that it cannot read, so only its reading of one header is used here.
The format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar and pax interchange format).
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from foundation.errors import RefusedError
from tdeveloper.gates.archive.decompression import BoundedReader
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.members import CHUNK_BYTES, Member, shown, unreadable

_BLOCK = tarfile.BLOCKSIZE
_ZEROS = bytes(_BLOCK)
# A file has a header, and may have a PAX header and one for a long name before it.
_HEADERS_A_MEMBER = 3
_EXTENDED, _OF_ALL, _LONG_NAME = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE), tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME
_RECORD_LENGTH = re.compile(rb"([1-9][0-9]{0,9}) ")
# These say where a member lies and how long it is, or change how the others are read.
_DECIDING = ("path", "size", "linkpath", "hdrcharset", "charset")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,12}")


def stream_bound_bytes(limits: Limits) -> int:
    """How long a tar may be, unpacked: its content, headers, padding and extended headers."""
    return limits.total_bytes + limits.header_bytes + (limits.member_count + 1) * (_HEADERS_A_MEMBER + 1) * _BLOCK


def tar_members(source: BoundedReader, limits: Limits) -> Iterator[Member]:
    """The members in order. Raises RefusedError where the archive is not whole, or a member is no plain file or directory."""
    reading = _Reading(source=source, limits=limits)
    while (block := source.exactly(_BLOCK)) != _ZEROS:
        info = reading.header(block)
        if info.type in (*_EXTENDED, _OF_ALL, _LONG_NAME):
            reading.take_extension(info)
        else:
            yield reading.member(info)
    if reading.overrides:
        raise unreadable("an extended header stands before the end mark, and belongs to no member")
    # The end mark is two blocks of zeros; programs fill up with more of them.
    if source.exactly(_BLOCK) != _ZEROS:
        raise unreadable("data follows the end mark")
    while rest := source.some(CHUNK_BYTES):
        if rest.strip(b"\0"):
            raise unreadable("data follows the end mark")


@dataclass(slots=True, kw_only=True)
class _Reading:
    source: BoundedReader
    limits: Limits
    overrides: dict[str, str] = field(default_factory=dict[str, str])
    header_count: int = 0
    extension_bytes: int = 0

    def header(self, block: bytes) -> tarfile.TarInfo:
        self.header_count += 1
        if self.header_count > self.limits.member_count * _HEADERS_A_MEMBER:
            raise RefusedError(f"more than {self.limits.member_count * _HEADERS_A_MEMBER:,} headers")
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.TarError as error:
            raise unreadable(f"block {self.header_count:,} of its headers is damaged: {error}") from error
        if info.size < 0:
            raise unreadable(f"{shown(info.name)}: a size below zero")
        return info

    def take_extension(self, info: tarfile.TarInfo) -> None:
        self.extension_bytes += info.size
        if info.size > self.limits.extension_bytes or self.extension_bytes > self.limits.header_bytes:
            raise RefusedError(
                f"extended headers of more than {self.limits.extension_bytes:,} bytes, or {self.limits.header_bytes:,} in all"
            )
        body = self.source.exactly(info.size)
        self._skip_padding(info.size)
        if info.type == _LONG_NAME:
            found = {"path": body.partition(b"\0")[0].decode("utf-8", "surrogateescape")}
        else:
            found = {key: value for key, value in _records(body) if key in _DECIDING or key.startswith("GNU.sparse")}
        unknown = found.keys() - ({"path", "size"} if info.type != _OF_ALL else set[str]())
        if unknown:
            raise RefusedError(
                f"an extended header sets {shown(min(unknown))}; only a member's own path and size are accepted"
            )
        if self.overrides.keys() & found:
            raise unreadable("two extended headers of one member say different things of it")
        self.overrides |= found

    def member(self, info: tarfile.TarInfo) -> Member:
        name = self.overrides.pop("path", info.name)
        size_text = self.overrides.pop("size", str(info.size))
        if not _WHOLE_NUMBER.fullmatch(size_text):
            raise unreadable(f"{shown(name)}: its size is not a number")
        size = int(size_text)
        kind = _refused_kind(info)
        if kind is not None:
            raise RefusedError(f"{shown(name)}: is {kind}; only regular files are accepted")
        if info.isdir() and size:
            raise unreadable(f"{shown(name)}: a directory with content")
        return Member(name=name, is_directory=info.isdir(), content=self._content(size))

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            piece = self.source.some(min(left, CHUNK_BYTES))
            if not piece:
                raise unreadable("it is cut: it ends in the middle of a member")
            left -= len(piece)
            yield piece
        self._skip_padding(size)

    def _skip_padding(self, size: int) -> None:
        if self.source.exactly(-size % _BLOCK).strip(b"\0"):
            raise unreadable("data stands between two members")


def _refused_kind(info: tarfile.TarInfo) -> str | None:
    if info.issym():
        return "a symbolic link"
    if info.islnk():
        return "a hard link"
    # A sparse file counts as regular for TarFile: what stands in the archive is not what is unpacked.
    if info.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        return None
    return "a device or other special file"


def _records(body: bytes) -> Iterator[tuple[str, str]]:
    """The records `LENGTH KEY=VALUE` and a line break, where LENGTH counts all of it."""
    at = 0
    while at < len(body):
        length = _RECORD_LENGTH.match(body, at)
        end = at + int(length[1]) if length else 0
        if length is None or end > len(body) or end <= length.end() or body[end - 1 : end] != b"\n":
            raise unreadable("an extended header is damaged")
        key, equals, value = body[length.end() : end - 1].partition(b"=")
        if not equals:
            raise unreadable("an extended header is damaged")
        yield key.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")
        at = end
