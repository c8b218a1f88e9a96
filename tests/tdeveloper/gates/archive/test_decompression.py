"""A compressed stream is one stream, from the first byte to the last."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import RefusedError
from tdeveloper.gates.archive.decompression import BoundedReader, decompressed, inflated
from tdeveloper.gates.archive.members import CHUNK_BYTES

COMPRESSIONS: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress]
every = pytest.mark.parametrize("compress", COMPRESSIONS)


def read(body: bytes) -> bytes:
    return b"".join(decompressed(io.BytesIO(body)))


@every
@given(content=st.binary(max_size=200))
def test_what_was_compressed_comes_back(compress: Callable[[bytes], bytes], content: bytes) -> None:
    assert read(compress(content)) == content


@every
def test_a_large_stream_comes_in_bounded_pieces(compress: Callable[[bytes], bytes]) -> None:
    pieces = list(decompressed(io.BytesIO(compress(bytes(3_000_000)))))
    assert sum(map(len, pieces)) == 3_000_000
    assert 0 < min(map(len, pieces)) <= max(map(len, pieces)) <= CHUNK_BYTES


@every
def test_a_stream_cut_anywhere_is_refused(compress: Callable[[bytes], bytes]) -> None:
    body = compress(b"hello, hello, hello")
    for length in range(6, len(body)):
        with pytest.raises(RefusedError, match="it is cut"):
            read(body[:length])


@every
@pytest.mark.parametrize("more", [b"\0", b"x", None])
def test_anything_behind_the_stream_is_refused(compress: Callable[[bytes], bytes], more: bytes | None) -> None:
    body = compress(b"hello")
    with pytest.raises(RefusedError, match="follows the end of compressed data"):
        read(body + (body if more is None else more))


@every
def test_what_lies_far_behind_the_stream_is_refused(compress: Callable[[bytes], bytes]) -> None:
    body = compress(b"hello")
    padded = body + bytes(CHUNK_BYTES - len(body)) + b"x"
    with pytest.raises(RefusedError, match="follows the end of compressed data"):
        read(padded)


def test_xz_that_wants_more_memory_than_its_strongest_preset_is_not_read() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 1024 * 1024}]
    with pytest.raises(lzma.LZMAError, match=r"[Mm]emory"):
        read(lzma.compress(b"hello", filters=filters))
    assert read(lzma.compress(b"hello", preset=9)) == b"hello"


def test_a_part_of_a_file_is_inflated_to_its_last_byte() -> None:
    body = gzip.compress(b"hello")
    assert b"".join(inflated(io.BytesIO(body + b"more"), window=31, size=len(body))) == b"hello"
    with pytest.raises(RefusedError, match="follows the end"):
        list(inflated(io.BytesIO(body + b"more"), window=31, size=len(body) + 1))
    with pytest.raises(RefusedError, match="it is cut"):
        list(inflated(io.BytesIO(body + b"more"), window=31, size=len(body) - 1))


@given(pieces=st.lists(st.binary(min_size=1, max_size=9)), sizes=st.lists(st.integers(0, 12)))
def test_a_reader_gives_exactly_what_is_asked_or_refuses(pieces: list[bytes], sizes: list[int]) -> None:
    whole, reader, at = b"".join(pieces), BoundedReader(iter(pieces), 1_000_000), 0
    for size in sizes:
        if at + size > len(whole):
            with pytest.raises(RefusedError, match="it is cut"):
                reader.exactly(size)
            return
        assert reader.exactly(size) == whole[at : at + size]
        at += size


def test_a_reader_takes_no_piece_beyond_its_bound() -> None:
    reader = BoundedReader(iter([b"1234", b"5678"]), 7)
    assert reader.exactly(4) == b"1234"
    with pytest.raises(RefusedError, match="more than the limits allow"):
        reader.some(1)
