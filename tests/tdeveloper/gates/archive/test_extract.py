"""Archives are hostile until proved otherwise: each way to be hostile is a test, and nothing is ever left behind."""

import gzip
import io
import stat
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.errors import RefusedError
from tdeveloper.gates.archive.extract import extract
from tdeveloper.gates.archive.limits import Limits

Maker = Callable[[Path, list[tuple[str, bytes]]], Path]


def a_zip(directory: Path, files: list[tuple[str, bytes]]) -> Path:
    path = directory / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def a_tar(directory: Path, files: list[tuple[str, bytes]]) -> Path:
    path = directory / "archive.tar.gz"
    with tarfile.open(path, "w:gz") as package:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


def a_tar_with(directory: Path, name: str, kind: bytes, target: str = "") -> Path:
    path = directory / "archive.tar"
    with tarfile.open(path, "w") as package:
        member = tarfile.TarInfo(name)
        member.type = kind
        member.linkname = target
        package.addfile(member)
    return path


def refuse(archive: Path, root: Path, *, limits: Limits | None = None) -> str:
    """Extract into root/in/tree, expect a refusal, and prove that nothing at all was written; the reason."""
    inside = root / "in"
    inside.mkdir()
    before = sorted(path for path in root.rglob("*"))
    with pytest.raises(RefusedError) as caught:
        extract(archive, inside / "tree", limits)
    assert sorted(path for path in root.rglob("*")) == before
    return str(caught.value)


both = pytest.mark.parametrize("make", [a_zip, a_tar])


@both
def test_a_plain_source_tree_is_unpacked_as_it_is(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path, [("app/main.py", b"print()\n"), ("./README.md", b"# hi\n"), ("empty", b"")])
    extracted = extract(archive, tmp_path / "tree")
    assert extracted.file_count == 3
    assert extracted.total_bytes == 13
    assert (tmp_path / "tree/app/main.py").read_bytes() == b"print()\n"
    assert (tmp_path / "tree/README.md").read_bytes() == b"# hi\n"


@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:bz2", "w:xz"])
def test_every_compression_of_tar_is_read(tmp_path: Path, mode: str) -> None:
    with tarfile.open(tmp_path / "archive", mode) as package:  # type: ignore[call-overload]
        member = tarfile.TarInfo("a")
        member.size = 2
        package.addfile(member, io.BytesIO(b"hi"))
    assert extract(tmp_path / "archive", tmp_path / "tree").total_bytes == 2


@both
def test_a_path_that_leads_out_is_refused(tmp_path: Path, make: Maker) -> None:
    assert "'../x': leads out" in refuse(make(tmp_path, [("good", b""), ("../x", b"evil")]), tmp_path)


@both
def test_an_absolute_path_is_refused(tmp_path: Path, make: Maker) -> None:
    target = tmp_path / "absolute"
    assert "absolute path" in refuse(make(tmp_path, [(str(target), b"evil")]), tmp_path)


@both
@pytest.mark.parametrize("name", ["a\\..\\..\\x", "C:/x"])
def test_windows_paths_are_refused(tmp_path: Path, make: Maker, name: str) -> None:
    assert refuse(make(tmp_path, [(name, b"evil")]), tmp_path)


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    archive = a_zip(tmp_path, [("goodXname", b"x")])
    archive.write_bytes(archive.read_bytes().replace(b"goodXname", b"good\0name"))
    assert "NUL" in refuse(archive, tmp_path)


def test_a_symlink_out_is_refused_in_a_tar(tmp_path: Path) -> None:
    assert "'out': is a symbolic link" in refuse(a_tar_with(tmp_path, "out", tarfile.SYMTYPE, "/etc"), tmp_path)


def test_a_symlink_out_is_refused_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as package:
        link = zipfile.ZipInfo("out")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc")
    assert "'out': is a symbolic link" in refuse(path, tmp_path)


def test_a_hard_link_is_refused(tmp_path: Path) -> None:
    assert "'h': is a hard link" in refuse(a_tar_with(tmp_path, "h", tarfile.LNKTYPE, "/etc/passwd"), tmp_path)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_is_refused(tmp_path: Path, kind: bytes) -> None:
    assert "device or other special file" in refuse(a_tar_with(tmp_path, "d", kind), tmp_path)


@both
def test_names_that_differ_in_case_alone_are_refused(tmp_path: Path, make: Maker) -> None:
    assert "'a/README': same name as 'A/readme'" in refuse(
        make(tmp_path, [("A/readme", b"1"), ("a/README", b"2")]), tmp_path
    )


@both
def test_a_name_that_comes_twice_is_refused(tmp_path: Path, make: Maker) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of what this test wants
        archive = make(tmp_path, [("a", b"1"), ("a", b"2")])
    assert "same name" in refuse(archive, tmp_path)


@both
def test_a_file_where_a_directory_is_needed_is_refused(tmp_path: Path, make: Maker) -> None:
    assert "both a file and a directory" in refuse(make(tmp_path, [("a", b"1"), ("a/b", b"2")]), tmp_path)


def two_gigabytes_of_zeros(before: bytes = b"") -> tuple[bytes, bytes]:
    """A raw deflate stream of `before` and 2 GiB of zeros, in two parts; flushed so that one part repeats."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = deflate.compress(before) + deflate.flush(zlib.Z_FULL_FLUSH)
    return head, (deflate.compress(bytes(1024 * 1024)) + deflate.flush(zlib.Z_FULL_FLUSH)) * 2048


def test_ten_megabytes_that_inflate_to_two_gigabytes_are_refused_in_a_tar(tmp_path: Path) -> None:
    member = tarfile.TarInfo("zeros")
    member.size = 2 * 1024**3
    head, zeros = two_gigabytes_of_zeros(member.tobuf())
    archive = tmp_path / "bomb.tar.gz"
    archive.write_bytes(b"\x1f\x8b\x08" + bytes(7) + head + zeros)
    assert 9_000_000 < archive.stat().st_size < 11_000_000
    assert "'zeros': passes a limit" in refuse(archive, tmp_path)


def test_ten_megabytes_that_inflate_to_two_gigabytes_are_refused_in_a_zip(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as package:
        package.writestr(zipfile.ZipInfo("zeros"), b"".join(two_gigabytes_of_zeros()))
    body = bytearray(archive.read_bytes())
    central = body.rindex(b"PK\x01\x02")
    for method_at, size_at in ((8, 22), (central + 10, central + 24)):  # what was stored is deflate already
        body[method_at : method_at + 2] = zipfile.ZIP_DEFLATED.to_bytes(2, "little")
        body[size_at : size_at + 4] = (2 * 1024**3).to_bytes(4, "little")
    archive.write_bytes(bytes(body))
    assert 9_000_000 < archive.stat().st_size < 11_000_000
    assert "'zeros': passes a limit" in refuse(archive, tmp_path)


def test_a_bomb_of_many_middling_files_is_refused_by_its_total(tmp_path: Path) -> None:
    limits = Limits(file_bytes=1000, total_bytes=2500)
    assert "2,500 bytes in all" in refuse(
        a_zip(tmp_path, [(str(n), b"x" * 1000) for n in range(3)]), tmp_path, limits=limits
    )


def test_a_bomb_of_ratio_is_refused_where_sizes_would_pass(tmp_path: Path) -> None:
    limits = Limits(file_bytes=100_000, expansion_ratio=10)
    archive = a_zip(tmp_path, [(str(n), bytes(100_000)) for n in range(20)])
    assert "10 times the archive's" in refuse(archive, tmp_path, limits=limits)


def test_a_header_that_lies_about_the_size_does_not_help(tmp_path: Path) -> None:
    archive = a_zip(tmp_path, [("a", b"x" * 5000)])
    body = archive.read_bytes()
    archive.write_bytes(body.replace((5000).to_bytes(4, "little"), (5).to_bytes(4, "little")))
    refuse(archive, tmp_path, limits=Limits(file_bytes=1000))


def test_a_tar_whose_headers_are_the_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as package:
        member = tarfile.TarInfo("a")
        member.pax_headers = {"comment": "x" * 2_000_000}
        package.addfile(member)
    reason = refuse(path, tmp_path, limits=Limits(total_bytes=1_000_000, member_count=10))
    assert "extended headers of more than" in reason


def test_two_hundred_thousand_empty_files_are_refused_in_a_tar(tmp_path: Path) -> None:
    template = bytearray(tarfile.TarInfo("f000000").tobuf(tarfile.USTAR_FORMAT))
    sum_without_digits = sum(template) - sum(template[148:156]) + 8 * ord(" ") - 6 * ord("0")
    blocks = bytearray()
    for number in range(200_000):
        digits = f"{number:06}".encode()
        template[1:7] = digits
        template[148:154] = f"{sum_without_digits + sum(digits):06o}".encode()
        template[154:156] = b"\0 "
        blocks += template
    archive = tmp_path / "many.tar.gz"
    archive.write_bytes(gzip.compress(bytes(blocks) + bytes(1024), compresslevel=1))
    assert "more than 20,000 members" in refuse(archive, tmp_path)


def test_two_hundred_thousand_empty_files_are_refused_in_a_zip(tmp_path: Path) -> None:
    local, central = bytearray(), bytearray()
    for number in range(200_000):
        name = f"f{number:06}".encode()
        shared = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        central += b"PK\1\2" + struct.pack("<H", 20) + shared + struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + name
        local += b"PK\3\4" + shared + name
    # More than 65,535 entries need the 64-bit end records.
    end64 = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 200_000, 200_000, len(central), len(local))
    locator = b"PK\6\7" + struct.pack("<IQI", 0, len(local) + len(central), 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(central), len(local), 0)
    archive = tmp_path / "many.zip"
    archive.write_bytes(bytes(local + central) + b"PK\6\6" + end64 + locator + end)
    assert "more than 20,000 members" in refuse(archive, tmp_path)


@both
def test_a_path_too_deep_or_too_long_is_refused(tmp_path: Path, make: Maker) -> None:
    assert "deeper than 30" in refuse(make(tmp_path, [("d/" * 40 + "f", b"")]), tmp_path)
    (tmp_path / "in").rmdir()
    assert "longer than 400 bytes" in refuse(make(tmp_path, [("n" * 500, b"")]), tmp_path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    archive = a_zip(tmp_path, [("a", b"x")])
    body = bytearray(archive.read_bytes())
    body[body.index(b"PK\x03\x04") + 6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(bytes(body))
    assert "encrypted" in refuse(archive, tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken", b"\x1f\x8b broken", b"BZh broken"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive"
    path.write_bytes(content)
    assert "not a readable zip or tar" in refuse(path, tmp_path)


@settings(suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture])
@given(data=st.data(), make=st.sampled_from([a_zip, a_tar]))
def test_a_damaged_archive_is_read_or_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, make: Maker
) -> None:
    root = tmp_path_factory.mktemp("fuzz")
    archive = make(root, [("a/b.py", b"print(1)\n" * 50), ("c", b"")])
    body = bytearray(archive.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    archive.write_bytes(bytes(body))
    try:
        extract(archive, root / "tree")
    except RefusedError:
        assert not (root / "tree").exists()
    assert {path.name for path in root.iterdir()} <= {archive.name, "tree"}


def test_a_zip_in_a_tar_and_a_tar_in_a_zip_are_read_as_what_they_begin_with(tmp_path: Path) -> None:
    inner = a_zip(tmp_path, [("hidden.py", b"x")]).read_bytes()
    tar = tmp_path / "both.tar"
    with tarfile.open(tar, "w") as package:
        member = tarfile.TarInfo("inner")
        member.size = len(inner)
        package.addfile(member, io.BytesIO(inner))
    assert zipfile.is_zipfile(tar)
    assert extract(tar, tmp_path / "tree").file_count == 1
    assert (tmp_path / "tree/inner").read_bytes() == inner


@pytest.mark.parametrize("first", [a_zip, a_tar])
@pytest.mark.parametrize("second", [a_zip, a_tar])
def test_two_archives_in_one_file_are_refused(tmp_path: Path, first: Maker, second: Maker) -> None:
    body = first(tmp_path, [("a", b"1")]).read_bytes() + second(tmp_path, [("b", b"2")]).read_bytes()
    archive = tmp_path / "both"
    archive.write_bytes(body)
    assert "not a readable zip or tar" in refuse(archive, tmp_path)


@both
def test_an_archive_without_a_file_is_refused(tmp_path: Path, make: Maker) -> None:
    assert "holds no file" in refuse(make(tmp_path, []), tmp_path)
    (tmp_path / "in").rmdir()
    only_a_directory = a_tar_with(tmp_path, "d", tarfile.DIRTYPE)
    assert "holds no file" in refuse(only_a_directory, tmp_path)


@both
def test_a_file_without_a_name_is_refused(tmp_path: Path, make: Maker) -> None:
    assert "'.': a file without a name" in refuse(make(tmp_path, [("good", b""), (".", b"x")]), tmp_path)


@both
def test_a_directory_where_a_file_is_is_refused_whatever_the_case(tmp_path: Path, make: Maker) -> None:
    assert "both a file and a directory" in refuse(make(tmp_path, [("a/b", b"1"), ("A", b"2")]), tmp_path)


def test_an_archive_larger_than_allowed_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(b"PK\3\4" + bytes(1_000))
    assert "has 1,004 bytes, and may have 1,003" in refuse(archive, tmp_path, limits=Limits(archive_bytes=1_003))


@both
def test_directories_that_names_bring_with_them_are_bounded(tmp_path: Path, make: Maker) -> None:
    files = [(f"{number}/x/y/f", b"") for number in range(4)]
    assert extract(make(tmp_path, files), tmp_path / "tree", Limits(directory_count=12)).file_count == 4
    assert "more than 11 directories" in refuse(make(tmp_path, files), tmp_path, limits=Limits(directory_count=11))


def test_ten_megabytes_of_names_make_no_more_directories_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    mkdir = Path.mkdir

    def counted(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        made.append(str(path))
        mkdir(path, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", counted)
    names = ["/".join(f"{number:04}{depth:02}" for depth in range(29)) for number in range(1, 15_000)]
    archive = tmp_path / "names.tar"
    with archive.open("wb") as out:
        for name in names:
            out.write(tarfile.TarInfo(name).tobuf(tarfile.PAX_FORMAT))
        out.write(bytes(1024))
    assert archive.stat().st_size > 10_000_000
    limits = Limits(directory_count=1_000)
    assert "more than 1,000 directories" in refuse(archive, tmp_path, limits=limits)
    assert len(made) <= 1_010


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@both
def test_unpacking_ends_within_its_time(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path, [(str(number), b"x") for number in range(10)])
    assert extract(archive, tmp_path / "tree", Limits(unpack_seconds=20.0), now_seconds=Clock()).file_count == 10
    with pytest.raises(RefusedError, match="unpacking took longer than 19 s"):
        extract(archive, tmp_path / "again", Limits(unpack_seconds=19.0), now_seconds=Clock())
    assert not (tmp_path / "again").exists()
