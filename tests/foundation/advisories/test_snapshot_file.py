"""A snapshot's file: what is written is what is read, and whatever was cut or changed is refused."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.advisories.model import Ecosystem
from foundation.advisories.snapshot_file import read_snapshot, snapshot_bytes, write_snapshot
from foundation.errors import InputError
from tests.foundation.advisories.factories import AT, a_snapshot, a_source, affected, an_advisory

SNAPSHOT = a_snapshot(
    an_advisory("GHSA-1", aliases=("CVE-2026-1",), score="7.5", word="HIGH", withdrawn_at=AT),
    an_advisory("PYSEC-1", affected("a", ("introduced 0", "last_affected 2"), ("introduced 3",), versions=("1", "2"))),
    an_advisory("MAL-1", affected("b", versions=("1.0.0",), ecosystem=Ecosystem.NPM), summary="Größe"),
    sources=(a_source(Ecosystem.PYPI), a_source(Ecosystem.NPM, data_as_of=AT - timedelta(days=1), sha256="b" * 64)),
)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    size_bytes = write_snapshot(SNAPSHOT, tmp_path / "made" / "snapshot.json.gz")
    assert read_snapshot(tmp_path / "made" / "snapshot.json.gz") == SNAPSHOT
    assert size_bytes == (tmp_path / "made" / "snapshot.json.gz").stat().st_size


def test_the_same_snapshot_is_the_same_bytes_and_no_time_of_its_own_is_in_them() -> None:
    made = snapshot_bytes(SNAPSHOT)
    assert made == snapshot_bytes(SNAPSHOT)
    assert made[4:8] == b"\0\0\0\0"


def test_what_is_in_it_can_be_seen_with_any_tool() -> None:
    data = json.loads(gzip.decompress(snapshot_bytes(SNAPSHOT)))
    assert (data["format"], data["data_as_of"]) == (1, "2026-03-01T10:00:00+00:00")
    assert [each["id"] for each in data["advisories"]] == ["GHSA-1", "PYSEC-1", "MAL-1"]


def packed(data: bytes) -> bytes:
    """Without the time of now, which would be in the names of tests: each process that collects them has another."""
    return gzip.compress(data, mtime=0)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(gzip.decompress(snapshot_bytes(SNAPSHOT)))
    change(data)
    return packed(json.dumps(data).encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not one whole gzip file"),
        (b"{}", "incorrect header check"),
        (snapshot_bytes(SNAPSHOT)[:-9], "not one whole gzip file"),
        (snapshot_bytes(SNAPSHOT) + b"x", "not one whole gzip file"),
        (packed(b"[1, 2]"), "a mapping is needed"),
        (packed(b"\xff"), "invalid start byte"),
        (packed(b"[" * 100_000), "nested too deeply"),
        (packed(b'{"format": 1, "format": 1}'), "'format' is given twice"),
        (changed(lambda data: data.update(format=2)), "its format is '2', and 1 is read here"),
        (changed(lambda data: data.pop("made_at")), "'made_at' is missing"),
        (changed(lambda data: data.update(made_at="2026-03-02T10:00:00")), "a moment has no offset"),
        (changed(lambda data: data.update(made_at="0001-01-01T00:00:00+23:00")), "date value out of range"),
        (changed(lambda data: data.update(data_as_of="2026-03-02T10:00:00+00:00")), "data_as_of is not that"),
        (changed(lambda data: data.update(sources=[])), "it has no source"),
        (changed(lambda data: data.update(advisories={})), "a list is needed"),
        (changed(lambda data: data["advisories"][0].update(id=1)), "a text is needed"),
        (changed(lambda data: data["advisories"][0].update(score="much")), "a score is no number"),
        (changed(lambda data: data["advisories"][0].update(score="11")), "not between 0 and 10"),
        (changed(lambda data: data["advisories"][1]["affected"][0].update(ecosystem="Go")), "'Go' is not a valid"),
        (changed(lambda data: data["advisories"][1]["affected"][0].update(ranges=[[["gone", "1"]]])), "'gone' is not"),
        (changed(lambda data: data["sources"][0].update(size_bytes=-1)), "a number is needed"),
        (changed(lambda data: data["sources"][0].update(size_bytes=True)), "a number is needed"),
    ],
)
def test_what_is_not_as_it_was_written_is_refused_and_says_what_to_do(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "snapshot.json.gz"
    file.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_snapshot(file)
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{file}: no snapshot of advisories: ")
    assert "make one with `sre advisories update`" in str(refused.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    content = snapshot_bytes(SNAPSHOT)
    size_bytes = len(gzip.decompress(content))
    (tmp_path / "snapshot").write_bytes(content)
    assert read_snapshot(tmp_path / "snapshot", most_json_bytes=size_bytes) == SNAPSHOT
    with pytest.raises(InputError, match=f"it unpacks to more than {size_bytes - 1:,} bytes"):
        read_snapshot(tmp_path / "snapshot", most_json_bytes=size_bytes - 1)


def test_one_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_snapshot(tmp_path / "none")


def test_what_is_wrong_is_said_in_few_characters(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_bytes(changed(lambda data: data.update(made_at="x" * 500)))
    with pytest.raises(InputError) as refused:
        read_snapshot(tmp_path / "snapshot")
    said = str(refused.value).removeprefix(f"{tmp_path / 'snapshot'}: no snapshot of advisories: ")
    assert len(said.partition("; make one with")[0]) == 200
    (tmp_path / "snapshot").write_bytes(changed(lambda data: data.update(format="f" * 500)))
    with pytest.raises(InputError, match=f"its format is '{'f' * 20}', and 1 is read here"):
        read_snapshot(tmp_path / "snapshot")


@pytest.mark.parametrize(("key", "value"), [("score", "0"), ("score", "10"), ("word", ""), ("summary", "")])
def test_the_least_and_the_most_of_an_advisory_is_read(tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / "snapshot").write_bytes(changed(lambda data: data["advisories"][0].update({key: value})))
    (first, *_) = read_snapshot(tmp_path / "snapshot").advisories
    assert str(getattr(first, key)) == value


def test_nothing_is_a_count_too(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_bytes(changed(lambda data: data["sources"][0].update(other_count=0, size_bytes=0)))
    source = read_snapshot(tmp_path / "snapshot").sources[0]
    assert (source.other_count, source.size_bytes) == (0, 0)
