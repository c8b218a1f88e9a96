"""Stack operations from a file as AWS's own command prints it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from foundation.errors import InputError
from foundation.readings import Known, NoData, Reading
from reports.deployments import Operation, read_events_file, read_operations, to_events

AT = datetime(2026, 11, 10, 12, tzinfo=UTC)


def event(stack: str, status: str, **others: str) -> dict[str, Any]:
    return {
        "StackId": "arn", "EventId": "1", "StackName": stack, "LogicalResourceId": stack, "PhysicalResourceId": "arn",
        "ResourceType": "AWS::CloudFormation::Stack", "Timestamp": AT.isoformat(), "ResourceStatus": status, **others,
    }  # fmt: skip


def written(tmp_path: Path, data: Any) -> Path:
    file = tmp_path / "events.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return file


def test_one_answer_and_several_are_read_alike_and_other_stacks_and_resources_are_left_out(tmp_path: Path) -> None:
    mine = {
        "StackEvents": [event("td-a", "UPDATE_COMPLETE"), event("td-a", "CREATE_COMPLETE", LogicalResourceId="Bucket")]
    }
    other = {"StackEvents": [event("other", "CREATE_FAILED"), event("td-b", "UPDATE_ROLLBACK_COMPLETE")]}
    one = read_events_file(written(tmp_path, mine), prefix="td-")
    assert isinstance(one, Reading)
    assert one.answer == (Operation(stack="td-a", status="UPDATE_COMPLETE", ended_at=AT),)
    both = read_events_file(written(tmp_path, [mine, other]), prefix="td-")
    assert isinstance(both, Reading)
    assert [(each.stack, each.has_succeeded) for each in both.answer] == [("td-a", True), ("td-b", False)]


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    operations = (Operation(stack="td-a", status="DELETE_FAILED", ended_at=AT),)
    found = read_events_file(written(tmp_path, to_events(operations)), prefix="td-")
    assert isinstance(found, Reading)
    assert found.answer == operations


def test_a_file_is_known_from_its_first_event_to_its_last_and_inferred(tmp_path: Path) -> None:
    early = event("other", "CREATE_IN_PROGRESS", Timestamp="2026-11-08T09:00:00+09:00", LogicalResourceId="Bucket")
    found = read_events_file(
        written(tmp_path, {"StackEvents": [event("td-a", "UPDATE_COMPLETE"), early]}), prefix="td-"
    )  # fmt: skip
    assert isinstance(found, Reading)
    assert found.known == Known.throughout(datetime(2026, 11, 8, tzinfo=UTC), AT + timedelta(seconds=1))
    assert (found.origin.source, found.origin.is_stated) == ("events of events.json", False)


def test_a_time_with_another_offset_is_the_same_moment_in_utc(tmp_path: Path) -> None:
    there = event("td-a", "UPDATE_COMPLETE", Timestamp="2026-11-10T21:00:00+09:00")
    found = read_events_file(written(tmp_path, {"StackEvents": [there]}), prefix="td-")
    assert isinstance(found, Reading)
    assert f"{found.answer[0].ended_at:%Y-%m-%d %H:%M} UTC" == "2026-11-10 12:00 UTC"


def test_cloudformation_is_known_as_far_back_as_its_events_reach() -> None:
    client = boto3.client("cloudformation", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    stack = {"StackName": "td-a", "CreationTime": AT, "StackStatus": "UPDATE_COMPLETE"}
    ended = {**event("td-a", "UPDATE_COMPLETE"), "Timestamp": AT.astimezone(timezone(timedelta(hours=9)))}
    with Stubber(client) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [stack]})
        stubber.add_response("describe_stack_events", {"StackEvents": [ended]})
        found = read_operations(client, prefix="td-", now=AT + timedelta(days=1))
    assert isinstance(found, Reading)
    assert found.answer == (Operation(stack="td-a", status="UPDATE_COMPLETE", ended_at=AT),)
    assert found.answer[0].ended_at.tzinfo is UTC
    assert found.known == Known.throughout(AT - timedelta(days=89), AT + timedelta(days=1))
    assert (found.origin.region, found.origin.is_stated) == ("eu-west-1", True)


def test_a_file_without_an_operation_is_no_data(tmp_path: Path) -> None:
    assert isinstance(read_events_file(written(tmp_path, {"StackEvents": []}), prefix="td-"), NoData)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "not valid JSON"),
        ({"Stacks": []}, "StackEvents: is missing"),
        (
            {"StackEvents": [event("td-a", "UPDATE_COMPLETE", Timestamp="yesterday")]},
            "StackEvents.Timestamp: must be a time with its zone",
        ),
        (
            {"StackEvents": [event("td-a", "UPDATE_COMPLETE", Timestamp="2026-11-10T12:00:00")]},
            "must be a time with its zone",
        ),
    ],
)
def test_what_is_no_list_of_events_is_bad_input(data: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_events_file(written(tmp_path, data), prefix="td-")
