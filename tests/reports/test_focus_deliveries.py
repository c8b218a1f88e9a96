"""Which files of an export's directory count, and that two deliveries of one billing period never do."""

import json
from datetime import date
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.readings import Reading
from reports.focus_deliveries import current_files, delivery_of
from reports.focus_export import FocusExport
from reports.money import CostActuals
from tests.reports.focus_bills import days, text

NOVEMBER, SUNDAY = date(2026, 11, 1), date(2026, 11, 15)
PERIOD = "BILLING_PERIOD=2026-11"


def put(root: Path, name: str, last: int, *, first: int = 1, usd: str = "5") -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(days(date(2026, 11, first), date(2026, 11, last), usd)))


def manifest(root: Path, *files: str, at: str = f"metadata/{PERIOD}/export-Manifest.json") -> None:
    (root / at).parent.mkdir(parents=True, exist_ok=True)
    named = [f"s3://bucket/prefix/export/{name}" for name in files]
    (root / at).write_text(json.dumps({"executionId": "b", "dataFiles": named, "exportArn": "arn:x"}))


def two_deliveries(root: Path) -> tuple[str, str]:
    names = (f"data/{PERIOD}/2026-11-14T05:00-a/export-00001.csv", f"data/{PERIOD}/2026-11-17T05:00-b/export-00001.csv")
    put(root, names[0], 12)
    put(root, names[1], 15)
    return names


def read(path: Path) -> CostActuals:
    found = FocusExport(path=path).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, Reading)
    return found.answer


def test_the_manifest_says_which_of_two_deliveries_counts(tmp_path: Path) -> None:
    _, newest = two_deliveries(tmp_path)
    manifest(tmp_path, newest)
    assert current_files(tmp_path) == (tmp_path / newest,)
    assert read(tmp_path).month_to_date_usd == 75


def test_without_a_manifest_two_deliveries_are_refused_with_what_to_do(tmp_path: Path) -> None:
    two_deliveries(tmp_path)
    with pytest.raises(
        InputError, match=r"holds the deliveries 2026-11-14T05:00-a, 2026-11-17T05:00-b, of which one counts"
    ):
        read(tmp_path)


def test_the_period_has_one_manifest_above_those_of_its_deliveries(tmp_path: Path) -> None:
    older, newest = two_deliveries(tmp_path)
    manifest(tmp_path, newest)
    manifest(tmp_path, older, at=f"metadata/{PERIOD}/2026-11-14T05:00-a/export-Manifest.json")
    assert current_files(tmp_path) == (tmp_path / newest,)
    manifest(tmp_path, older, at=f"metadata/{PERIOD}/export-old-Manifest.json")
    with pytest.raises(InputError, match="name different files; keep the one of the newest delivery"):
        current_files(tmp_path)


def test_a_file_that_the_manifest_names_and_that_is_not_there_is_told(tmp_path: Path) -> None:
    older, newest = two_deliveries(tmp_path)
    (tmp_path / newest).unlink()
    manifest(tmp_path, newest)
    with pytest.raises(InputError, match=r"names s3://.*2026-11-17T05:00-b/export-00001\.csv, which is not there"):
        current_files(tmp_path)
    assert (tmp_path / older).exists()


def test_another_billing_period_needs_no_manifest_of_its_own(tmp_path: Path) -> None:
    _, newest = two_deliveries(tmp_path)
    manifest(tmp_path, newest)
    put(tmp_path, "data/BILLING_PERIOD=2026-12/export-00001.csv", 15)
    assert len(current_files(tmp_path)) == 2


def test_deliveries_that_lie_beside_each_other_are_found_by_what_they_tell(tmp_path: Path) -> None:
    put(tmp_path, "on-the-14th.csv", 12)
    put(tmp_path, "on-the-17th.csv", 15)
    with pytest.raises(
        InputError, match=r"on-the-17th\.csv: tells of 2026-11 as .*on-the-14th\.csv does: two deliveries"
    ):
        read(tmp_path)


def test_numbered_files_of_one_delivery_are_one_bill_unless_they_are_copies(tmp_path: Path) -> None:
    put(tmp_path, "export-00001.csv", 8)
    put(tmp_path, "export-00002.csv", 15, first=9)
    assert read(tmp_path).month_to_date_usd == 75
    put(tmp_path, "export-00003.csv", 15, first=9)
    with pytest.raises(InputError, match=r"export-00003\.csv: has the same charges as .*export-00002\.csv; keep one"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("a/export-00001.csv.gz", "a/export-00002.csv.gz", True),
        ("a/export-00001.snappy.parquet", "a/export-00012.snappy.parquet", True),
        ("a/part_0_0001.csv", "a/part_1_0001.csv", True),
        ("a/export-00001.csv", "b/export-00001.csv", False),
        ("a/costs-2026-11-14.csv", "a/costs-2026-11-17.csv", False),
    ],
)
def test_files_of_one_delivery_differ_by_their_number_alone(one: str, other: str, are_one: bool) -> None:
    assert (delivery_of(Path(one)) == delivery_of(Path(other))) is are_one
