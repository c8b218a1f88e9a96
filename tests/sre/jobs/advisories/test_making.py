"""A snapshot of files of OSV: the same bytes for the same files, honest about what it is all of and how old that is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.advisories.model import Ecosystem
from foundation.advisories.snapshot_file import snapshot_bytes
from foundation.errors import InputError
from sre.jobs.advisories.making import make_snapshot
from tests.foundation.advisories.factories import AT, an_all_zip, an_entry


def on(*ecosystems: str) -> dict[str, Any]:
    return {"affected": [{"package": {"ecosystem": each, "name": "a"}, "versions": ["1"]} for each in ecosystems]}


def test_it_has_every_advisory_on_pypi_or_npm_by_id_and_counts_the_others(tmp_path: Path) -> None:
    file = an_all_zip(
        tmp_path / "all.zip", an_entry("B-1"), an_entry("A-1", **on("npm", "PyPI")), an_entry("C-1", **on("Go"))
    )
    made = make_snapshot([file], made_at=AT)
    assert [each.id for each in made.advisories] == ["A-1", "B-1"]
    (source,) = made.sources
    assert (source.advisory_count, source.other_count, source.ecosystems) == (2, 1, (Ecosystem.PYPI,))
    assert made.made_at == AT


def test_the_same_files_in_any_order_make_the_same_bytes(tmp_path: Path) -> None:
    one = an_all_zip(tmp_path / "pypi.zip", an_entry("A-1"), an_entry("B-1", **on("npm", "PyPI")))
    two = an_all_zip(tmp_path / "npm.zip", an_entry("B-1", **on("npm", "PyPI")), an_entry("C-1", **on("npm")))
    made = make_snapshot([one, two], made_at=AT)
    assert snapshot_bytes(made) == snapshot_bytes(make_snapshot([two, one, two], made_at=AT))
    assert [each.id for each in made.advisories] == ["A-1", "B-1", "C-1"]
    assert made.ecosystems == {Ecosystem.PYPI, Ecosystem.NPM}


def test_of_two_versions_of_an_advisory_the_newest_counts(tmp_path: Path) -> None:
    newer = an_all_zip(tmp_path / "new.zip", an_entry("A-1", summary="new", modified="2026-03-01T00:00:01Z"))
    older = an_all_zip(tmp_path / "old.zip", an_entry("A-1", summary="old", modified="2026-03-01T00:00:00Z"))
    for files in ([newer, older], [older, newer]):
        (advisory,) = make_snapshot(files, made_at=AT).advisories
        assert advisory.summary == "new"


def test_its_data_is_as_of_the_newest_change_of_its_oldest_file(tmp_path: Path) -> None:
    newer = an_all_zip(tmp_path / "a.zip", an_entry("A-1", modified="2026-03-02T00:00:00Z"), an_entry("A-2"))
    older = an_all_zip(tmp_path / "b.zip", an_entry("A-3", modified="2026-02-01T00:00:00Z"))
    assert make_snapshot([newer], made_at=AT).data_as_of == AT
    assert make_snapshot([newer, older], made_at=AT).data_as_of == datetime(2026, 2, 1, tzinfo=UTC)


def test_half_of_the_advisories_make_no_file_of_an_ecosystem(tmp_path: Path) -> None:
    every = [an_entry("A-1", **on("npm")), an_entry("A-2", **on("Go"))]
    with pytest.raises(
        InputError, match="most of its advisories are on neither PyPI nor npm; download the file of one"
    ):
        make_snapshot([an_all_zip(tmp_path / "half.zip", *every)], made_at=AT)
    more = an_all_zip(tmp_path / "more.zip", *every, an_entry("A-3", **on("npm")))
    assert make_snapshot([more], made_at=AT).ecosystems == {Ecosystem.NPM}


def test_a_change_that_is_yet_to_come_would_never_be_old_and_is_refused(tmp_path: Path) -> None:
    file = an_all_zip(tmp_path / "all.zip")
    assert make_snapshot([file], made_at=AT - timedelta(days=1)).data_as_of == AT
    with pytest.raises(InputError, match="one of the clocks is wrong"):
        make_snapshot([file], made_at=AT - timedelta(days=1, seconds=1))
