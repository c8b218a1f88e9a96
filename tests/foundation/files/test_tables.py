"""Large tables are opened within bounds, and what is none is one line."""

import gzip
import os
from pathlib import Path

import pandas as pd
import pytest

import foundation.files.tables as tables
from foundation.errors import InputError
from foundation.files.tables import open_csv, open_parquet


def parquet(directory: Path) -> Path:
    pd.DataFrame({"a": range(100)}).to_parquet(directory / "t.parquet")
    return directory / "t.parquet"


def test_a_parquet_file_is_opened(tmp_path: Path) -> None:
    assert open_parquet(parquet(tmp_path)).metadata.num_rows == 100


def test_more_rows_than_are_read_are_refused_before_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = parquet(tmp_path)
    monkeypatch.setattr(tables, "MOST_ROWS", 100)
    assert open_parquet(file)
    monkeypatch.setattr(tables, "MOST_ROWS", 99)
    with pytest.raises(InputError, match="has 100 rows; at most 99 are read"):
        open_parquet(file)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"x" * 1000], ids=["empty", "short", "no footer", "text"]
)
def test_what_is_no_parquet_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_parquet(tmp_path / "t.parquet")
    assert str(caught.value).startswith(f"{tmp_path / 't.parquet'}: cannot be read: ")
    assert "\n" not in str(caught.value)


def test_what_is_missing_or_a_directory_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: there is no such file"):
        open_parquet(tmp_path / "none.parquet")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        open_parquet(tmp_path)


def test_a_packed_and_a_plain_csv_are_the_same_bytes(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n" * 1000
    (tmp_path / "t.csv").write_bytes(content)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(content))
    for name in ("t.csv", "t.csv.gz"):
        with open_csv(tmp_path / name) as stream:
            assert stream.read() == content


def test_two_gib_are_opened_and_one_byte_more_is_not(tmp_path: Path) -> None:
    with (tmp_path / "t.csv").open("wb") as out:
        out.truncate(2_147_483_648)
    with open_csv(tmp_path / "t.csv") as stream:
        assert stream.read(1) == b"\0"
    with (tmp_path / "t.csv").open("r+b") as out:
        out.truncate(2_147_483_649)
    with pytest.raises(InputError, match="larger than 2 GiB, the most that is read"), open_csv(tmp_path / "t.csv"):
        pass


def test_a_small_packed_file_that_is_huge_is_left_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(bytes(3 << 20)))
    monkeypatch.setattr(tables, "MOST_BYTES", 3 << 20)
    with open_csv(tmp_path / "t.csv.gz") as stream:
        assert len(stream.read()) == 3 << 20
    monkeypatch.setattr(tables, "MOST_BYTES", (3 << 20) - 1)
    with pytest.raises(InputError, match="unpacked, the most that is read"), open_csv(tmp_path / "t.csv.gz") as stream:
        stream.read()


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b"a,b\n" * 1000, mtime=0)[:-20]], ids=["no gzip", "cut off"]
)
def test_a_packed_file_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"t\.csv\.gz: cannot be read"), open_csv(tmp_path / "t.csv.gz") as stream:
        stream.read()


def test_what_the_reader_of_the_bytes_finds_wrong_is_named_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n\xff,1\n")
    with (
        pytest.raises(InputError, match=r"t\.csv: cannot be read: not text in UTF-8; save it as UTF-8"),
        open_csv(tmp_path / "t.csv") as stream,
    ):
        pd.read_csv(stream)


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    said = r"t\.csv: cannot be read: it is a pipe or a device; write what it holds to a file"
    with pytest.raises(InputError, match=said), open_csv(tmp_path / "t.csv"):
        pass
    with pytest.raises(InputError, match=said):
        open_parquet(tmp_path / "t.csv")
