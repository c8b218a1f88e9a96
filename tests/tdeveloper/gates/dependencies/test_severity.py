"""The severity of a finding: CVSS' bands at their borders, the database's own word, and the worst of all that is said."""

import pytest

from foundation.advisories.model import Advisory
from foundation.findings.model import Severity
from tdeveloper.gates.dependencies.severity import severity_of
from tests.foundation.advisories.factories import an_advisory


@pytest.mark.parametrize(
    ("advisories", "severity"),
    [
        ([an_advisory(score="10.0")], Severity.HIGH),
        ([an_advisory(score="7.0")], Severity.HIGH),
        ([an_advisory(score="6.9")], Severity.MEDIUM),
        ([an_advisory(score="4.0")], Severity.MEDIUM),
        ([an_advisory(score="3.9")], Severity.LOW),
        ([an_advisory(score="0.0")], Severity.LOW),
        ([an_advisory(word="CRITICAL")], Severity.HIGH),
        ([an_advisory(word="HIGH")], Severity.HIGH),
        ([an_advisory(word="MODERATE")], Severity.MEDIUM),
        ([an_advisory(word="MEDIUM")], Severity.MEDIUM),
        ([an_advisory(word="LOW")], Severity.LOW),
        ([an_advisory(score="5.0", word="HIGH")], Severity.HIGH),
        ([an_advisory(score="8.0", word="LOW")], Severity.HIGH),
        ([an_advisory()], Severity.UNDEFINED),
        ([an_advisory("MAL-2026-1")], Severity.HIGH),
        ([an_advisory(), an_advisory("GHSA-1", score="5.0"), an_advisory("GHSA-2", word="LOW")], Severity.MEDIUM),
    ],
)
def test_the_worst_that_is_said_counts_and_what_is_not_known_stays_undefined(
    advisories: list[Advisory], severity: Severity
) -> None:
    assert severity_of(advisories) is severity
