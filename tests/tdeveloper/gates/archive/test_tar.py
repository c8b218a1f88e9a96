"""A tar is read to its last byte, or refused: each way to hide something behind a parser's back is a test."""

import io
import tarfile
from collections.abc import Iterator

import pytest

from foundation.errors import RefusedError
from tdeveloper.gates.archive.decompression import BoundedReader
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.tar import stream_bound_bytes, tar_members

BLOCK = 512
END = bytes(2 * BLOCK)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % BLOCK)


def a_file(name: str, content: bytes) -> bytes:
    return header(name, len(content)) + padded(content)


def extended(*records: tuple[str, str], kind: bytes = tarfile.XHDTYPE) -> bytes:
    body = b""
    for key, value in records:
        text = f" {key}={value}\n".encode()
        length = len(text) + 1
        while len(str(length)) + len(text) != length:
            length += 1
        body += str(length).encode() + text
    return header("pax", len(body), kind) + padded(body)


def read(body: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    limits = limits or Limits()
    source = BoundedReader(iter([body] if body else []), stream_bound_bytes(limits))
    return {member.name: b"".join(member.content) for member in tar_members(source, limits)}


def refusal(body: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        read(body, limits)
    return str(caught.value)


A, B = a_file("a", b"first"), a_file("b", b"x" * 600)


def test_members_come_with_their_content() -> None:
    assert read(A + B + END) == {"a": b"first", "b": b"x" * 600}
    assert read(A + B + END + bytes(8 * BLOCK)) == {"a": b"first", "b": b"x" * 600}


def test_a_damaged_header_refuses_what_stands_before_and_behind_it() -> None:
    bad = bytearray(B)
    bad[0] ^= 1
    assert "block 2 of its headers is damaged" in refusal(A + bytes(bad) + a_file("c", b"") + END)


def test_every_cut_is_refused() -> None:
    body = A + B + END
    for length in range(len(body)):
        assert "it is cut" in refusal(body[:length])


def test_data_behind_the_end_mark_is_refused() -> None:
    assert "data follows the end mark" in refusal(A + END + B + END)
    assert "data follows the end mark" in refusal(A + bytes(BLOCK) + B + END)
    assert "data follows the end mark" in refusal(A + END + bytes(100_000) + b"x")


def test_data_between_members_is_refused() -> None:
    hidden = bytearray(A)
    hidden[BLOCK + 5] = 1
    assert "data stands between two members" in refusal(bytes(hidden) + END)


def test_long_names_and_large_sizes_come_from_extended_headers() -> None:
    long = "d/" * 100 + "f"
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=tarfile.GNU_FORMAT) as package:
        package.addfile(tarfile.TarInfo(long))
    assert read(body.getvalue()) == {long: b""}
    assert read(extended(("path", long)) + A + END) == {long: b"first"}
    assert read(extended(("size", "600")) + header("b") + padded(b"x" * 600) + END) == {"b": b"x" * 600}


def test_what_git_writes_for_a_commit_is_read() -> None:
    assert read(extended(("comment", "0" * 40), kind=tarfile.XGLTYPE) + A + END) == {"a": b"first"}


@pytest.mark.parametrize(
    ("records", "kind", "said"),
    [
        ([("hdrcharset", "BINARY")], tarfile.XHDTYPE, "'hdrcharset'"),
        ([("linkpath", "/etc/passwd")], tarfile.XHDTYPE, "'linkpath'"),
        ([("GNU.sparse.major", "1")], tarfile.XHDTYPE, "'GNU.sparse.major'"),
        ([("path", "b")], tarfile.XGLTYPE, "'path'"),
        ([("size", "-1")], tarfile.XHDTYPE, "its size is not a number"),
        ([("size", "1e3")], tarfile.XHDTYPE, "its size is not a number"),
        ([("size", "9" * 13)], tarfile.XHDTYPE, "its size is not a number"),
    ],
)
def test_extended_headers_that_change_how_others_are_read_are_refused(
    records: list[tuple[str, str]], kind: bytes, said: str
) -> None:
    assert said in refusal(extended(*records, kind=kind) + A + END)


def test_two_extended_headers_of_one_member_must_not_disagree() -> None:
    assert "say different things" in refusal(extended(("path", "b")) + extended(("path", "c")) + A + END)


def test_an_extended_header_without_a_member_is_refused() -> None:
    assert "belongs to no member" in refusal(A + extended(("path", "b")) + END)


@pytest.mark.parametrize(
    "record",
    [b"x", b"8 path=a\n", b"8 path=a\n\n", b"7 path=\0", b"5 abc", b"6 abc\n", b"0 a=\n", b"3 \n"],
)
def test_a_damaged_extended_header_is_refused(record: bytes) -> None:
    body = header("pax", len(record), tarfile.XHDTYPE) + padded(record)
    assert "an extended header is damaged" in refusal(body + A + END)


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_SPARSE, tarfile.CONTTYPE, tarfile.GNUTYPE_LONGLINK, b"V", b"Z"])
def test_members_of_other_kinds_are_refused(kind: bytes) -> None:
    assert "only regular files are accepted" in refusal(header("a", 0, kind) + END)


def test_a_directory_has_no_content() -> None:
    assert list(read(header("d", 0, tarfile.DIRTYPE) + END).values()) == [b""]
    assert "a directory with content" in refusal(header("d", 5, tarfile.DIRTYPE) + padded(b"first") + END)


def test_a_size_below_zero_is_refused() -> None:
    body = bytearray(header("a"))
    body[124:136] = b"\xff" * 12
    body[148:156] = b" " * 8
    body[148:156] = f"{sum(body):06o}".encode() + b"\0 "
    assert "a size below zero" in refusal(bytes(body) + END)


class Pulled:
    """Says how much of an endless stream was taken."""

    def __init__(self, head: bytes) -> None:
        self.byte_count = 0
        self._head = head

    def __iter__(self) -> Iterator[bytes]:
        for piece in (self._head, *[bytes(64 * 1024)] * 4_000):
            self.byte_count += len(piece)
            yield piece


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_an_extended_header_of_150_megabytes_is_refused_before_it_is_read(kind: bytes) -> None:
    stream = Pulled(header("pax", 150_000_000, kind))
    with pytest.raises(RefusedError, match="extended headers of more than 65,536 bytes"):
        list(tar_members(BoundedReader(iter(stream), 10**9), Limits()))
    assert stream.byte_count == BLOCK


def test_extended_headers_are_bounded_together() -> None:
    limits = Limits(extension_bytes=1_000, header_bytes=2_500)
    one = extended(("comment", "x" * 800))
    assert len(read(one + A + one + B + END, limits)) == 2
    assert "2,500 in all" in refusal(one + A + one + B + one + one + END, limits)


def test_headers_without_members_are_bounded() -> None:
    assert "more than 30 headers" in refusal(extended(("comment", "x")) * 31 + END, Limits(member_count=10))


def test_a_tar_of_zeros_without_end_is_refused_within_its_bound() -> None:
    limits = Limits(total_bytes=1_000_000, header_bytes=100_000, member_count=10)
    stream = Pulled(A + END)
    members = tar_members(BoundedReader(iter(stream), stream_bound_bytes(limits)), limits)
    assert list(next(members).content) == [b"first"]
    with pytest.raises(RefusedError, match="headers included"):
        next(members)
    assert stream.byte_count < 1_300_000
