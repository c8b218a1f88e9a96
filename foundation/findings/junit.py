"""How changes stand before their gates as JUnit XML, which every CI shows: a suite a gate, a case a finding that blocks.

What could not be looked at is an error, what is accepted is skipped; a gate with neither a failure nor an error has one case
that passes.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Severity
from foundation.findings.standing import Standing
from foundation.pages.escapes import terminal, xml

MOST_CASES = 2_000


def to_junit(standings: Iterable[Standing], *, severity_at_least: Severity, most_cases: int = MOST_CASES) -> str:
    """The XML, with a line end: of each kind in a suite at most `most_cases`, and then one that counts the rest."""
    report = JUnitXml("gates")
    for standing in standings:
        suite = TestSuite(_line(standing.gate))
        # All at once: each adding counts every case of the suite again.
        suite.add_testcases(list(_cases(standing, severity_at_least, most_cases)))
        report.add_testsuite(suite)
    return cast("bytes", report.tostring()).decode() + "\n"


def _cases(standing: Standing, severity_at_least: Severity, most: int) -> Iterator[TestCase]:
    blocking = standing.blocking(severity_at_least)
    for each in blocking[:most]:
        finding = each.finding
        text = f"{finding.severity.value}: {finding.message}\nfingerprint {each.fingerprint}"
        yield _case(standing, _name(each), Failure(_line(finding.message), finding.severity.value), text)
    if len(blocking) > most:
        yield _rest(standing, len(blocking) - most, "findings that block", Failure("they are left out here"))
    for gap in standing.unread_new[:most]:
        yield _case(standing, _line(gap.path), Error(_line(gap.why), "unread"), f"could not be looked at: {gap.why}")
    if len(standing.unread_new) > most:
        yield _rest(standing, len(standing.unread_new) - most, "files not looked at", Error("they are left out here"))
    if not blocking and not standing.unread_new:
        yield TestCase("nothing new", classname=_line(standing.gate))
    for each in standing.accepted[:most]:
        entry = each.acceptance
        text = f"{entry.reason} ({entry.owner}, until {entry.expires_on.isoformat()})"
        yield _case(standing, _name(each.found), Skipped(_line(entry.reason), "accepted"), text)
    if len(standing.accepted) > most:
        yield _rest(standing, len(standing.accepted) - most, "accepted findings", Skipped("they are left out here"))


def _case(standing: Standing, name: str, result: Failure | Error | Skipped, text: str) -> TestCase:
    case = TestCase(name, classname=_line(standing.gate))
    result.text = xml(terminal(text))
    case.result = [result]
    return case


def _rest(standing: Standing, count: int, what: str, result: Failure | Error | Skipped) -> TestCase:
    return _case(standing, f"{count:,} more {what}", result, f"{count:,} more {what} are left out here")


def _name(found: FingerprintedFinding) -> str:
    finding = found.finding
    return _line(f"{finding.path}:{finding.line}: {finding.tool} {finding.rule}")


def _line(text: str) -> str:
    """One line of what can be seen."""
    return xml(terminal(text)).replace("\n", "\\n").replace("\t", "\\t")
