"""coverage's JSON is read as what somebody hostile may have written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tdeveloper.gates.testing.coverage_json as coverage_json
from foundation.errors import InputError
from tdeveloper.gates.testing.claims import ClaimedCoverage, ClaimError
from tdeveloper.gates.testing.coverage_json import read_coverage
from tests.tdeveloper.gates.testing.making import a_coverage

GOOD = json.loads(a_coverage())


def changed(**totals: object) -> bytes:
    """A file of which the one module and the totals say the same, whatever it is."""
    summary = {**GOOD["totals"], **totals}
    return json.dumps({"files": {"a.py": {"summary": summary}}, "totals": summary}).encode()


def test_the_totals_are_read() -> None:
    assert read_coverage(a_coverage()) == ClaimedCoverage(
        covered_line_count=3, line_count=4, covered_branch_count=1, branch_count=2
    )


def test_all_of_the_code_may_be_covered() -> None:
    assert read_coverage(a_coverage(4, 4, covered_branches=2, branches=2)).covered_ratio == 1


def test_a_key_that_is_wrong_is_named_in_few_characters() -> None:
    summary = {**GOOD["totals"], "num_branches": None}
    content = json.dumps({"files": {"x" * 200: {"summary": summary}}, "totals": GOOD["totals"]}).encode()
    with pytest.raises(ClaimError) as raised:
        read_coverage(content)
    assert str(raised.value).startswith(f"coverage: files.{'x' * 100}.summary.num_branches: ")


def test_no_code_is_no_trouble() -> None:
    assert read_coverage(a_coverage(0, 0, covered_branches=0, branches=0)).covered_ratio is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff", "UTF-8"),
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "valid dictionary"),
        (b"{}", "files: Field required"),
        (b'{"files": {}, "files": {}}', "twice"),
        (changed(covered_lines=-1), "greater than or equal to 0"),
        (changed(num_statements=10**12), "less than or equal to"),
        (changed(num_statements=4.0), "valid integer"),
        (changed(num_statements=True), "valid integer"),
        (changed(num_statements="4"), "valid integer"),
        (changed(covered_lines=5), "more is covered"),
        (changed(covered_branches=3), "more is covered"),
        (json.dumps({**GOOD, "files": {}}).encode(), "add up to"),
        (a_coverage().replace(b'"covered_lines": 3', b'"covered_lines": NaN'), "no number"),
    ],
)
def test_what_cannot_be_read_is_no_claim(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_coverage(content)


def test_what_is_larger_than_is_read_is_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_json, "MOST_BYTES", len(a_coverage()))
    read_coverage(a_coverage())
    monkeypatch.setattr(coverage_json, "MOST_BYTES", len(a_coverage()) - 1)
    with pytest.raises(ClaimError, match="coverage: larger than 0 MiB"):
        read_coverage(a_coverage())


def test_more_files_than_are_read_are_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_json, "_MOST_FILES", 1)
    assert read_coverage(a_coverage()).line_count == 4
    monkeypatch.setattr(coverage_json, "_MOST_FILES", 0)
    with pytest.raises(ClaimError, match="more than 0 files"):
        read_coverage(a_coverage())


@given(st.binary(max_size=100))
def test_whatever_is_there_is_read_or_is_no_claim(content: bytes) -> None:
    for whole in (content, a_coverage().replace(b"3", content)):
        try:
            assert isinstance(read_coverage(whole), ClaimedCoverage)
        except InputError:
            continue
