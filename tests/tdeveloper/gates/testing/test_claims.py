"""A test is told of once, and what it says is bounded and can be seen."""

from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tdeveloper.gates.testing.claims as claims
from tdeveloper.gates.testing.claims import (
    ClaimedCoverage,
    ClaimedTest,
    ClaimError,
    Claims,
    Outcome,
    each_once,
    shortened,
    shown_message,
    shown_name,
)
from tests.tdeveloper.gates.testing.making import a_test, some_tests


def a_coverage(covered: int, lines: int, covered_branches: int = 0, branches: int = 0) -> ClaimedCoverage:
    return ClaimedCoverage(
        covered_line_count=covered, line_count=lines, covered_branch_count=covered_branches, branch_count=branches
    )


def test_a_test_that_is_told_of_twice_ended_as_the_worst_of_it() -> None:
    told = [a_test("a", Outcome.PASSED), a_test("a", Outcome.ERROR), a_test("a", Outcome.FAILED), a_test("b")]
    assert [(each.name, each.outcome) for each in each_once(told)] == [("a", Outcome.ERROR), ("b", Outcome.PASSED)]


def test_a_test_keeps_the_path_that_it_had_first() -> None:
    told = [a_test("a", path="here.py"), a_test("a", Outcome.FAILED, path="there.py", line=7)]
    assert each_once(told) == (a_test("a", Outcome.FAILED, path="here.py", line=7),)


def test_more_tests_than_are_read_are_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_TESTS", 2)
    assert len(each_once(some_tests("ab") + some_tests("a"))) == 2
    with pytest.raises(ClaimError, match="more than 2 tests"):
        each_once(some_tests("abc"))


@given(st.lists(st.builds(a_test, st.sampled_from("abc"), st.sampled_from(Outcome))))
def test_each_name_is_there_once_with_its_worst_outcome(told: list[ClaimedTest]) -> None:
    once = each_once(told)
    assert [each.name for each in once] == sorted({each.name for each in told})
    order = list(Outcome)
    for each in once:
        assert each.outcome is min((one.outcome for one in told if one.name == each.name), key=order.index)


def test_a_ratio_is_over_lines_and_branches_and_none_where_there_is_nothing() -> None:
    assert a_coverage(3, 4, 1, 2).covered_ratio == Decimal("0.6667")
    assert a_coverage(0, 0).covered_ratio is None
    assert a_coverage(0, 0).to_dict()["covered_ratio"] is None
    assert a_coverage(1, 2).to_dict() == {
        "covered_line_count": 1, "line_count": 2, "covered_branch_count": 0, "branch_count": 0, "covered_ratio": 0.5,
    }  # fmt: skip


def test_failures_and_errors_alone_are_findings() -> None:
    assert [each for each in Outcome if each.is_bad] == [Outcome.ERROR, Outcome.FAILED]


def test_counts_are_of_each_outcome() -> None:
    said = Claims(tests=(*some_tests("ab"), a_test("c", Outcome.FAILED)), coverage=None)
    assert said.to_dict() == {
        "error_count": 0, "failed_count": 1, "skipped_count": 0, "xfailed_count": 0, "passed_count": 2, "coverage": None,
    }  # fmt: skip


def test_what_a_test_says_is_one_line_that_hides_nothing() -> None:
    assert shown_message("a\n  b\x1b[31m\u202ec") == "a b\\x1b[31m\\u202ec"
    assert shown_message("x" * 1_000) == "x" * 499 + "…"
    assert shown_message("x" * 500) == "x" * 500
    assert len(shown_name("\x00" * 10_000)) == 1_000
    # Of a text only so much is looked at as may become one line: four times as many characters.
    assert shown_message(" " * 1_999 + "ab") == "a"


def test_long_names_that_begin_alike_are_told_apart() -> None:
    one, two = shown_name("a" * 5_000 + "b"), shown_name("a" * 5_000 + "c")
    assert one.startswith("a" * 983 + "…")
    assert one != two
    assert (len(one), len(two)) == (1_000, 1_000)
    assert shown_name("a" * 1_000) == "a" * 1_000
    assert shown_name("a" * 1_001) == "a" * 983 + "…" + sha256(b"a" * 1_001).hexdigest()[:16]


@pytest.mark.parametrize(("most", "short"), [(5, "abcde"), (4, "abc…")])
def test_a_line_is_shortened_where_it_is_longer(most: int, short: str) -> None:
    assert shortened("abcde", most) == short
