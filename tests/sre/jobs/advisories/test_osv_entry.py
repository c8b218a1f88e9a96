"""What is kept of an advisory that OSV wrote, and what is refused because nobody could match it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from foundation.advisories.model import Ecosystem
from sre.jobs.advisories.osv_entry import read_entry
from tests.foundation.advisories.factories import AT, affected, an_advisory, an_entry

CRITICAL = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
LOWER = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N"}


def read(**given: Any) -> Any:
    return read_entry(json.dumps(an_entry(**given)).encode())


def on(ecosystem: str, name: str = "Shop", **given: Any) -> dict[str, Any]:
    return {"package": {"ecosystem": ecosystem, "name": name}, **given}


def test_what_matching_needs_is_kept() -> None:
    assert read() == an_advisory()


def test_names_of_pypi_are_kept_in_their_normal_form_and_npms_as_they_are() -> None:
    parts = read(affected=[on("PyPI", "My_Shop", versions=["2", "1", "2"]), on("npm", "@my/Shop")]).affected
    assert parts == (
        affected("my-shop", versions=("1", "2")),
        affected("@my/Shop", ecosystem=Ecosystem.NPM),
    )


def test_other_ecosystems_and_ranges_of_commits_are_left_out_and_a_suffix_is_not() -> None:
    commits = {"type": "GIT", "repo": "https://x", "events": [{"introduced": "0"}]}
    versions = {"type": "SEMVER", "events": [{"introduced": "1"}, {"last_affected": "2"}, {"limit": "3"}]}
    parts = read(affected=[on("Go"), {"ranges": [commits]}, on("PyPI:x", ranges=[commits, versions])]).affected
    assert parts == (affected("shop", ("introduced 1", "last_affected 2", "limit 3")),)


def test_of_several_scores_the_highest_counts_wherever_it_stands() -> None:
    assert read(severity=[LOWER]).score == Decimal("6.4")
    assert read(severity=[LOWER], affected=[on("Go", severity=[CRITICAL])]).score == Decimal("9.8")


def test_a_severity_that_is_not_known_stays_unknown() -> None:
    unknown = read(severity=[{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}], database_specific={})
    assert (unknown.score, unknown.word) == (None, None)
    assert read(database_specific={"severity": "whatever"}).word is None
    assert read(database_specific={"severity": ["HIGH"]}).word is None
    assert read(database_specific={"severity": "Moderate"}).word == "MODERATE"


def test_moments_are_kept_and_the_last_digits_of_nanoseconds_are_not() -> None:
    entry = read(modified="2026-03-02T10:00:00.123456789Z", withdrawn="2026-03-02T10:00:00Z")
    assert entry.modified_at == datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
    assert entry.withdrawn_at == AT


def test_aliases_are_kept_in_order_each_once_and_never_its_own_id() -> None:
    assert read(aliases=["CVE-2", "CVE-1", "CVE-2", "PYSEC-2026-1"]).aliases == ("CVE-1", "CVE-2")


def test_a_summary_is_one_line_that_prints_and_bounded() -> None:
    assert read(summary="a\n\x1b[31mb\u202e  c").summary == "a [31mb c"
    assert read(summary=None, details="from the details").summary == "from the details"
    assert read(summary="x" * 161).summary == "x" * 159 + "…"
    assert read(summary="x" * 160).summary == "x" * 160


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"id": ""}, "id: String should match"),
        ({"id": "a b"}, "id: String should match"),
        ({"modified": "yesterday"}, "modified: Value error, must be a time in UTC"),
        ({"modified": "2026-03-02T10:00:00+01:00"}, "must be a time in UTC"),
        ({"modified": "2026-02-30T10:00:00Z"}, "modified: Value error, day is out of range"),
        ({"aliases": "CVE-1"}, "aliases: Input should be a valid list"),
        ({"affected": [on("PyPI", ranges=[{"type": "ODD", "events": [{"introduced": "0"}]}])]}, "ranges.0.type"),
        ({"affected": [on("PyPI", ranges=[{"type": "SEMVER", "events": []}])]}, "ranges.0.events"),
        ({"affected": [on("PyPI", ranges=[{"type": "SEMVER", "events": [{"fixed": "1"}]}])]}, "nothing is introduced"),
        ({"affected": [on("PyPI", ranges=[{"type": "SEMVER", "events": [{"introduced": 1}]}])]}, "events.0.introduced"),
        ({"affected": [on("PyPI", versions=[1])]}, "versions.0"),
        ({"affected": [on("PyPI", "x" * 501)]}, "package.name"),
        ({"severity": "HIGH"}, "severity: Input should be a valid list"),
    ],
)
def test_what_is_not_as_the_schema_has_it_is_refused_with_its_key(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(**given)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not valid JSON"),
        (b"\xff", "not text in UTF-8"),
        (b"[]", "the entry: Input should be"),
        (b"{}", "id: Field required"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": "A-1", "id": "A-2"}', "'id' is given twice"),
    ],
)
def test_what_is_no_advisory_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_entry(content)
