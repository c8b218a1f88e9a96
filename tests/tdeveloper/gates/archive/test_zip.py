"""Every byte of a zip belongs to exactly one thing, and both its headers say the same of a member."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import RefusedError
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.zip import zip_members

FILES = {"a": b"first", "d/b": b"second " * 50}
CENTRAL, END = b"PK\1\2", b"PK\5\6"


class Unseekable(io.RawIOBase):
    """A pipe: a zip that is written to it has data descriptors."""

    def __init__(self) -> None:
        self.body = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.body += bytes(data)
        return len(data)


def a_zip(files: dict[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as package:
        package.comment = comment
        for name, content in files.items():
            package.writestr(name, content)
    return body.getvalue()


def a_streamed_zip(files: dict[str, bytes] = FILES) -> bytes:
    pipe = Unseekable()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[arg-type]
        for name, content in files.items():
            package.writestr(name, content)
    return pipe.body


def read(body: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    members = zip_members(io.BytesIO(body), len(body), limits or Limits())
    return {member.name: b"".join(member.content) for member in members}


def refusal(body: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        read(body, limits)
    return str(caught.value)


def patched(body: bytes, *places: tuple[int, bytes]) -> bytes:
    changed = bytearray(body)
    for at, new in places:
        changed[at : at + len(new)] = new
    return bytes(changed)


def with_more_before_the_directory(body: bytes, more: bytes) -> bytes:
    """`more` between the last member and the central directory, with an end record that is right."""
    at, end = body.index(CENTRAL), body.rindex(END)
    return body[:at] + more + body[at : end + 16] + struct.pack("<L", at + len(more)) + body[end + 20 :]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_with_their_content(method: int) -> None:
    assert read(a_zip(method=method)) == FILES


def test_a_zip_that_was_written_to_a_pipe_is_read() -> None:
    assert b"PK\7\10" in a_streamed_zip()
    assert read(a_streamed_zip()) == FILES


def test_the_commit_that_git_writes_as_comment_is_taken() -> None:
    assert read(a_zip(comment=b"0" * 40)) == FILES


def test_every_cut_is_refused() -> None:
    body = a_zip(comment=b"0" * 40)
    for length in range(4, len(body)):
        assert "not a readable zip" in refusal(body[:length])


@pytest.mark.parametrize("more", [b"\0", b"x" * 1024, bytes(1024)])
def test_anything_behind_the_zip_is_refused(more: bytes) -> None:
    assert "follows the end record" in refusal(a_zip() + more)


def test_two_zips_are_not_one() -> None:
    assert "not a readable zip" in refusal(a_zip() + a_zip({"c": b""}))


def test_a_second_end_record_in_the_comment_is_refused() -> None:
    inner = a_zip({"hidden": b"x"})
    assert "not a readable zip" in refusal(a_zip(comment=inner))
    assert "not a readable zip" in refusal(a_zip(comment=inner[inner.rindex(END) :]))


def test_bytes_that_belong_to_no_member_are_refused() -> None:
    assert "belong to no member" in refusal(with_more_before_the_directory(a_zip(), b"hidden"))


def test_bytes_before_the_first_member_are_refused() -> None:
    body = io.BytesIO(b"hidden")
    body.seek(6)
    with zipfile.ZipFile(body, "a") as package:
        package.writestr("a", b"first")
    assert "belong to nothing" in refusal(body.getvalue())


def test_a_member_that_the_directory_does_not_name_is_refused() -> None:
    both, second = a_zip({"a": b"1", "b": b"2"}), a_zip({"b": b"2"})
    at, end = both.index(CENTRAL), both.rindex(END)
    named = both[both.index(CENTRAL, at + 1) : end]
    only = both[:at] + named + second[second.rindex(END) : -10] + struct.pack("<LLH", len(named), at, 0)
    with zipfile.ZipFile(io.BytesIO(only)) as package:
        assert package.namelist() == ["b"]
    assert "belong to nothing" in refusal(only)


def test_two_names_of_one_content_are_refused() -> None:
    body = a_zip({"a": b"1", "b": b"2"})
    second = body.index(CENTRAL, body.index(CENTRAL) + 1)
    assert "or to another member" in refusal(patched(body, (second + 42, bytes(4))))


def test_a_member_that_reaches_over_the_next_is_refused() -> None:
    body = a_zip({"a": b"1" * 5, "b": b"2" * 5}, zipfile.ZIP_STORED)
    long = (36).to_bytes(4, "little")
    at = body.index(CENTRAL)
    overlapping = patched(body, (18, long), (22, long), (at + 20, long), (at + 24, long))
    assert "another member" in refusal(overlapping)


@pytest.mark.parametrize(
    ("place", "new", "said"),
    [
        (6, b"\0\x08", "two headers do not agree"),
        (8, b"\0\0", "two headers do not agree"),
        (14, b"\1\2\3\4", "do not agree on its size or checksum"),
        (18, b"\1\0\0\0", "do not agree on its size or checksum"),
        (18, b"\xff\xff\xff\xff\xff\xff\xff\xff", "do not agree on its size or checksum"),
        (30, b"b", "another name in its second header"),
        (0, b"PK\3\5", "two headers do not agree"),
    ],
)
def test_a_local_header_that_says_something_else_is_refused(place: int, new: bytes, said: str) -> None:
    assert said in refusal(patched(a_zip({"a": b"first"}), (place, new)))


def test_a_data_descriptor_that_says_something_else_is_refused() -> None:
    body = a_streamed_zip()
    assert "data descriptor is damaged" in refusal(patched(body, (body.index(b"PK\7\10") + 4, b"\1\2\3\4")))


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize("sizes", ["LL", "QQ"])
def test_a_data_descriptor_is_read_in_each_of_its_forms(is_marked: bool, sizes: str) -> None:
    assert read(by_hand(is_marked=is_marked, sizes=sizes)) == {"a": b"first"}


def by_hand(*, name: bytes = b"a", is_marked: bool = True, sizes: str = "LL") -> bytes:
    """A zip of one member with a data descriptor."""
    content = b"first"
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflated.compress(content) + deflated.flush()
    crc = zlib.crc32(content)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 8, 8, 0, 33, 0, 0, 0, len(name), 0) + name + data
    local += (b"PK\7\10" if is_marked else b"") + struct.pack(f"<L{sizes}", crc, len(data), len(content))
    entry = (
        struct.pack("<4s6H3L5H2L", CENTRAL, 20, 20, 8, 8, 0, 33, crc, len(data), 5, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    end = struct.pack("<4s4H2LH", END, 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def test_data_behind_a_members_own_stream_is_refused() -> None:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = stream.compress(b"first") + stream.flush() + b"hidden"
    body = a_zip({"a": data}, zipfile.ZIP_STORED)
    at = body.index(CENTRAL)
    numbers = struct.pack("<LLL", zlib.crc32(b"first"), len(data), 5)
    body = patched(body, (8, b"\10"), (14, numbers), (at + 10, b"\10"), (at + 16, numbers))
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        assert package.read("a") == b"first"
    assert "follows the end of compressed data" in refusal(body)


def test_a_content_of_another_size_or_checksum_is_refused() -> None:
    body = a_zip({"a": b"first"}, zipfile.ZIP_STORED)
    assert "not of the size and checksum" in refusal(patched(body, (31, b"F")))
    short, at = (4).to_bytes(4, "little"), body.index(CENTRAL)
    assert "not of the size and checksum" in refusal(patched(body, (22, short), (at + 24, short)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    assert "stored or deflated" in refusal(a_zip(method=method))


@pytest.mark.parametrize(
    ("flags", "said"), [(1, "encrypted"), (64, "encrypted"), (8192, "encrypted"), (32, "stored or deflated")]
)
def test_members_that_nobody_can_read_are_refused(flags: int, said: str) -> None:
    body = a_zip({"a": b"first"})
    new = struct.pack("<H", flags)
    assert said in refusal(patched(body, (6, new), (body.index(CENTRAL) + 8, new)))


def test_a_name_in_an_encoding_that_is_not_said_is_refused() -> None:
    body = a_zip({"ä": b"first"})
    assert read(body) == {"ä": b"first"}
    at = body.index(CENTRAL)
    assert "marked as UTF-8" in refusal(patched(body, (6, b"\0\0"), (at + 8, b"\0\0")))


def test_a_second_name_in_an_extra_field_is_refused() -> None:
    info = zipfile.ZipInfo("a")
    info.extra = struct.pack("<HHBL", 0x7075, 8, 1, zlib.crc32(b"a")) + b"b.p"
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        package.writestr(info, b"first")
    assert "second name" in refusal(body.getvalue())


def test_a_mode_that_contradicts_the_name_is_refused() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        info = zipfile.ZipInfo("a")
        info.external_attr = 0o040755 << 16
        package.writestr(info, b"first")
    assert "whether it is a directory" in refusal(body.getvalue())


def test_a_directory_has_no_content_and_a_member_has_a_name() -> None:
    assert read(a_zip({"d/": b""})) == {"d/": b""}
    assert "a directory with content" in refusal(a_zip({"d/": b"first"}))
    assert read(by_hand(name=b"")) == {"": b"first"}


@pytest.mark.parametrize(
    ("place", "new"),
    [
        (4, b"\1\0"),  # the number of this disk
        (6, b"\1\0"),  # the disk of the directory
        (8, b"\1\0"),  # members here
        (10, b"\3\0"),  # members in all
        (12, b"\1\0\0\0"),  # the directory's size
        (16, b"\1\0\0\0"),  # where it starts
        (20, b"\1\0"),  # the comment's length
    ],
)
def test_an_end_record_that_is_wrong_is_refused(place: int, new: bytes) -> None:
    body = a_zip()
    assert "not a readable zip" in refusal(patched(body, (body.rindex(END) + place, new)))


def test_a_count_of_members_that_is_wrong_is_refused() -> None:
    body = a_zip()
    assert "says that it has 3 members, and has 2" in refusal(patched(body, (body.rindex(END) + 8, b"\3\0\3\0")))


def with_64_bit_end(body: bytes, **changes: int) -> bytes:
    end = body.rindex(END)
    size, offset = struct.unpack_from("<LL", body, end + 12)
    count = struct.unpack_from("<H", body, end + 10)[0]
    values = {"length": 44, "disk": 0, "count": count, "size": size, "offset": offset, "at": end, "disks": 1} | changes
    end64 = struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", values["length"], 45, 45, values["disk"], 0, count, values["count"], values["size"],
        values["offset"],
    )  # fmt: skip
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, values["at"], values["disks"])
    return body[:end] + end64 + locator + body[end:]


def test_an_end_record_of_64_bits_is_read() -> None:
    assert read(with_64_bit_end(a_zip())) == FILES


@pytest.mark.parametrize(
    "changes", [{"length": 45}, {"disk": 1}, {"count": 3}, {"size": 1}, {"offset": 1}, {"at": 1}, {"disks": 2}]
)
def test_an_end_record_of_64_bits_that_is_wrong_is_refused(changes: dict[str, int]) -> None:
    assert "not a readable zip" in refusal(with_64_bit_end(a_zip(), **changes))


def test_the_directory_is_bounded_before_it_is_read() -> None:
    body = a_zip({"n" * 200 + str(n): b"" for n in range(30)})
    assert len(read(body, Limits(header_bytes=8_000))) == 30
    assert "names and headers of more than 7,000 bytes" in refusal(body, Limits(header_bytes=7_000))
    assert len(read(body, Limits(member_count=30))) == 30
    assert "more than 29 members" in refusal(body, Limits(member_count=29))


Packer = Callable[[dict[str, bytes]], bytes]


@pytest.mark.parametrize("pack", [a_zip, a_streamed_zip])
@given(files=st.dictionaries(st.from_regex(r"[a-zä]{1,8}", fullmatch=True), st.binary(max_size=100), min_size=1))
def test_whatever_pythons_own_writer_packs_is_read_back(pack: Packer, files: dict[str, bytes]) -> None:
    assert read(pack(files)) == files
