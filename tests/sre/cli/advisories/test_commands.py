"""`sre advisories`: a snapshot is made of what was downloaded, whole or not at all, and says how old it is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation.advisories.snapshot_file import write_snapshot
from tests.foundation.advisories.factories import AT, a_snapshot, a_source, an_all_zip, an_entry
from tests.sre.cli.command_line import sre


def updated(tmp_path: Path, *more: str) -> bytes:
    done = sre("advisories", "update", str(tmp_path / "all.zip"), "--out", str(tmp_path / "made"), *more)
    assert (done.returncode, done.stderr) == (0, "")
    return (tmp_path / "made").read_bytes()


def test_an_update_says_what_it_was_made_of(tmp_path: Path) -> None:
    an_all_zip(tmp_path / "all.zip", an_entry("A-1"), an_entry("A-2"), an_entry("A-3", affected=[]))
    done = sre("advisories", "update", str(tmp_path / "all.zip"), "--out", str(tmp_path / "made"))
    first, second = done.stdout.splitlines()
    assert first.startswith("PyPI: 2 advisories as of 2026-03-02, 1 on other ecosystems left out; sha256 ")
    assert second == f"{tmp_path / 'made'}: 2 advisories, {(tmp_path / 'made').stat().st_size} bytes"


def test_the_same_file_at_the_same_time_makes_the_same_bytes(tmp_path: Path) -> None:
    an_all_zip(tmp_path / "all.zip")
    made = updated(tmp_path, "--made-at", "2026-03-02T12:00:00Z")
    assert made == updated(tmp_path, "--made-at", "2026-03-02T12:00:00Z")
    assert made != updated(tmp_path, "--made-at", "2026-03-02T13:00:00Z")


def test_a_broken_member_leaves_the_snapshot_that_was_there(tmp_path: Path) -> None:
    an_all_zip(tmp_path / "all.zip")
    made = updated(tmp_path)
    an_all_zip(tmp_path / "all.zip", an_entry("A-1"), an_entry("A-2", modified="soon"))
    done = sre("advisories", "update", str(tmp_path / "all.zip"), "--out", str(tmp_path / "made"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "1 of 2 members cannot be read" in done.stderr
    assert (tmp_path / "made").read_bytes() == made


def test_an_old_snapshot_is_shown_and_ends_with_3(tmp_path: Path) -> None:
    write_snapshot(a_snapshot(), tmp_path / "old")
    done = sre("advisories", "show", str(tmp_path / "old"))
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Advisories as of 2026-03-02, ")
    assert lines[0].endswith(" old: download it again and run `sre advisories update`")
    assert lines[1:] == [
        "The snapshot was made on 2026-03-02.",
        "PyPI  1 advisory on 1 package, 1 without a severity; 0 withdrawn",
        "npm   0 advisories on 0 packages, 0 without a severity; 0 withdrawn",
    ]


def test_a_fresh_snapshot_ends_with_0_and_its_age_is_that_of_its_data(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    write_snapshot(a_snapshot(sources=(a_source(data_as_of=now - timedelta(hours=5)),)), tmp_path / "fresh")
    done = sre("advisories", "show", str(tmp_path / "fresh"), "--json")
    shown = json.loads(done.stdout)
    assert (done.returncode, shown["is_old"]) == (0, False)
    assert 5 * 3_600 <= shown["age_seconds"] < 6 * 3_600
    assert datetime.fromisoformat(shown["made_at"]) == AT
    assert sre("advisories", "show", str(tmp_path / "fresh"), "--max-age", "2h").returncode == 3


def test_what_an_ecosystem_is_not_covered_of_is_said(tmp_path: Path) -> None:
    an_all_zip(tmp_path / "all.zip")
    updated(tmp_path)
    assert "npm   not covered: no source is all of it" in sre("advisories", "show", str(tmp_path / "made")).stdout


def test_what_is_no_snapshot_is_bad_input(tmp_path: Path) -> None:
    done = sre("advisories", "show", str(an_all_zip(tmp_path / "all.zip")))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no snapshot of advisories" in done.stderr
