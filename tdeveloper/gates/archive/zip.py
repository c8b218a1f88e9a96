"""Reads a zip of which every byte belongs to exactly one thing: members from byte 0 on without gap or overlap, the central
directory, the end record and its comment, to the last byte.

Python's ZipFile reads the central directory; whether the local headers say the same is checked here, since other programs
read those. The format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3 and 4.4.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from foundation.errors import RefusedError
from tdeveloper.gates.archive.decompression import inflated
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.members import CHUNK_BYTES, Member, shown, unreadable

_END, _END64, _LOCATOR64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_LOCAL = struct.Struct("<4s5H3L2H")
_COMMENT_BYTES = 0xFFFF
_FLAG_ENCRYPTED, _FLAG_DESCRIPTOR, _FLAG_PATCHED, _FLAG_STRONG, _FLAG_UTF8, _FLAG_MASKED = 1, 8, 32, 64, 2048, 8192
_RAW_WINDOW = -15
# Info-ZIP's second name of a member, which some programs take instead of the first (APPNOTE 4.6.9).
_UNICODE_PATH = 0x7075


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    offset: int
    size: int
    count: int


def zip_members(file: BinaryIO, archive_bytes: int, limits: Limits) -> Iterator[Member]:
    """The members in the order of the central directory. Raises RefusedError; BadZipFile for what ZipFile cannot read."""
    directory = _directory(file, archive_bytes)
    # Bounded before ZipFile makes an object of each entry.
    if directory.count > limits.member_count:
        raise RefusedError(f"more than {limits.member_count:,} members")
    if directory.size > limits.header_bytes:
        raise RefusedError(f"names and headers of more than {limits.header_bytes:,} bytes")
    with zipfile.ZipFile(file) as package:
        infos = package.infolist()
    if len(infos) != directory.count:
        raise unreadable(f"it says that it has {directory.count:,} members, and has {len(infos):,}")
    for info in infos:
        _accept(info)
    contents = _contents(file, infos, directory.offset)
    for info in infos:
        # `filename` is cut at a NUL by ZipFile; the original name keeps it for the check.
        name, starts_at = info.orig_filename, contents[info.header_offset]
        is_directory = name.endswith("/")
        if is_directory and info.file_size:
            raise unreadable(f"{shown(name)}: a directory with content")
        yield Member(name=name, is_directory=is_directory, content=_content(file, info, starts_at))


def _directory(file: BinaryIO, archive_bytes: int) -> _Directory:
    tail_at = max(0, archive_bytes - _END.size - _COMMENT_BYTES)
    tail = _read(file, tail_at, archive_bytes - tail_at)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise unreadable("it is cut: the end record of a zip is not there")
    _, disk, first_disk, count_here, count, size, offset, comment_bytes = _END.unpack_from(tail, at)
    if at + _END.size + comment_bytes != len(tail):
        raise unreadable("something follows the end record of the zip")
    end_at = tail_at + at
    if end_at >= _LOCATOR64.size + _END64.size and _read(file, end_at - _LOCATOR64.size, 4) == b"PK\6\7":
        end_at -= _LOCATOR64.size + _END64.size
        end64 = _END64.unpack(_read(file, end_at, _END64.size))
        _, locator_disk, locator_at, disk_count = _LOCATOR64.unpack(_read(file, end_at + _END64.size, _LOCATOR64.size))
        if (
            end64[0] != b"PK\6\6"
            or end64[1] != _END64.size - 12
            or (locator_disk, locator_at, disk_count) != (0, end_at, 1)
        ):
            raise unreadable("its two end records do not agree")
        _, _, _, _, disk, first_disk, count_here, count, size, offset = end64
    if disk or first_disk or count_here != count:
        raise unreadable("a part of an archive on several disks")
    if offset + size != end_at:
        raise unreadable("the central directory does not end at the end record")
    return _Directory(offset=offset, size=size, count=count)


def _accept(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    # The upper 16 bits are the Unix mode where the archive was made on Unix, else 0.
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a symbolic link" if kind == stat.S_IFLNK else "a device or other special file"
        raise RefusedError(f"{shown(name)}: is {what}; only regular files are accepted")
    if kind != 0 and (kind == stat.S_IFDIR) != name.endswith("/"):
        raise unreadable(f"{shown(name)}: its name and its mode do not agree on whether it is a directory")
    if info.flag_bits & (_FLAG_ENCRYPTED | _FLAG_STRONG | _FLAG_MASKED):
        raise RefusedError(f"{shown(name)}: is an encrypted file; only regular files are accepted")
    if info.flag_bits & _FLAG_PATCHED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError(f"{shown(name)}: only members that are stored or deflated are accepted")
    if not info.flag_bits & _FLAG_UTF8 and not name.isascii():
        raise RefusedError(f"{shown(name)}: a name that is not ASCII must be marked as UTF-8")


def _contents(file: BinaryIO, infos: list[zipfile.ZipInfo], directory_at: int) -> dict[int, int]:
    """Where each member's content starts, by where its local header starts; proves that nothing lies between or twice."""
    contents: dict[int, int] = {}
    ends_at = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset != ends_at:
            raise unreadable(
                f"{shown(info.orig_filename)}: bytes before it belong to nothing, or to another member, too"
            )
        contents[info.header_offset] = _content_at(file, info, directory_at)
        ends_at = contents[info.header_offset] + info.compress_size
        if info.flag_bits & _FLAG_DESCRIPTOR:
            ends_at += _descriptor_bytes(file, info, ends_at)
        if ends_at > directory_at:
            raise unreadable(f"{shown(info.orig_filename)}: reaches into the central directory")
    if ends_at != directory_at:
        raise unreadable("bytes before the central directory belong to no member")
    return contents


def _content_at(file: BinaryIO, info: zipfile.ZipInfo, directory_at: int) -> int:
    name = info.orig_filename
    if info.header_offset + _LOCAL.size > directory_at:
        raise unreadable(f"{shown(name)}: reaches into the central directory")
    header = _LOCAL.unpack(_read(file, info.header_offset, _LOCAL.size))
    signature, _, flags, method, _, _, crc, compressed, size, name_bytes, extra_bytes = header
    local_name = _read(file, info.header_offset + _LOCAL.size, name_bytes)
    extra = _read(file, info.header_offset + _LOCAL.size + name_bytes, extra_bytes)
    if signature != b"PK\3\4" or (flags, method) != (info.flag_bits, info.compress_type):
        raise unreadable(f"{shown(name)}: its two headers do not agree")
    # Where a descriptor follows, the local header's numbers are zero, or already right.
    numbers = (crc, compressed, size)
    if numbers != (info.CRC, info.compress_size, info.file_size) and not (
        flags & _FLAG_DESCRIPTOR and not any(numbers)
    ):
        raise unreadable(f"{shown(name)}: its two headers do not agree on its size or checksum")
    if local_name != name.encode("utf-8" if flags & _FLAG_UTF8 else "ascii"):
        raise unreadable(f"{shown(name)}: has another name in its second header")
    if _UNICODE_PATH in (*_extra_ids(info.extra), *_extra_ids(extra)):
        raise RefusedError(f"{shown(name)}: has a second name in an extra field")
    return info.header_offset + _LOCAL.size + name_bytes + extra_bytes


def _extra_ids(extra: bytes) -> Iterator[int]:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        yield kind
        extra = extra[4 + size :]


def _descriptor_bytes(file: BinaryIO, info: zipfile.ZipInfo, at: int) -> int:
    """The length of the data descriptor after a member: with or without its signature, sizes of 32 or 64 bits."""
    for sizes, marked in (("LL", True), ("LL", False), ("QQ", True), ("QQ", False)):
        expected = (b"PK\7\10" if marked else b"") + struct.pack(
            f"<L{sizes}", info.CRC, info.compress_size, info.file_size
        )
        if _read(file, at, len(expected)) == expected:
            return len(expected)
    raise unreadable(f"{shown(info.orig_filename)}: its data descriptor is damaged")


def _content(file: BinaryIO, info: zipfile.ZipInfo, starts_at: int) -> Iterator[bytes]:
    file.seek(starts_at)
    pieces = (
        _stored(file, info.compress_size)
        if info.compress_type == zipfile.ZIP_STORED
        else inflated(file, window=_RAW_WINDOW, size=info.compress_size)
    )
    crc = size = 0
    for piece in pieces:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        yield piece
    if (crc, size) != (info.CRC, info.file_size):
        raise unreadable(f"{shown(info.orig_filename)}: its content is not of the size and checksum that it says")


def _stored(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = file.read(min(left, CHUNK_BYTES))
        if not piece:
            raise unreadable("it is cut: it ends in the middle of a member")
        left -= len(piece)
        yield piece


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)
