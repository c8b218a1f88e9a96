"""A tree that is rejected stays so, or is refused or inconclusive, whatever is done to its archive: never does it pass."""

import bz2
import encodings.aliases
import gzip
import io
import lzma
import stat
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tdeveloper.gates.cases import CLEAN, SHELL
from tests.tdeveloper.gates.test_cases import a_tar, a_zip, the_gate

TREE = {"clean.py": CLEAN, "pkg/run.py": SHELL, "z.txt": b"the end\n"}


def a_stored_zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return body.getvalue()


ARCHIVES = {
    "zip": a_zip(TREE),
    "zip, stored": a_stored_zip(TREE),
    "tar": a_tar(TREE, "w:"),
    "tar.gz": a_tar(TREE, "w:gz"),
    "tar.bz2": a_tar(TREE, "w:bz2"),
    "tar.xz": a_tar(TREE, "w:xz"),
}
every = pytest.mark.parametrize("kind", ARCHIVES)


def outcome(archive: bytes) -> str:
    with tempfile.TemporaryDirectory() as directory:
        return the_gate(archive, Path(directory)).outcome


def holds_the_finding(archive: bytes) -> bool:
    """Whether any reader, however lenient, still gets the shell call out of it."""
    bodies = [archive, *_inflated(archive)]
    return any(SHELL.strip() in body for body in [*bodies, *(part for body in bodies for part in _members(body))])


def _inflated(archive: bytes) -> list[bytes]:
    found: list[bytes] = []
    for decoder in (zlib.decompressobj(31), bz2.BZ2Decompressor(), lzma.LZMADecompressor()):
        try:
            found.append(decoder.decompress(archive))
        except (zlib.error, OSError, lzma.LZMAError, MemoryError):
            continue
    return found


def _members(body: bytes) -> list[bytes]:
    found: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            found.extend(package.read(info) for info in package.infolist())
    except Exception:  # noqa: BLE001, S110 - a lenient reader may fail in any way
        pass
    return found


@every
def test_the_tree_itself_is_rejected(kind: str) -> None:
    assert outcome(ARCHIVES[kind]) == "rejected"
    assert holds_the_finding(ARCHIVES[kind])


@every
def test_no_cut_passes(kind: str) -> None:
    whole = ARCHIVES[kind]
    # Only zeros that fill a tar up may be missing; a tar is long, so it is cut at each block and beside it.
    places = (
        range(len(whole)) if len(whole) < 2_000 else (at + by for at in range(0, len(whole), 512) for by in (-1, 0, 1))
    )
    for length in places:
        ended = outcome(whole[: max(0, length)])
        assert ended == "refused" or (ended == "rejected" and not whole[length:].strip(b"\0"))


@every
@given(data=st.data())
def test_no_damage_passes_while_the_finding_is_there(kind: str, data: st.DataObject) -> None:
    body = bytearray(ARCHIVES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        match data.draw(st.sampled_from(["set", "flip", "insert", "delete", "repeat", "zero"])):
            case "set":
                body[at] = data.draw(st.integers(0, 255))
            case "flip":
                body[at] ^= 1 << data.draw(st.integers(0, 7))
            case "insert":
                body[at:at] = data.draw(st.binary(min_size=1, max_size=20))
            case "delete":
                del body[at : at + data.draw(st.integers(1, 600))]
            case "repeat":
                body[at:at] = body[at : at + data.draw(st.integers(1, 1024))]
            case _:
                end = min(len(body), at + data.draw(st.integers(1, 1024)))
                body[at:end] = bytes(end - at)
        if not body:
            return
    archive = bytes(body)
    assert outcome(archive) != "passed" or not holds_the_finding(archive)


@given(kept=st.sets(st.sampled_from(sorted(TREE))), pack=st.sampled_from([a_zip, a_tar, a_stored_zip]))
def test_a_tree_passes_when_the_finding_is_left_out_of_a_whole_archive_and_only_then(
    kept: set[str], pack: object
) -> None:
    files = {name: content for name, content in TREE.items() if name in kept}
    archive = a_zip(files) if pack is a_zip else a_tar(files) if pack is a_tar else a_stored_zip(files)
    expected = "refused" if not files else "rejected" if "pkg/run.py" in files else "passed"
    assert outcome(archive) == expected


@given(
    mode=st.integers(0, 0o7777),
    attributes=st.integers(0, 2**32 - 1),
    kind=st.sampled_from([0, stat.S_IFREG, stat.S_IFLNK]),
)
def test_no_permission_passes(mode: int, attributes: int, kind: int) -> None:
    tar, packed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as package:
        member = tarfile.TarInfo("run.py")
        member.size, member.mode = len(SHELL), mode
        package.addfile(member, io.BytesIO(SHELL))
    assert outcome(tar.getvalue()) == "rejected"
    for external in ((kind | mode) << 16, attributes):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            info = zipfile.ZipInfo("run.py")
            info.external_attr = external
            archive.writestr(info, SHELL)
        assert outcome(packed.getvalue()) in ("rejected", "refused")


def every_encoding() -> list[str]:
    return sorted(set(encodings.aliases.aliases.values()))


@pytest.mark.parametrize("line", ["", "# coding: {}\n"])
def test_no_encoding_passes(line: str, tmp_path: Path) -> None:
    text = line + SHELL.decode()
    tried = 0
    for number, encoding in enumerate(every_encoding()):
        try:
            content = text.format(encoding).encode(encoding) if line else text.encode(encoding)
        except (LookupError, UnicodeError, TypeError):
            continue  # not an encoding of text
        tried += 1
        ended = the_gate(a_zip({"run.py": content}), tmp_path / str(number)).outcome
        assert ended in ("rejected", "inconclusive"), encoding
    assert tried > 80


def test_a_member_cut_in_the_middle_is_no_shorter_file() -> None:
    whole = a_tar(TREE, "w:")
    cut = whole[: whole.index(b"shell=True")]
    for body in (cut, gzip.compress(cut), bz2.compress(cut), lzma.compress(cut)):
        assert outcome(body) == "refused"
