"""What a CI shows: what blocks fails, what nobody could look at is an error, and a clean gate passes."""

from typing import Any, cast
from xml.etree import ElementTree

from junitparser import JUnitXml

from foundation.findings.junit import to_junit
from foundation.findings.model import Severity, Unread
from foundation.findings.standing import Standing
from tests.foundation.findings.making import a_finding, a_standing, an_acceptance, found, scanned

HIGH, LOW, HELD = (
    found(finding)[0] for finding in (a_finding(), a_finding(rule="LOW", severity=Severity.LOW), a_finding(rule="HELD"))
)
GAP = Unread(path="broken.py", why="a syntax error")


def cases_of(*standings: Standing, least: Severity = Severity.HIGH, **options: Any) -> list[tuple[str, str, str, str]]:
    """Of each case its gate, its name, how it ended, and the text."""
    report = JUnitXml.fromstring(to_junit(standings, severity_at_least=least, **options).encode())
    found_cases: list[tuple[str, str, str, str]] = []
    for suite in cast("Any", report):
        for case in suite:
            ends = [(type(each).__name__, each.text) for each in case.result] or [("passed", "")]
            assert len(ends) == 1
            found_cases.append((suite.name, case.name, *ends[0]))
    return found_cases


def test_a_gate_without_anything_new_passes() -> None:
    passed = ("security", "nothing new", "passed", "")
    assert cases_of(a_standing(scanned())) == [passed]
    assert cases_of(a_standing(scanned(LOW))) == [passed]
    assert cases_of(a_standing(scanned(HIGH), scanned(HIGH))) == [passed]


def test_what_blocks_is_a_failure_each() -> None:
    text = f"HIGH: a shell is started\nfingerprint {HIGH.fingerprint}"
    failure = ("security", "app.py:4: bandit B605", "Failure", text)
    assert cases_of(a_standing(scanned(HIGH, LOW))) == [failure]
    assert [each[2] for each in cases_of(a_standing(scanned(HIGH, LOW)), least=Severity.LOW)] == ["Failure", "Failure"]


def test_what_could_not_be_looked_at_is_an_error_unless_the_base_had_it() -> None:
    error = ("security", "broken.py", "Error", "could not be looked at: a syntax error")
    assert cases_of(a_standing(scanned(unread=[GAP]))) == [error]
    old = a_standing(scanned(unread=[GAP]), scanned(unread=[GAP]), same=["broken.py"])
    assert [each[2] for each in cases_of(old)] == ["passed"]


def test_what_is_accepted_is_skipped_and_says_who_answers_for_it() -> None:
    standing = a_standing(scanned(HELD), acceptances=[an_acceptance(HELD.fingerprint)])
    text = "the command is a constant (platform, until 2026-03-02)"
    assert cases_of(standing) == [
        ("security", "nothing new", "passed", ""),
        ("security", "app.py:4: bandit HELD", "Skipped", text),
    ]


def test_each_gate_is_a_suite() -> None:
    gates = [each[0] for each in cases_of(a_standing(scanned()), a_standing(scanned(HIGH), gate="quality"))]
    assert gates == ["security", "quality"]


def test_of_too_many_the_rest_is_counted_and_still_fails() -> None:
    findings = found(*(a_finding(rule=f"B{number}") for number in range(3)))
    held = found(*(a_finding(rule=f"H{number}") for number in range(3)))
    gaps = [Unread(path=f"{number}.py", why="a syntax error") for number in range(3)]
    acceptances = [an_acceptance(each.fingerprint) for each in held]
    standing = a_standing(scanned(*findings, *held, unread=gaps), acceptances=acceptances)
    cut = [each[1:3] for each in cases_of(standing, most_cases=1)]
    assert cut == [
        ("app.py:4: bandit B0", "Failure"),
        ("2 more findings that block", "Failure"),
        ("0.py", "Error"),
        ("2 more files not looked at", "Error"),
        ("app.py:4: bandit H0", "Skipped"),
        ("2 more accepted findings", "Skipped"),
    ]
    assert len(cases_of(standing, most_cases=3)) == 9


def test_a_suite_has_two_thousand_of_a_kind() -> None:
    many = found(*(a_finding(rule=f"B{number}") for number in range(2_001)))
    ends = cases_of(a_standing(scanned(*many)))
    assert (len(ends), ends[-1][1]) == (2_001, "1 more findings that block")
    assert "1 more findings that block" not in {each[1] for each in cases_of(a_standing(scanned(*many[1:])))}


def test_hostile_names_are_one_line_each_and_seen() -> None:
    hostile = a_finding(0, path="a\nb\t\u202e\x00<&>\ud800.py", message="x\n\x1b[0m")
    text = to_junit([a_standing(scanned(*found(hostile)), gate="se\x00cure")], severity_at_least=Severity.LOW)
    case = ElementTree.fromstring(text).find("testsuite/testcase")  # noqa: S314 - made here
    assert case is not None
    assert case.get("name") == "a\\nb\\t\\u202e\\x00<&>\\ud800.py:0: bandit B605"
    assert case.get("classname") == "se\\x00cure"
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("x\\n\\x1b[0m", "HIGH")
