"""How badly something is vulnerable, in the severities of all findings.

CVSS' bands are https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale: from 7.0 *high* and
*critical*, from 4.0 *medium*, below *low*. Of a score and the database's own word the worse one counts.
"""

from collections.abc import Iterable
from decimal import Decimal

from foundation.advisories.model import Advisory
from foundation.findings.model import Severity

_HIGH_FROM, _MEDIUM_FROM = Decimal("7.0"), Decimal("4.0")
_WORST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
# https://github.com/ossf/malicious-packages: what was published to do harm has no score.
_MALICIOUS = "MAL-"


def severity_of(advisories: Iterable[Advisory]) -> Severity:
    """The worst severity that any of these says; `UNDEFINED` where none says one."""
    said = {each for advisory in advisories for each in _said(advisory)}
    return next((each for each in _WORST_FIRST if each in said), Severity.UNDEFINED)


def _said(advisory: Advisory) -> Iterable[Severity]:
    if advisory.id.startswith(_MALICIOUS):
        yield Severity.HIGH
    if advisory.score is not None:
        if advisory.score >= _HIGH_FROM:
            yield Severity.HIGH
        else:
            yield Severity.MEDIUM if advisory.score >= _MEDIUM_FROM else Severity.LOW
    match advisory.word:
        case "CRITICAL" | "HIGH":
            yield Severity.HIGH
        case "MODERATE" | "MEDIUM":
            yield Severity.MEDIUM
        case "LOW":
            yield Severity.LOW
        case _:
            pass
