"""Findings as verdicts: what is missing fails, what is not known is no answer, and what need not be there is skipped."""

from dataclasses import replace

import pytest

from sre.cli.doctor.verdicts import verdicts_of
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.junit import to_junit
from sre.jobs.doctor.findings import Finding, PermissionFinding
from tests.sre.jobs.doctor.test_findings import MISSING, NORMAL, NOT_KNOWN, OK, a_diagnosis, a_metric_finding


@pytest.mark.parametrize(
    ("finding", "outcome", "reason"),
    [
        (OK, RunOutcome.PASS, "there"),
        (NORMAL, RunOutcome.NO_DATA, "not there, and need not be"),
        (MISSING, RunOutcome.FAIL, "not there; bring it"),
        (NOT_KNOWN, Outcome.INCONCLUSIVE, "no answer; ask again"),
    ],
)
def test_each_state_has_its_outcome(finding: Finding, outcome: Outcome | RunOutcome, reason: str) -> None:
    (row,) = verdicts_of(a_diagnosis(finding)).rows
    assert (row.name, row.outcome, row.reason, row.cells, row.group) == (
        finding.name,
        outcome,
        reason,
        ("here", ""),
        "here",
    )


def test_metrics_and_permissions_are_groups_of_their_own() -> None:
    permission = PermissionFinding(action="sns:ListTopics", needed_by=("alarms list", "alarms show"), finding=MISSING)
    found = replace(a_diagnosis(OK), metrics=(a_metric_finding(NORMAL),), permissions=(permission,))
    verdicts = verdicts_of(found)
    assert [row.cells for row in verdicts.rows] == [
        ("here", ""), ("metrics", ""), ("permissions", "alarms list, alarms show"),
    ]  # fmt: skip
    assert [name for name, _ in verdicts.groups] == ["here", "metrics", "permissions"]
    assert (verdicts.of, verdicts.columns) == ("what", ("section", "for"))
    assert verdicts.headline == "1 missing: orders, production; AWS, 2026-03-02 10:00 UTC."


def test_junit_has_a_failure_an_error_and_a_skip() -> None:
    text = to_junit(verdicts_of(a_diagnosis(OK, NORMAL, MISSING, NOT_KNOWN)))
    assert [text.count(each) for each in ("<testcase ", "<failure ", "<error ", "<skipped ")] == [4, 1, 1, 1]
