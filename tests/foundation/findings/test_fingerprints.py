"""What a finding is told by: laws of what changes nothing, and each thing that makes it another one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.findings.fingerprints import fingerprinted
from foundation.findings.model import Finding, Severity
from tests.foundation.findings.making import PATHS, a_finding, found

# Few kinds of lines, so that many are equal.
LINES = st.lists(st.sampled_from(["os.system(a)", "os.system(b)", "", "x = 1", "pass"]), min_size=1, max_size=12)
RULES = st.sampled_from(["B605", "B607"])


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[str], list[Finding]]:
    """The lines of a file, and findings in it."""
    lines = draw(LINES)
    places = draw(st.lists(st.tuples(st.integers(0, len(lines)), RULES), max_size=12))
    return lines, [a_finding(line, rule=rule) for line, rule in places]


def prints_of(findings: list[Finding], lines: list[str]) -> list[str]:
    return [each.fingerprint for each in fingerprinted(findings, lambda _: lines)]


@given(trees(), st.lists(st.sampled_from(["# new", "import re", ""]), max_size=5))
def test_lines_that_are_inserted_above_change_no_fingerprint(
    tree: tuple[list[str], list[Finding]], new: list[str]
) -> None:
    lines, findings = tree
    moved = [a_finding(each.line + len(new) if each.line else 0, rule=each.rule) for each in findings]
    assert prints_of(moved, [*new, *lines]) == prints_of(findings, lines)


@given(trees(), st.sampled_from(["    ", "\t", "  \t "]))
def test_another_indentation_changes_no_fingerprint(tree: tuple[list[str], list[Finding]], indent: str) -> None:
    lines, findings = tree
    assert prints_of(findings, [f"{indent}{line}  \r" for line in lines]) == prints_of(findings, lines)


@given(trees())
def test_no_two_findings_of_a_tree_have_the_same(tree: tuple[list[str], list[Finding]]) -> None:
    lines, findings = tree
    assert len(set(prints_of(findings, lines))) == len(findings)


@given(trees(), st.data())
def test_without_one_finding_exactly_one_fingerprint_is_gone(
    tree: tuple[list[str], list[Finding]], data: st.DataObject
) -> None:
    lines, findings = tree
    if findings:
        removed = data.draw(st.integers(0, len(findings) - 1))
        rest = [each for number, each in enumerate(findings) if number != removed]
        before, after = set(prints_of(findings, lines)), set(prints_of(rest, lines))
        assert after < before
        assert len(before - after) == 1


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_in_which_findings_come_is_no_part_of_it(
    tree: tuple[list[str], list[Finding]], order: random.Random
) -> None:
    lines, findings = tree
    shuffled = list(findings)
    order.shuffle(shuffled)
    assert fingerprinted(shuffled, lambda _: lines) == fingerprinted(findings, lambda _: lines)


def test_findings_on_one_line_that_differ_in_words_alone_come_in_one_order() -> None:
    pair = [
        a_finding(severity=Severity.LOW, message="b"),
        a_finding(severity=Severity.LOW, message="a"),
        a_finding(severity=Severity.HIGH, message="c"),
    ]
    given_so = found(*pair)
    assert [each.finding.message for each in given_so] == ["c", "a", "b"]
    assert found(*reversed(pair)) == given_so


def test_it_is_the_sha256_of_its_parts_so_it_stays_when_the_code_is_written_anew() -> None:
    first, second = found(a_finding(4), a_finding(5))
    # sha256sum of ["bandit", "B605", "app.py", "text <sha256 of os.system(command)>", 0], and of the same with 1
    assert first.fingerprint == "b80e5afe437bccd3fdfec53fcd27c57480686ae38be7942c0239987fa3d6e083"
    assert second.fingerprint == "84731f8b789a27e3eaed674e89adacbf57c6d41f439cebbed2c57f3196123432"
    whole, beyond = found(a_finding(0), a_finding(6))
    # The same with "file" and with "number 6" in the place of the text.
    assert whole.fingerprint == "2627bba39b38bad66197a7b2049b26595521a7a697d8941e145ff6402a1c5632"
    assert beyond.fingerprint == "158dd6b02bf4113a0203271e1791ce3037fbc45e9f90e78dde1c7f4904855a2e"
    assert first.to_dict() == {**a_finding().to_dict(), "fingerprint": first.fingerprint}


@pytest.mark.parametrize(
    "other",
    [a_finding(tool="ruff"), a_finding(rule="B607"), a_finding(path="other.py"), a_finding(line=1), a_finding(line=0)],
    ids=["tool", "rule", "path", "text", "whole file"],
)
def test_each_part_makes_another_finding(other: Finding) -> None:
    (first,) = found(a_finding())
    (second,) = found(
        other, tree={path: ["import os", "", "", "os.system(command)"] for path in ("app.py", "other.py")}
    )
    assert second.fingerprint != first.fingerprint


def test_the_severity_and_the_words_of_a_tool_may_change() -> None:
    (first,) = found(a_finding())
    (second,) = found(a_finding(severity=Severity.LOW, message="said better"))
    assert second.fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        ("os.system( command )", True),
        ("\tos.system(   command\t)", True),
        ("os.system(command)", False),
        ("OS.system( command )", False),
    ],
)
def test_runs_of_blanks_are_one_and_case_counts(text: str, *, is_same: bool) -> None:
    ((before,), (after,)) = (found(a_finding(1), tree={"app.py": [line]}) for line in ("os.system( command )", text))
    assert (after.fingerprint == before.fingerprint) is is_same


def test_parts_do_not_run_into_one_another() -> None:
    ((one,), (two,)) = (found(a_finding(0, tool=tool, rule=rule)) for tool, rule in (("a", "b c"), ("a b", "c")))
    assert one.fingerprint != two.fingerprint


def test_equal_findings_are_numbered_in_the_order_of_lines() -> None:
    both = found(a_finding(5), a_finding(4))
    assert [each.finding.line for each in both] == [4, 5]
    assert both[0] == found(a_finding(4))[0]
    # Whichever of them is mended, the one that is left has the first number.
    assert both[0].fingerprint == found(a_finding(5))[0].fingerprint


def test_a_line_that_is_not_there_is_told_by_its_number() -> None:
    """A tool that counts otherwise, or a file without lines: what moves there is new, since nobody can look."""
    (beyond,), (further,), (again,) = (found(a_finding(line)) for line in (6, 7, 7))
    assert beyond.fingerprint != further.fingerprint == again.fingerprint
    (last,) = found(a_finding(6), tree={"app.py": [*"abcde", ""]})
    assert beyond.fingerprint != last.fingerprint


def test_a_line_below_one_is_the_whole_file() -> None:
    assert found(a_finding(0))[0].fingerprint == found(a_finding(-1), tree={})[0].fingerprint


def test_a_file_is_asked_for_its_lines_once() -> None:
    asked: list[str] = []

    def lines_of(path: str) -> list[str]:
        asked.append(path)
        return ["x"]

    fingerprinted([a_finding(1, path=path) for path in ("b", "a", "b", "a")], lines_of)
    assert asked == ["a", "b"]


@given(PATHS, st.text(st.characters()))
def test_every_path_and_every_line_has_one(path: str, line: str) -> None:
    (only,) = found(a_finding(1, path=path), tree={path: [line]})
    assert len(only.fingerprint) == 64


def test_a_line_of_a_megabyte_is_looked_at_once_for_all_of_its_findings() -> None:
    many = [a_finding(1, rule=f"R{number}") for number in range(10_000)]
    assert len({each.fingerprint for each in found(*many, tree={"app.py": ["x " * 500_000]})}) == 10_000
