"""Verdicts as JUnit XML, which every CI shows: a suite a group, a case a verdict.

A miss is a failure. What is inconclusive is an error, because the test that could have decided was not enough; what nothing was
measured of is skipped.
"""

from pathlib import Path
from typing import assert_never, cast

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from foundation.errors import about
from foundation.files.writing import write_text
from foundation.pages.escapes import xml
from sre.cli.outputs.words import Outcome
from sre.cli.verdicts.model import VerdictRow, Verdicts


def to_junit(verdicts: Verdicts) -> str:
    """The XML, with a line end."""
    report = JUnitXml(xml(verdicts.title))
    for group, rows in verdicts.groups:
        suite = TestSuite(xml(group))
        for row in rows:
            suite.add_testcase(_case(row, group))
        report.add_testsuite(suite)
    return cast("bytes", report.tostring()).decode() + "\n"


def write_junit(verdicts: Verdicts, file: Path) -> None:
    """Write it. Raises InputError when the file cannot be written."""
    with about("--junit"):
        write_text(file, to_junit(verdicts))


def _case(row: VerdictRow, group: str) -> TestCase:
    case = TestCase(xml(row.name), classname=xml(group), time=row.took_seconds)
    reason = xml(row.reason)
    first = reason.partition("\n")[0]
    match row.outcome:
        case Outcome.PASS:
            return case
        case Outcome.MISS:
            result = Failure(first, "miss")
        case Outcome.INCONCLUSIVE:
            result = Error(first, "inconclusive")
        case Outcome.NO_DATA:
            result = Skipped(first, "no data")
        case _:
            assert_never(row.outcome)
    result.text = reason
    case.result = [result]
    return case
