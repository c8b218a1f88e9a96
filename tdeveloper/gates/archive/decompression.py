"""One compressed stream, read strictly: it begins at the first byte, ends at the last, and is bounded on the way.

Python's own file objects take several streams for one (gzip, bz2, xz) and let the window of xz be as large as it says.
"""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from foundation.errors import RefusedError
from tdeveloper.gates.archive.members import CHUNK_BYTES, unreadable

# `xz -9` needs 65 MiB to read; a header may ask for 4 GiB (https://manpages.debian.org/xz: Compression preset levels).
_XZ_MEMORY_BYTES = 80 * 1024 * 1024
_GZIP_WINDOW = 31


class BoundedReader:
    """Bytes in order from pieces, exactly as many as are asked for; refuses when there are fewer, or too many in all."""

    def __init__(self, pieces: Iterator[bytes], bound_bytes: int) -> None:
        self._pieces = pieces
        self._left_bytes = bound_bytes
        self._buffer = b""

    def some(self, at_most: int) -> bytes:
        """The next bytes, at least one and `at_most` so many; none at the end."""
        if not self._buffer:
            self._buffer = next(self._pieces, b"")
            self._left_bytes -= len(self._buffer)
            if self._left_bytes < 0:
                raise RefusedError("unpacks to more than the limits allow, headers included")
        taken, self._buffer = self._buffer[:at_most], self._buffer[at_most:]
        return taken

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes, which the caller has bounded."""
        taken = bytearray()
        while len(taken) < size:
            piece = self.some(size - len(taken))
            if not piece:
                raise unreadable("it is cut: it ends in the middle of a member, or without its end mark")
            taken += piece
        return bytes(taken)


def decompressed(file: BinaryIO) -> Iterator[bytes]:
    """The pieces of a file that is plain or compressed by gzip, bzip2 or xz; non-empty and at most CHUNK_BYTES each."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return inflated(file, window=_GZIP_WINDOW)
    if magic.startswith(b"BZh"):
        return _decoded(file, bz2.BZ2Decompressor())
    if magic == b"\xfd7zXZ\x00":
        return _decoded(file, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES))
    return iter(lambda: file.read(CHUNK_BYTES), b"")


def inflated(file: BinaryIO, *, window: int, size: int | None = None) -> Iterator[bytes]:
    """The pieces of one deflate stream that ends where the file ends, or after exactly `size` bytes of it.

    `window` is zlib's: -15 for a raw stream, 31 for gzip's.
    """
    left = size
    decoder = zlib.decompressobj(window)
    while not decoder.eof:
        data = decoder.unconsumed_tail
        if not data:
            data = file.read(CHUNK_BYTES if left is None else min(left, CHUNK_BYTES))
            left = None if left is None else left - len(data)
        piece = decoder.decompress(data, CHUNK_BYTES)
        if piece:
            yield piece
        elif not data and not decoder.eof:
            raise unreadable("it is cut: compressed data ends in the middle")
    if decoder.unused_data or (file.read(1) if left is None else left):
        raise unreadable("something follows the end of compressed data")


def _decoded(file: BinaryIO, decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> Iterator[bytes]:
    while not decoder.eof:
        data = file.read(CHUNK_BYTES) if decoder.needs_input else b""
        if decoder.needs_input and not data:
            raise unreadable("it is cut: compressed data ends in the middle")
        piece = decoder.decompress(data, CHUNK_BYTES)
        if piece:
            yield piece
    if decoder.unused_data or file.read(1):
        raise unreadable("something follows the end of compressed data")
