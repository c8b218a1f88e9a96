"""What happened is read line by line; a line that our plugin did not write is counted, and is nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tdeveloper.gates.testing.events as events_module
from tdeveloper.gates.testing.claims import ClaimedTest, Outcome
from tdeveloper.gates.testing.events import Limit, name_of, read_events
from tests.tdeveloper.gates.testing.making import events

PASSED = {"test": "tests/test_a.py::TestX::test_b", "file": "tests/test_a.py", "line": 3, "outcome": "passed"}
BROKEN = {"test": "tests/test_b.py", "is_module": True, "file": "tests/test_b.py", "outcome": "error", "message": "m"}


def test_a_test_is_told_as_junit_names_it() -> None:
    happened = read_events(events(PASSED))
    assert happened.tests == (
        ClaimedTest(
            name="tests.test_a.TestX::test_b", outcome=Outcome.PASSED, path="tests/test_a.py", line=4, message=""
        ),
    )
    assert (happened.ended_count, happened.collected_count, happened.wrong_line_count) == (1, 1, 0)


def test_a_test_that_says_no_place_has_none() -> None:
    (test,) = read_events(events({"test": "test_a.py::test_b", "outcome": "passed"})).tests
    assert (test.path, test.line) == (".", 0)


def test_a_line_that_is_as_long_as_may_be_is_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(map(len, events(PASSED).splitlines()))
    monkeypatch.setattr(events_module, "_MOST_LINE_BYTES", longest)
    assert read_events(events(PASSED)).wrong_line_count == 0
    monkeypatch.setattr(events_module, "_MOST_LINE_BYTES", longest - 1)
    assert read_events(events(PASSED)).wrong_line_count == 1


def test_a_module_is_no_test_that_ended() -> None:
    happened = read_events(events(PASSED, BROKEN))
    assert (len(happened.tests), happened.ended_count) == (2, 1)


def test_what_a_test_met_is_told_by_its_name() -> None:
    happened = read_events(
        events({**BROKEN, "missing": "numpy.linalg"}, {**PASSED, "outcome": "failed", "limit": "open files"})
    )
    assert happened.missing == {"::tests.test_b": "numpy.linalg"}
    assert happened.limits == {"tests.test_a.TestX::test_b": Limit.OPEN_FILES}


def test_a_run_that_was_cut_short_is_known_as_far_as_it_came() -> None:
    stream = events(PASSED, BROKEN)
    happened = read_events(stream[:-10])
    assert [each.outcome for each in happened.tests] == [Outcome.PASSED]
    assert happened.wrong_line_count == 1
    assert read_events(b"").collected_count is None


@pytest.mark.parametrize(
    "line",
    [
        b"forged", b"{}", b'{"event": "ended"}', b"[1]", b"\xff", b'{"event": "collected", "count": -1}',
        b'{"event": "ended", "test": "a", "outcome": "great"}', b'{"event": "ended", "test": "a", "outcome": "passed", "x": 1}',
        b'{"event": "ended", "test": "a", "outcome": "passed", "line": -1}',
        b'{"event": "ended", "test": "' + b"a" * 1_048_576 + b'", "outcome": "passed"}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_event_is_counted(line: bytes) -> None:
    happened = read_events(events(PASSED) + line + b"\n")
    assert (len(happened.tests), happened.wrong_line_count) == (1, 1)


def test_more_lines_than_are_read_are_a_wrong_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "_MOST_LINES", 2)
    assert read_events(events(PASSED, count=1)).wrong_line_count == 1
    monkeypatch.setattr(events_module, "_MOST_LINES", 3)
    assert read_events(events(PASSED, count=1)).wrong_line_count == 0


@pytest.mark.parametrize(
    ("node_id", "name"),
    [
        ("tests/test_a.py::test_b", "tests.test_a::test_b"),
        ("test_a.py::TestX::test_b[c::d/e.py]", "test_a.TestX::test_b[c::d/e.py]"),
        ("tests/test_a.py", "::tests.test_a"),
        ("conftest.py", "::conftest"),
        ("", "::"),
    ],
)
def test_a_name_is_junits(node_id: str, name: str) -> None:
    assert name_of(node_id) == name


@given(st.binary(max_size=300))
def test_whatever_is_there_is_read(content: bytes) -> None:
    happened = read_events(events(PASSED) + content)
    assert len(happened.tests) >= 1


@pytest.mark.parametrize(("size_bytes", "wrong_count"), [(1 << 20, 0), ((1 << 20) + 1, 1)])
def test_the_longest_line_is_read_and_one_byte_more_is_wrong(size_bytes: int, wrong_count: int) -> None:
    start, end = b'{"event": "ended", "test": "a", "outcome": "passed", "message": "', b'"}'
    line = start + b"m" * (size_bytes - len(start) - len(end)) + end
    assert read_events(line).wrong_line_count == wrong_count


@pytest.mark.parametrize(("line", "wrong_count"), [(0, 0), (10_000_000, 0), (10_000_001, 1)])
def test_a_line_of_a_file_has_a_bound(line: int, wrong_count: int) -> None:
    assert read_events(events({**PASSED, "line": line})).wrong_line_count == wrong_count


def test_the_last_line_that_is_read_is_followed_by_one_that_counts_as_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "_MOST_LINES", 2)
    happened = read_events(events(PASSED, BROKEN, {**PASSED, "test": "c.py::c"}, count=3))
    assert (len(happened.tests), happened.collected_count, happened.wrong_line_count) == (1, 3, 1)
