"""A test that passed in the base and is not to be seen any more is a finding, the graver where fewer pass than did."""

from decimal import Decimal

import pytest

from foundation.findings.model import Finding, Severity
from tdeveloper.gates.testing.against_base import Change, change_of, vanished
from tdeveloper.gates.testing.claims import ClaimedCoverage, ClaimedTest, Claims, Outcome
from tests.tdeveloper.gates.testing.making import a_test, some_tests


def claims(*tests: ClaimedTest, coverage: ClaimedCoverage | None = None) -> Claims:
    return Claims(tests=tests, coverage=coverage)


def covered(lines: int) -> ClaimedCoverage:
    return ClaimedCoverage(covered_line_count=lines, line_count=10, covered_branch_count=0, branch_count=0)


def test_a_test_that_is_gone_is_grave_where_fewer_pass() -> None:
    (found,) = vanished(
        claims(a_test("m::a")), claims(a_test("m::a"), a_test("m::b", line=7)), unread=set(), is_base_whole=True
    )
    assert found == Finding(
        tool="pytest", rule="vanished", severity=Severity.HIGH, confidence="HIGH", path="test_a.py", line=0,
        message="m::b: passed in the base, and is not there now",
    )  # fmt: skip


def test_a_test_that_another_has_replaced_is_less_grave() -> None:
    (found,) = vanished(
        claims(*some_tests(["m::a", "m::c"])), claims(*some_tests(["m::a", "m::b"])), unread=set(), is_base_whole=True
    )
    assert found.severity is Severity.MEDIUM


def test_a_test_that_another_has_replaced_is_grave_where_nobody_knows_how_many_passed() -> None:
    (found,) = vanished(
        claims(*some_tests(["m::a", "m::c"])), claims(a_test("m::b")), unread=set(), is_base_whole=False
    )
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("outcome", "how"),
    [(Outcome.SKIPPED, "is skipped"), (Outcome.XFAILED, "is expected to fail"), (Outcome.FAILED, None),
     (Outcome.ERROR, None), (Outcome.PASSED, None)],
)  # fmt: skip
def test_a_test_that_is_not_run_any_more_has_vanished_and_one_that_fails_is_named_already(
    outcome: Outcome, how: str | None
) -> None:
    found = vanished(claims(a_test("a", outcome)), claims(a_test("a")), unread=set(), is_base_whole=True)
    assert [each.message for each in found] == ([] if how is None else [f"a: passed in the base, and {how} now"])


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.PASSED])
def test_what_did_not_pass_in_the_base_cannot_vanish(outcome: Outcome) -> None:
    assert vanished(claims(), claims(a_test("a", outcome)), unread=set(), is_base_whole=True) == ()


def test_what_is_in_a_file_that_is_named_already_is_not_named_again() -> None:
    broken = ClaimedTest(name="::test_a", outcome=Outcome.ERROR, path="test_a.py", line=0, message="", is_module=True)
    base = claims(a_test("a"), a_test("b", path="test_b.py"), a_test("c", path="test_c.py"))
    assert [each.path for each in vanished(claims(broken), base, unread={"test_b.py"}, is_base_whole=True)] == [
        "test_c.py"
    ]


def test_a_module_that_skips_itself_hides_its_tests() -> None:
    skipped = ClaimedTest(
        name="::test_a", outcome=Outcome.SKIPPED, path="test_a.py", line=0, message="", is_module=True
    )
    assert len(vanished(claims(skipped), claims(a_test("a")), unread=set(), is_base_whole=True)) == 1


def test_the_change_is_of_what_passes_and_of_what_is_covered() -> None:
    now, base = claims(*some_tests("abc"), coverage=covered(7)), claims(*some_tests("a"), coverage=covered(9))
    assert change_of(now, base) == Change(passed_count=2, covered_ratio=Decimal("-0.2"))
    assert change_of(now, base).to_dict() == {"passed_count": 2, "covered_ratio": -0.2}
    assert change_of(now, claims()).covered_ratio is None
    assert change_of(claims(), base).to_dict() == {"passed_count": -1, "covered_ratio": None}
