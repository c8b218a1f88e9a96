"""The JSON of the doctor: every finding with its parts, and the counts of them."""

import json
from dataclasses import replace

from foundation.errors import Exit
from foundation.files.output import to_json
from sre.cli.outputs.doctor import report_of
from sre.jobs.doctor.findings import PermissionFinding
from tests.sre.jobs.doctor.factories import IDENTITY
from tests.sre.jobs.doctor.test_findings import MISSING, NORMAL, NOT_KNOWN, OK, a_diagnosis, a_metric_finding


def test_every_finding_is_there_with_its_parts() -> None:
    permission = PermissionFinding(action="sns:ListTopics", needed_by=("alarms list",), finding=MISSING)
    found = replace(
        a_diagnosis(OK, NOT_KNOWN), identity=IDENTITY, metrics=(a_metric_finding(NORMAL, 7),), permissions=(permission,)
    )  # fmt: skip
    assert json.loads(to_json(report_of(found, Exit.NOT_ENOUGH_EVIDENCE))) == {
        "schema_version": 1,
        "service": "orders",
        "stage": "production",
        "is_local": False,
        "region": "eu-west-1",
        "asked_at": "2026-03-02T10:00:00+00:00",
        "exit_code": 3,
        "ok_count": 1,
        "normal_count": 1,
        "missing_count": 1,
        "not_known_count": 1,
        "caller": {"account": "123456789012", "arn": IDENTITY.arn, "credentials": "environment variables"},
        "lines": [
            {"section": "here", "name": "a", "state": "ok", "description": "there", "to_do": None},
            {"section": "here", "name": "d", "state": "not_known", "description": "no answer", "to_do": "ask again"},
        ],
        "metrics": [
            {
                "namespace": "AWS/SQS", "metric": "NumberOfMessagesSent", "dimensions": [{"name": "QueueName", "value": "q"}],
                "region": "eu-west-1", "datapoints": "dense", "alarms": ["a"], "panels": [], "line": 7, "state": "normal",
                "description": "not there, and need not be", "to_do": None,
            }
        ],
        "permissions": [
            {
                "action": "sns:ListTopics", "needed_by": ["alarms list"], "state": "missing", "description": "not there",
                "to_do": "bring it",
            }
        ],
    }  # fmt: skip


def test_what_is_not_known_is_null() -> None:
    found = report_of(replace(a_diagnosis(OK), service=None, region=None), Exit.MET)
    assert (found.service, found.region, found.caller, found.exit_code) == (None, None, None, 0)
