"""Measures of a tree's tests: what they claim and what they used, and why where a number is missing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sre.jobs.judge.measures import Measure, counts, of_suite
from tdeveloper.gates.testing.claims import ClaimedCoverage, ClaimedTest, Claims, Outcome
from tdeveloper.gates.testing.endings import Completed, Ended, NoTests, NotRun
from tdeveloper.gates.testing.scan import Measured, SuiteScan

COVERED = ClaimedCoverage(covered_line_count=3, line_count=4, covered_branch_count=0, branch_count=0)
RAN = Measured(wall_seconds=1.2345, cpu_seconds=0.998, peak_memory_bytes=1_000)


def a_suite(
    *outcomes: Outcome, coverage: ClaimedCoverage | None = COVERED, measured: Measured | None = RAN, ended: Ended | None = None
) -> SuiteScan:  # fmt: skip
    tests = tuple(
        ClaimedTest(name=f"t{number}", outcome=outcome, path="t.py", line=1, message="")
        for number, outcome in enumerate(outcomes)
    )
    return SuiteScan(
        ended=ended or Completed(), findings=(), unread=(), suppressions=(), claimed=Claims(tests=tests, coverage=coverage),
        measured=measured, change=None, sandbox="a sandbox", own_modules=frozenset(), left_out=(),
    )  # fmt: skip


def named(suite: SuiteScan) -> dict[str, Measure]:
    return {each.name: each for each in of_suite(suite)}


def test_tests_are_counted_by_how_they_ended_and_what_the_run_used_is_rounded() -> None:
    found = named(a_suite(Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED))
    assert {name: each.value for name, each in found.items()} == {
        "error_test_count": 0, "failed_test_count": 1, "skipped_test_count": 1, "xfailed_test_count": 0,
        "passed_test_count": 2, "covered_ratio": Decimal("0.75"), "wall_seconds": Decimal("1.23"),
        "cpu_seconds": Decimal("1.00"), "peak_memory_bytes": 1_000,
    }  # fmt: skip
    assert found["covered_ratio"].why is None
    assert found["wall_seconds"].why == "the tests ran to their end"


def test_where_nothing_ran_no_number_is_zero() -> None:
    ended = NotRun(reason="there is no sandbox")
    found = named(replace(a_suite(measured=None, ended=ended), claimed=None))
    assert {each.value for each in found.values()} == {None}
    assert found["covered_ratio"].why == "the tests were not run: there is no sandbox"
    assert found["wall_seconds"].why == "the tests were not run: there is no sandbox"


def test_what_a_machine_cannot_measure_is_missing_by_itself() -> None:
    found = named(a_suite(measured=Measured(wall_seconds=2.0, cpu_seconds=None, peak_memory_bytes=None)))
    assert [found[name].value for name in ("wall_seconds", "cpu_seconds", "peak_memory_bytes")] == [2, None, None]


@pytest.mark.parametrize(
    ("coverage", "ended", "why"),
    [
        (None, NoTests(), "there are no tests that pytest finds"),
        (
            ClaimedCoverage(covered_line_count=0, line_count=0, covered_branch_count=0, branch_count=0), Completed(),
            "there is no code that tests could cover",
        ),
    ],
)  # fmt: skip
def test_without_coverage_it_says_why(coverage: ClaimedCoverage | None, ended: Ended, why: str) -> None:
    found = named(a_suite(coverage=coverage, ended=ended))["covered_ratio"]
    assert (found.value, found.why) == (None, why)


def test_counts_have_their_names() -> None:
    assert counts([("a_count", 1), ("b_count", 0)]) == (
        Measure(name="a_count", value=1),
        Measure(name="b_count", value=0),
    )
