"""Files are written whole or not at all."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.files.writing import (
    OutDirectory,
    building,
    descriptor_of,
    make_directory,
    remove,
    replacing,
    write_bytes,
    write_text,
)


@contextmanager
def full_disk(at_bytes: int) -> Generator[None]:
    """No file of this process may grow beyond so many bytes; the write that would fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_text_is_written_with_the_directories_that_are_missing(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "page.html", "drei Grüße\n")
    assert (tmp_path / "a" / "b" / "page.html").read_bytes() == "drei Grüße\n".encode()


def test_a_full_disk_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_text(page, "good")
    with full_disk(at_bytes=1_000), pytest.raises(InputError, match=r"page\.html: cannot be written: File too large"):
        write_bytes(page, b"x" * 10_000)
    assert page.read_text() == "good"
    assert list(tmp_path.iterdir()) == [page]


def test_what_takes_a_files_place_is_on_the_disk_before_and_so_is_the_step_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a machine that fails may have kept the new name, and not what it names."""
    (file := tmp_path / "page.html").write_text("before")
    kept: list[tuple[str, str]] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        kept.append((Path(f"/proc/self/fd/{descriptor}").readlink().name, file.read_text()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    write_text(file, "after")
    (beside, then), last = kept
    assert beside.startswith(".page.html.")
    assert (then, last) == ("before", (tmp_path.name, "after"))


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_text(page, "good")
    with pytest.raises(ZeroDivisionError), replacing(page) as beside:
        _half_of_it(beside)
    assert page.read_text() == "good"
    assert list(tmp_path.iterdir()) == [page]


def test_nobody_sees_half_of_a_file(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_text(page, "before")
    with replacing(page) as beside:
        beside.write_text("half of it")
        assert page.read_text() == "before"
    assert page.read_text() == "half of it"


def test_a_directory_where_the_file_should_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written: Is a directory"):
        write_text(tmp_path, "x")


def test_a_file_where_a_directory_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be written: (Not a directory|File exists)"):
        write_text(tmp_path / "file" / "page.html", "x")


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.touch(mode=0o600)
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    write_text(tmp_path / "ours", "x")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_what_is_no_file_is_written_to_as_it_is() -> None:
    write_text(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(InputError, match="/dev/full: cannot be written: No space left on device"):
        write_text(Path("/dev/full"), "gone")


def test_a_descriptor_is_written_to_where_it_is_and_what_it_leads_to_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "f"
    with file.open("wb", buffering=0) as out:
        out.write(b"before, ")
        before = file.stat().st_ino
        write_text(Path(f"/dev/fd/{out.fileno()}"), "in it, ")
        out.write(b"after")
    assert file.read_text() == "before, in it, after"
    assert file.stat().st_ino == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_behind_a_descriptor_is_written_to() -> None:
    code = "from pathlib import Path; from foundation.files.writing import write_text as w; w(Path('/dev/stdout'), 'x' * 200_000)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"x" * 200_000


def test_which_paths_name_a_descriptor(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")
    (tmp_path / "loop").symlink_to("loop")
    named = [
        "/dev/stdout",
        "/dev/fd/63",
        "/proc/self/fd/5",
        tmp_path / "link",
        "/dev/null",
        tmp_path / "loop",
        "/dev/fd/x",
    ]
    assert [descriptor_of(Path(each)) for each in named] == [1, 63, 5, 1, None, None, None]


def test_a_pipe_that_nobody_reads_is_no_place_to_wait_at(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe: cannot be written: No such device or address"):
        write_text(tmp_path / "pipe", "x")
    with pytest.raises(InputError, match="/dev/fd/9999: cannot be written: Bad file descriptor"):
        write_text(Path("/dev/fd/9999"), "x")


def test_a_pipe_that_is_full_is_waited_for_and_not_asked_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    written: list[int] = []
    write = os.write

    def noting(descriptor: int, content: bytes) -> int:
        written.append(len(content))
        return write(descriptor, content)

    # Open before anybody writes, so that there is somebody to write to.
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    found: list[bytes] = []

    def read_slowly() -> None:
        time.sleep(0.2)
        os.set_blocking(reading, True)
        while some := os.read(reading, 1_000_000):
            found.append(some)

    monkeypatch.setattr(os, "write", noting)
    reader = threading.Thread(target=read_slowly)
    reader.start()
    write_text(pipe, "x" * 300_000)
    reader.join(timeout=10)
    os.close(reading)
    assert b"".join(found) == b"x" * 300_000
    assert len(written) < 100


@pytest.mark.parametrize("name", ["../elsewhere", "a/../../elsewhere", "/etc/elsewhere", "", "a\0b"])
def test_no_name_leads_out_of_the_directory(tmp_path: Path, name: str) -> None:
    out = OutDirectory(root=tmp_path / "out")
    with pytest.raises(InputError, match="is no name of a file in"):
        out.write_text(name, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_directory_does_not_lead_out_of_it_either(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    with pytest.raises(InputError, match="is no name of a file in"):
        OutDirectory(root=tmp_path / "out").write_bytes("away/file", b"x")


def test_files_of_a_directory_are_written_where_it_is(tmp_path: Path) -> None:
    out = OutDirectory(root=tmp_path / "out")
    assert out.write_text("page.html", "x") == tmp_path / "out" / "page.html"
    assert out.write_bytes("png/panel.png", b"y").read_bytes() == b"y"


def test_a_directory_that_is_built_beside_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with building(tmp_path / "made") as beside:
        beside.mkdir()
        (beside / "file").write_text("x")
        assert not (tmp_path / "made").exists()
    assert (tmp_path / "made" / "file").read_text() == "x"
    with building(tmp_path / "made") as beside:  # another was first: it stays
        beside.mkdir()
        (beside / "file").write_text("y")
    assert (tmp_path / "made" / "file").read_text() == "x"
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="cannot be made: "), building(tmp_path / "taken") as beside:
        beside.mkdir()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["made", "taken"]


def test_what_cannot_be_made_or_removed_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be made: "):
        make_directory(tmp_path / "file" / "below")
    with pytest.raises(InputError, match="cannot be removed: "):
        remove(tmp_path)
    remove(tmp_path / "file")
    remove(tmp_path / "file")
    assert make_directory(tmp_path / "a" / "b").is_dir()


def _half_of_it(file: Path) -> None:
    file.write_text("half of it")
    raise ZeroDivisionError


def test_a_directory_is_built_beside_and_the_first_to_finish_wins(tmp_path: Path) -> None:
    target = tmp_path / "built" / "it"
    with building(target) as one, building(target) as other:
        assert one.parent == target.parent
        for beside in (one, other):
            beside.mkdir()
            (beside / "who").write_text(beside.name)
        assert not target.exists()
    assert (target / "who").read_text() == other.name
    assert list(target.parent.iterdir()) == [target]


def test_a_directory_that_could_not_be_built_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), building(tmp_path / "it") as beside:
        [beside.mkdir() for _ in range(2)]
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_to_is_closed_again(tmp_path: Path) -> None:
    def open_count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_count()
    write_text(tmp_path / "file", "x")
    write_text(Path("/dev/null"), "x")
    with Path(os.devnull).open("wb") as sink:
        write_text(Path(f"/dev/fd/{sink.fileno()}"), "x")
    with pytest.raises(InputError):
        write_text(tmp_path, "x")
    assert open_count() == before
