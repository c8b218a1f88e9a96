"""An archive of regular files within the limits of every gate; what passes them is refused before it is written."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from foundation.errors import InputError, RefusedError
from sre.jobs.judge.packing import LeftOut, Packing, names_below, pack_files
from tdeveloper.gates.archive.limits import Limits
from tests.repositories import written


def packing(archive: zipfile.ZipFile, *, files: int = 10, size: int = 10) -> Packing:
    return Packing(archive=archive, limits=Limits(member_count=files, total_bytes=size))


def test_a_member_is_a_regular_compressed_file_without_a_time_of_its_own(tmp_path: Path) -> None:
    written(tmp_path / "x", {"a.py": "a" * 1_000})
    (tmp_path / "x" / "a.py").chmod(0o755)
    assert pack_files(tmp_path / "x", ["a.py"], tmp_path / "x.zip") == ()
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        (member,) = archive.infolist()
    assert (member.filename, member.date_time) == ("a.py", (1980, 1, 1, 0, 0, 0))
    mode = member.external_attr >> 16
    assert (stat.S_ISREG(mode), stat.S_IMODE(mode)) == (True, 0o644)
    assert (member.compress_type, member.file_size) == (zipfile.ZIP_DEFLATED, 1_000)
    assert member.compress_size < 100


def test_as_many_files_and_bytes_as_may_be_are_packed_and_not_one_more(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        several = packing(archive, files=2, size=5)
        several.add("a", b"123")
        several.add("b", b"45")
        assert (several.file_count, several.total_bytes) == (2, 5)
        with pytest.raises(RefusedError, match=r"more than 2 files or 5 bytes; judge the source alone"):
            several.add("c", b"")
        long = packing(archive, files=2, size=5)
        with pytest.raises(RefusedError, match="more than 2 files or 5 bytes"):
            long.add("d", b"123456")
        assert archive.namelist() == ["a", "b"]


def test_a_name_that_is_no_utf8_is_refused_and_shown(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "x.zip", "w") as archive,
        pytest.raises(RefusedError, match=r"a\\udcff\.py: a name that is no UTF-8"),
    ):
        packing(archive).add("a\udcff.py", b"")


def test_the_largest_file_is_packed_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    most = Limits().file_bytes
    place = written(tmp_path / "x", {"a.bin": ""})
    os.truncate(place / "a.bin", most)
    assert pack_files(place, ["a.bin"], tmp_path / "x.zip") == ()
    os.truncate(place / "a.bin", most + 1)
    with pytest.raises(RefusedError, match=r"a\.bin: has 10,485,761 bytes, and may have 10,485,760"):
        pack_files(place, ["a.bin"], tmp_path / "y.zip")


def test_what_is_gone_is_passed_over_and_what_comes_after_it_is_packed(tmp_path: Path) -> None:
    place = written(tmp_path / "x", {"b.py": "b", "sub/c.py": "c"})
    left_out = pack_files(place, ["a.py", "sub", "b.py"], tmp_path / "x.zip")
    assert left_out == (LeftOut(path="sub", why="is another repository"),)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == ["b.py"]


def test_a_file_that_cannot_be_read_is_said_with_its_path(tmp_path: Path) -> None:
    """The memory of this process is a regular file whose beginning nobody may read."""
    with pytest.raises(InputError, match="/proc/self/mem: cannot be read: Input/output error"):
        pack_files(Path("/proc/self"), ["mem"], tmp_path / "x.zip")


def test_all_below_a_directory_is_named_in_order_without_what_git_keeps(tmp_path: Path) -> None:
    place = written(
        tmp_path / "x", {"b/z.py": "", "b/a.py": "", "a.py": "", ".git/config": "", "sub/.git": "gitdir: /x\n"}
    )
    (place / "b" / "there").symlink_to(place / "sub", target_is_directory=True)
    written(place, {"sub/c.py": ""})
    assert names_below(place) == ["a.py", "b/a.py", "b/there", "b/z.py", "sub/c.py"]


def test_a_directory_that_is_none_is_said_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: cannot be listed: No such file or directory"):
        names_below(tmp_path / "nowhere")


def test_of_a_tree_of_too_many_files_no_more_is_listed_than_it_takes_to_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sre.jobs.judge.packing.Limits", lambda: Limits(member_count=2))
    three = written(tmp_path / "three", {"a.py": "", "b.py": "", "c.py": "", "sub/d.py": ""})
    assert names_below(three) == ["a.py", "b.py", "c.py"]
    two = written(tmp_path / "two", {"a.py": "", "b.py": "", "sub/d.py": ""})
    assert names_below(two) == ["a.py", "b.py", "sub/d.py"]
    with pytest.raises(RefusedError, match="more than 2 files"):
        pack_files(three, names_below(three), tmp_path / "x.zip")
