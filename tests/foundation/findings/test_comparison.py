"""What is new, old, gone, and what nobody can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.findings.comparison import compare
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Unread
from tests.foundation.findings.making import a_finding, found

SETS = st.sets(st.sampled_from(["B1", "B2", "B3", "B4", "B5"]))


def of_rules(rules: set[str], *, path: str = "app.py") -> tuple[FingerprintedFinding, ...]:
    return found(*(a_finding(rule=rule, path=path) for rule in rules))


def rules_of(findings: tuple[FingerprintedFinding, ...]) -> set[str]:
    return {each.finding.rule for each in findings}


@given(SETS, SETS)
def test_each_finding_is_in_one_place(now: set[str], base: set[str]) -> None:
    compared = compare(of_rules(now), of_rules(base))
    assert rules_of(compared.new) == now - base
    assert rules_of(compared.old) == now & base
    assert rules_of(compared.gone) == base - now
    assert compared.unseen == ()


def test_what_is_old_is_the_finding_of_now_with_its_line_of_now() -> None:
    (before,) = found(a_finding(1), tree={"app.py": ["os.system(a)"]})
    (after,) = found(a_finding(2), tree={"app.py": ["", "os.system(a)"]})
    assert compare([after], [before]).old == (after,)


def test_without_a_base_all_is_new() -> None:
    compared = compare(of_rules({"B1", "B2"}), None)
    assert (rules_of(compared.new), compared.old, compared.gone) == ({"B1", "B2"}, (), ())


def test_a_second_line_that_is_equal_to_an_old_one_is_new() -> None:
    base, now = found(a_finding(4)), found(a_finding(4), a_finding(5))
    compared = compare(now, base)
    assert [each.finding.line for each in compared.new] == [5]


def test_a_file_that_has_another_name_has_new_findings() -> None:
    compared = compare(of_rules({"B1"}, path="lib.py"), of_rules({"B1"}, path="app.py"))
    assert (rules_of(compared.new), rules_of(compared.gone), compared.old) == ({"B1"}, {"B1"}, ())


@pytest.mark.parametrize(
    ("unread", "is_known_to_be_gone"),
    [
        ("src/app.py", False),
        ("src", False),
        (".", False),
        ("", False),
        ("src/ap", True),
        ("app.py", True),
        ("src/app.py/x", True),
    ],
)
def test_what_was_found_in_a_file_that_is_not_read_now_is_not_called_gone(
    unread: str, *, is_known_to_be_gone: bool
) -> None:
    base = of_rules({"B1"}, path="src/app.py")
    compared = compare((), base, [Unread(path=unread, why="a syntax error")])
    assert (compared.gone, compared.unseen) == ((base, ()) if is_known_to_be_gone else ((), base))


def test_what_is_found_in_a_file_that_is_read_in_part_is_still_old() -> None:
    base = of_rules({"B1", "B2"})
    compared = compare(of_rules({"B1"}), base, [Unread(path="app.py", why="a test of bandit broke")])
    assert (rules_of(compared.old), rules_of(compared.unseen)) == ({"B1"}, {"B2"})
