"""Stack operations from CloudFormation's events, through botocore's Stubber."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from sre.jobs.release_check.deployments import stack_operations

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class OneClient:
    """A session that hands out one client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _name: str, **_options: Any) -> Any:
        return self._client


def an_event(
    stack: str, status: str, *, kind: str = "AWS::CloudFormation::Stack", logical: str | None = None
) -> dict[str, Any]:
    return {
        "StackId": stack, "EventId": status, "StackName": stack, "LogicalResourceId": logical or stack,
        "ResourceType": kind, "ResourceStatus": status, "Timestamp": datetime(2026, 11, 22, tzinfo=UTC),
    }  # fmt: skip


def counted(stacks: dict[str, list[dict[str, Any]]]) -> Counts | NoData:
    client = boto3.client("cloudformation", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        created = datetime(2026, 11, 1, tzinfo=UTC)
        described = [
            {"StackName": name, "StackId": name, "CreationTime": created, "StackStatus": "CREATE_COMPLETE"}
            for name in stacks
        ]
        stubber.add_response("list_stacks", {"StackSummaries": described})
        for name, events in stacks.items():
            if name.startswith("td-"):
                stubber.add_response("describe_stack_events", {"StackEvents": events})
        return stack_operations(OneClient(client), endpoint=None, prefix="td-", now=NOW)  # type: ignore[arg-type]


def test_operations_that_ended_are_counted_and_resources_are_not() -> None:
    events = [
        an_event("td-a", "UPDATE_COMPLETE"),
        an_event("td-a", "UPDATE_IN_PROGRESS"),
        an_event("td-a", "CREATE_COMPLETE"),
        an_event("td-a", "CREATE_COMPLETE", kind="AWS::S3::Bucket", logical="Bucket"),
        an_event("td-a", "CREATE_COMPLETE", logical="Nested"),
    ]
    assert counted({"td-a": events, "other": [an_event("other", "CREATE_FAILED")]}) == Counts(
        total_count=2, bad_count=0
    )


@pytest.mark.parametrize(
    "status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"]
)
def test_a_failure_or_a_rollback_is_bad(status: str) -> None:
    assert counted({"td-a": [an_event("td-a", status)]}) == Counts(total_count=1, bad_count=1)


def test_no_operation_is_no_data() -> None:
    assert isinstance(counted({"td-a": [an_event("td-a", "CREATE_IN_PROGRESS")]}), NoData)


def test_a_service_that_refuses_is_no_data_with_its_words() -> None:
    client = boto3.client("cloudformation", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_client_error("list_stacks", "AccessDenied", "not you")
        found = stack_operations(OneClient(client), endpoint=None, prefix="td-", now=NOW)  # type: ignore[arg-type]
    assert isinstance(found, NoData)
    assert "AccessDenied" in found.reason
