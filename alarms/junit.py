"""Rule tests as JUnit XML, which every CI shows: one suite a file, one case a test, all its failures in one text."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from junitparser import Failure, JUnitXml, TestCase, TestSuite

from alarms.rule_tests import Outcome
from foundation.errors import about
from foundation.files.writing import replacing
from foundation.pages.escapes import xml as xml_text
from foundation.pages.numbers import counted


def write_junit(outcomes: Iterable[Outcome], file: Path) -> None:
    """Write the results.

    Raises InputError when the file cannot be written.
    """
    xml = JUnitXml("sre alarms test")
    for source, group in groupby(outcomes, key=lambda outcome: outcome.test.file):
        suite = TestSuite(str(source))
        for outcome in group:
            case = TestCase(xml_text(outcome.test.name), classname=str(source), time=round(outcome.took_seconds, 6))
            if outcome.failures:
                failure = Failure(f"{counted(len(outcome.failures), 'expectation')} not met", "expectation")
                failure.text = xml_text(
                    "\n".join("\n".join((f"{source}:{each.line}", *each.lines)) for each in outcome.failures)
                )
                case.result = [failure]
            suite.add_testcase(case)
        xml.add_testsuite(suite)
    with about("--junit"), replacing(file) as beside:
        xml.write(str(beside), pretty=True)
