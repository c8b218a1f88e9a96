"""A line that says what is wrong says what to do, and one of them is enough for all not to be well."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from foundation.cloudwatch.known_metrics import DatapointKind
from sre.jobs.doctor.findings import Diagnosis, Finding, MetricFinding, PermissionFinding, Section, State
from tests.sre.jobs.doctor.factories import REGION, a_metric

OK = Finding(name="a", state=State.OK, said="there")
NORMAL = Finding(name="b", state=State.NORMAL, said="not there, and need not be")
MISSING = Finding(name="c", state=State.MISSING, said="not there", to_do="bring it")
NOT_KNOWN = Finding(name="d", state=State.NOT_KNOWN, said="no answer", to_do="ask again")


def a_diagnosis(*lines: Finding) -> Diagnosis:
    return Diagnosis(
        service="orders", stage="production", place="AWS", region=REGION, is_local=False,
        asked_at=datetime(2026, 3, 2, 10, tzinfo=UTC), identity=None,
        lines=tuple((Section.HERE, each) for each in lines), metrics=(), permissions=(),
    )  # fmt: skip


def a_metric_finding(finding: Finding, line: int | None = None) -> MetricFinding:
    return MetricFinding(
        metric=a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="q"), region=REGION, kind=DatapointKind.DENSE,
        alarms=("a",), panels=(), line=line, finding=finding,
    )  # fmt: skip


@pytest.mark.parametrize("state", [State.MISSING, State.NOT_KNOWN])
def test_a_line_that_says_what_is_wrong_says_what_to_do(state: State) -> None:
    with pytest.raises(ValueError, match=r"x is (missing|not known), and nothing says what to do"):
        Finding(name="x", state=state, said="it is not there")


@pytest.mark.parametrize(("finding", "is_well"), [(OK, True), (NORMAL, True), (MISSING, False), (NOT_KNOWN, False)])
def test_what_is_missing_or_not_known_is_not_well_wherever_it_stands(finding: Finding, is_well: bool) -> None:
    assert a_diagnosis(OK, finding).is_well is is_well
    of_a_metric = replace(a_diagnosis(OK), metrics=(a_metric_finding(finding),))
    assert of_a_metric.is_well is is_well
    permission = PermissionFinding(action="sns:ListTopics", needed_by=("alarms list",), finding=finding)
    assert replace(a_diagnosis(OK), permissions=(permission,)).is_well is is_well


def test_everything_is_counted_by_its_state() -> None:
    found = replace(a_diagnosis(OK, OK, MISSING), metrics=(a_metric_finding(NORMAL), a_metric_finding(NOT_KNOWN)))
    assert {state: found.count(state) for state in State} == {
        State.OK: 2, State.NORMAL: 1, State.MISSING: 1, State.NOT_KNOWN: 1,
    }  # fmt: skip
    assert found.of(Section.HERE) == (OK, OK, MISSING)
    assert found.of(Section.FILES) == ()
