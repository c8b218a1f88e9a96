"""Stack operations from a file as AWS's own command prints it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from foundation.errors import InputError
from foundation.readings import NoData, Reading
from reports.deployments import Operation, read_events_file, to_events

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
