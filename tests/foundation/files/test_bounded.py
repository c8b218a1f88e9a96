"""A file is read within bounds of size and time, and is text in UTF-8, or in UTF-16 where it says so."""

import os
import threading
import time
from pathlib import Path

import pytest

import foundation.files.bounded as bounded
from foundation.errors import InputError
from foundation.files.bounded import read_bytes, read_text


def written(directory: Path, content: bytes) -> Path:
    file = directory / "file"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_the_same_in_every_encoding_that_is_read(tmp_path: Path, encoding: str) -> None:
    assert read_text(written(tmp_path, "größer\n".encode(encoding))) == "größer\n"


def test_what_is_no_text_is_named_with_the_line_where_it_ends(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file:3: not text in UTF-8"):
        read_text(written(tmp_path, b"a\nb\nc\xff\n"))


def test_a_file_of_exactly_the_bound_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    assert len(read_bytes(written(tmp_path, b"x" * 2_097_152), most_bytes=2_097_152)) == 2_097_152
    with pytest.raises(InputError, match="larger than 2 MiB, the most that is read"):
        read_bytes(written(tmp_path, b"x" * 2_097_153), most_bytes=2_097_152)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as out:
        out.truncate(1 << 40)
    with pytest.raises(InputError, match="larger than 4 MiB"):
        read_text(file)


def test_a_device_without_an_end_is_refused_at_the_bound() -> None:
    with pytest.raises(InputError, match="/dev/zero: larger than 1 MiB"):
        read_bytes(Path("/dev/zero"), most_bytes=1 << 20)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "none: cannot be read: there is no such file"),
        (".", "cannot be read: is a directory"),
        ("a\0b", "cannot be read: embedded null byte"),
        ("x" * 300, "cannot be read: file name too long"),
    ],
)
def test_what_cannot_be_opened_is_named_with_the_reason(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path / name)
    assert said in str(caught.value)


def test_a_pipe_without_a_writer_and_one_whose_writer_is_silent_end_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "_PATIENCE_SECONDS", 0.2)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"nothing came within 0\.2 s"):
        read_bytes(tmp_path / "pipe")
    held = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        with pytest.raises(InputError, match=r"nothing came within 0\.2 s"):
            read_bytes(tmp_path / "pipe")
    finally:
        os.close(held)


def test_a_pipe_that_never_ends_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_LONGEST_SECONDS", -1.0)
    with pytest.raises(InputError, match="it did not end within"):
        read_bytes(written(tmp_path, b"x"))


def test_a_pipe_of_exactly_the_bound_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    def through_a_pipe(content: bytes) -> bytes:
        (tmp_path / "pipe").unlink(missing_ok=True)
        os.mkfifo(tmp_path / "pipe")
        held = os.open(tmp_path / "pipe", os.O_RDWR)
        os.write(held, content)
        closing = threading.Timer(0.1, os.close, (held,))
        closing.start()
        try:
            return read_bytes(tmp_path / "pipe", most_bytes=4)
        finally:
            closing.join()

    assert through_a_pipe(b"four") == b"four"
    with pytest.raises(InputError, match="the most that is read"):
        through_a_pipe(b"fives")


def test_a_file_that_was_read_or_refused_is_closed(tmp_path: Path) -> None:
    def open_count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_count()
    read_bytes(written(tmp_path, b"12345"))
    with pytest.raises(InputError):
        read_bytes(tmp_path / "file", most_bytes=4)
    assert open_count() == before


def test_what_comes_late_through_a_pipe_is_read_whole(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    held = os.open(tmp_path / "pipe", os.O_RDWR)

    def write() -> None:
        os.write(held, b"one ")
        time.sleep(0.1)
        os.write(held, b"two")
        os.close(held)

    writer = threading.Thread(target=write)
    writer.start()
    assert read_bytes(tmp_path / "pipe") == b"one two"
    writer.join()
