"""A file of OSV is read as a whole or not at all: one member that cannot be read, and nobody knows what it would have said."""

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError
from sre.jobs.advisories.osv_zip import Limits, read_osv_zip
from tests.foundation.advisories.factories import an_all_zip, an_entry, zipped

LIMITS = Limits()
ENTRY = json.dumps(an_entry()).encode()


def test_all_members_are_read_and_the_file_is_known_by_its_hash(tmp_path: Path) -> None:
    file = an_all_zip(tmp_path / "all.zip", an_entry("A-1"), an_entry("A-2", affected=[]))
    found = read_osv_zip(file, LIMITS)
    assert [each.id for each in found.advisories] == ["A-1", "A-2"]
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.size_bytes == file.stat().st_size


def refusal(file: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(InputError) as refused:
        read_osv_zip(file, limits)
    assert str(refused.value).startswith(f"{file}: ")
    return str(refused.value)


def test_every_broken_member_is_counted_and_named(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(zipped({"good.json": ENTRY, "a.json": b"{", "../b\x1b.json": b"[]", "c.json": ENTRY}))
    said = refusal(file)
    assert "3 of 4 members cannot be read, so nothing is written; download it again" in said
    assert '"a.json": not valid JSON' in said
    assert '"../b\\u001b.json": the entry: Input should be' in said
    assert '"c.json": PYSEC-2026-1 is there twice' in said


def test_of_many_broken_members_twenty_are_named(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(zipped({f"{number:02}.json": b"" for number in range(25)}))
    said = refusal(file)
    assert '"19.json"' in said
    assert '"20.json"' not in said
    assert "and 5 more" in said


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"no archive", zipped({"a.json": ENTRY})[:-30]])
def test_what_is_no_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(content)
    assert "no `all.zip` of OSV" in refusal(tmp_path / "all.zip")


def test_an_empty_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(zipped({}))
    assert "it holds no advisory" in refusal(tmp_path / "all.zip")


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    file = an_all_zip(tmp_path / "all.zip")
    content = bytearray(file.read_bytes())
    content[60] ^= 0xFF
    file.write_bytes(content)
    assert "1 of 1 members cannot be read" in refusal(file)


def test_a_bomb_is_not_unpacked_whatever_its_header_says(tmp_path: Path) -> None:
    bomb = bytearray(zipped({"bomb.json": b" " * (40 << 20)}))
    at = bomb.rfind(b"PK\1\2")
    bomb[at + 24 : at + 28] = struct.pack("<I", 40 << 20)
    (tmp_path / "all.zip").write_bytes(bomb)
    assert len(bomb) < 100_000
    said = refusal(tmp_path / "all.zip")
    assert f"unpacks to more than {len(bomb) * LIMITS.expansion_ratio:,} bytes" in said


def test_members_together_may_be_as_large_as_the_limits_and_not_larger(tmp_path: Path) -> None:
    file = an_all_zip(tmp_path / "all.zip", an_entry("A-1"), an_entry("A-2"))
    both_bytes = sum(len(json.dumps(an_entry(name)).encode()) for name in ("A-1", "A-2"))
    assert len(read_osv_zip(file, replace(LIMITS, total_bytes=both_bytes)).advisories) == 2
    assert "1 of 2 members" in refusal(file, replace(LIMITS, total_bytes=both_bytes - 1))
    assert "2 of 2 members" in refusal(file, replace(LIMITS, member_bytes=10))
    assert len(read_osv_zip(file, replace(LIMITS, member_count=2)).advisories) == 2
    assert "more than 1 members" in refusal(file, replace(LIMITS, member_count=1))
    assert "the most that is read" in refusal(file, replace(LIMITS, file_bytes=100))
