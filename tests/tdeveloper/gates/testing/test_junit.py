"""pytest's JUnit file is read as what somebody hostile may have written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tdeveloper.gates.testing.junit as junit
from tdeveloper.gates.testing.claims import ClaimedTest, ClaimError, Outcome
from tdeveloper.gates.testing.junit import plain_path, read_junit
from tests.tdeveloper.gates.testing.making import HEAD, a_case, a_junit

FAILURE = '<failure message="assert 1 == 2">text</failure>'
ERROR = '<error message="failed on setup with &quot;RuntimeError: x&quot;">text</error>'


def the_only(content: bytes) -> ClaimedTest:
    (test,) = read_junit(content)
    return test


def test_a_test_without_a_result_has_passed() -> None:
    assert the_only(a_junit(a_case("test_a", line="4"))) == ClaimedTest(
        name="test_a::test_a", outcome=Outcome.PASSED, path="test_a.py", line=5, message=""
    )


@pytest.mark.parametrize(
    ("inside", "counts", "outcome", "message"),
    [
        (FAILURE, {"failures": 1}, Outcome.FAILED, "assert 1 == 2"),
        (ERROR, {"errors": 1}, Outcome.ERROR, 'failed on setup with "RuntimeError: x"'),
        ('<skipped type="pytest.skip" message="no">x</skipped>', {"skipped": 1}, Outcome.SKIPPED, "no"),
        ('<skipped type="pytest.xfail" message="later"/>', {"skipped": 1}, Outcome.XFAILED, "later"),
        (FAILURE + ERROR, {"failures": 1, "errors": 1}, Outcome.ERROR, 'failed on setup with "RuntimeError: x"'),
        ("<properties><property name='a' value='b'/></properties><system-out>x</system-out>", {}, Outcome.PASSED, ""),
    ],
)
def test_a_result_says_how_a_test_ended(inside: str, counts: dict[str, int], outcome: Outcome, message: str) -> None:
    test = the_only(a_junit(a_case("test_a", inside), **counts))
    assert (test.outcome, test.message) == (outcome, message)


def test_two_cases_of_one_test_are_one() -> None:
    test = the_only(a_junit(a_case("test_a", FAILURE), a_case("test_a", ERROR), failures=1, errors=1))
    assert test.outcome is Outcome.ERROR


def test_a_module_that_cannot_be_imported_says_why() -> None:
    text = "ImportError while importing\nE   ModuleNotFoundError: No module named 'x'\nE   another"
    error = f'<error message="collection failure">{text}</error>'
    test = the_only(a_junit(a_case("tests.test_b", error, classname="", file="tests/test_b.py", line=""), errors=1))
    assert test == ClaimedTest(
        name="::tests.test_b", outcome=Outcome.ERROR, path="tests/test_b.py", line=0, message="another", is_module=True
    )


@pytest.mark.parametrize(
    ("text", "message"), [("one\ntwo\n", "two"), ("", "it could not be imported"), ("E   first\nlast", "first")]
)
def test_the_reason_is_the_last_line_where_pytest_marks_none(text: str, message: str) -> None:
    error = f'<error message="collection failure">{text}</error>'
    assert the_only(a_junit(a_case("b", error, classname=""), errors=1)).message == message


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "does not begin"),
        (b"<testsuites/>", "does not begin"),
        (b'<?xml version="1.0" encoding="utf-16"?><testsuites/>', "does not begin"),
        (HEAD + b"<!DOCTYPE a [<!ENTITY b 'c'>]><testsuites/>", "declaration"),
        (HEAD + b"<testsuites><![CDATA[x]]></testsuites>", "declaration"),
        (HEAD + b"<testsuites>", "no XML"),
        (HEAD + b"<testsuites>&b;</testsuites>", "no XML"),
        (HEAD + b"<testsuites>\xff</testsuites>", "no XML"),
        (HEAD + b"<testsuites></testsuites>", "has no suite"),
        (HEAD + b"<html/>", "<html> where none is"),
        (HEAD + b"<testsuites><testcase/></testsuites>", "<testcase> where none is"),
        (HEAD + b"<testsuites><testsuite/></testsuites>", "failures is ''"),
        (a_junit(failures=1), "says 1 failures and errors, and has 0"),
        (a_junit(a_case("a", FAILURE)), "says 0 failures and errors, and has 1"),
        (a_junit().replace(b'failures="0"', b'failures="-1"'), "no count"),
        (a_junit().replace(b'failures="0"', b'failures="9999999999"'), "no count"),
        (a_junit().replace(b'errors="0"', b'errors="1e3"'), "no count"),
        (a_junit(a_case("")), "without a name"),
        (a_junit(a_case("a", "<b><c><d><e><f><g/></f></e></d></c></b>")), "deeper than 8"),
    ],
)
def test_what_cannot_be_read_is_no_claim(content: bytes, why: str) -> None:
    with pytest.raises(ClaimError, match=why):
        read_junit(content)


def test_what_is_larger_than_is_read_is_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    content = a_junit(a_case("a"))
    monkeypatch.setattr(junit, "MOST_BYTES", len(content))
    assert len(read_junit(content)) == 1
    monkeypatch.setattr(junit, "MOST_BYTES", len(content) - 1)
    with pytest.raises(ClaimError, match="larger than"):
        read_junit(content)


def test_more_cases_than_are_read_are_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_TESTS", 1)
    assert len(read_junit(a_junit(a_case("a"), a_case("b")))) == 2
    with pytest.raises(ClaimError, match="more than 2 test cases"):
        read_junit(a_junit(a_case("a"), a_case("b"), a_case("c")))


@pytest.mark.parametrize(
    ("line", "number"), [("0", 1), ("-1", 0), ("", 0), ("x", 0), ("9999999", 10_000_000), ("10000000", 0)]
)
def test_a_line_that_is_none_is_the_whole_file(line: str, number: int) -> None:
    assert the_only(a_junit(a_case("a", line=line))).line == number


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("tests/test_a.py", "tests/test_a.py"), ("tests\\test_a.py", "tests/test_a.py"), ("./a.py", "a.py"),
        ("/etc/passwd", "."), ("../a.py", "."), ("a/../../b.py", "."), ("", "."), ("a\u202e.py", "."), ("a" * 401, "."),
        ("a" * 400, "a" * 400),
    ],
)  # fmt: skip
def test_a_path_leads_nowhere_else(text: str, path: str) -> None:
    assert plain_path(text) == path


@given(st.binary(max_size=200))
def test_whatever_is_there_is_read_or_is_no_claim(content: bytes) -> None:
    for whole in (content, HEAD + content, a_junit(a_case("a")).replace(b"test_a", content)):
        try:
            read = read_junit(whole)
        except ClaimError:
            continue
        assert all(isinstance(each, ClaimedTest) for each in read)


def test_eight_elements_deep_is_not_too_deep() -> None:
    assert the_only(a_junit(a_case("a", "<b><c><d><e><f/></e></d></c></b>"))).outcome is Outcome.PASSED


@pytest.mark.parametrize(("count", "message"), [(8_190, "later"), (8_191, "x" * 499 + "…")])
def test_of_a_long_text_the_beginning_is_read(count: int, message: str) -> None:
    error = f'<error message="collection failure">{"x" * count}\nE   later</error>'
    assert the_only(a_junit(a_case("b", error, classname=""), errors=1)).message == message


def test_what_stands_beside_a_result_is_no_reason() -> None:
    inside = '<system-out>E   not this</system-out><error message="collection failure">E   this</error>'
    assert the_only(a_junit(a_case("b", inside, classname=""), errors=1)).message == "this"
    two = '<error message="collection failure">E   one</error><error message="collection failure">E   two</error>'
    assert the_only(a_junit(a_case("b", two, classname=""), errors=2)).message == "one"


def test_suites_are_counted_together() -> None:
    suite = '<testsuite errors="0" failures="1"><testcase name="{}" classname="c">{}</testcase></testsuite>'
    content = f"<testsuites>{suite.format('a', FAILURE)}{suite.format('b', FAILURE)}</testsuites>"
    assert [each.name for each in read_junit(HEAD + content.encode())] == ["c::a", "c::b"]
