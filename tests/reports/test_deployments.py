"""Stack operations from a file as AWS's own command prints it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.readings import Interval, Known, NoData, Origin, Reading
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


OPERATIONS = st.lists(
    st.builds(
        Operation,
        stack=st.sampled_from(["td", "td-a", "td-b"]),
        status=st.sampled_from(["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_FAILED"]),
        ended_at=st.integers(0, 60 * 24 * 60).map(lambda minutes: AT - timedelta(minutes=minutes + 1)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=30)
@given(OPERATIONS)
def test_what_is_recorded_is_read_back_with_what_is_known_of_it(
    tmp_path_factory: pytest.TempPathFactory, operations: list[Operation]
) -> None:
    asked = Interval(start_at=AT - timedelta(days=90), end_at=AT)
    answer = tuple(sorted(operations, key=lambda each: (each.ended_at, each.stack)))
    origin = Origin(
        source="x", region=None, read_at=None, delay=timedelta(0), is_stated=True, notes=()
    )  # fmt: skip
    read = Reading(
        asked=asked, known=Known.of([asked.span]), resolution_seconds=1, origin=origin, answer=answer
    )  # fmt: skip
    found = read_events_file(written(tmp_path_factory.mktemp("events"), to_events(read)), prefix="td-")
    assert isinstance(found, Reading)
    assert (found.answer, found.known, found.origin.is_stated) == (answer, read.known, True)


@settings(max_examples=30)
@given(st.data())
def test_no_change_of_a_file_that_it_shows_hides_a_failure(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Law: a cut is refused; another offset, order, page or a second delivery leaves each failure where it is, once."""
    zone = timezone(timedelta(minutes=data.draw(st.integers(-14 * 60, 14 * 60))))
    failed = {**happened(A, "UPDATE_ROLLBACK_COMPLETE"), "Timestamp": AT.astimezone(zone)}
    events = data.draw(
        st.permutations([happened(A, "CREATE_COMPLETE", hour=1), failed, happened(B, "DELETE_COMPLETE")])
    )
    token = {"NextToken": "more"} if data.draw(st.booleans()) else {}
    parts = data.draw(st.integers(0, 3))
    answers = [in_file(*events[:parts], **token), in_file(*events[parts:])]
    delivered = data.draw(st.permutations([*answers, *data.draw(st.sampled_from([[], answers]))]))
    text = json.dumps(delivered, indent=1)
    file = written(tmp_path_factory.mktemp("events"), text)
    found = read_events_file(file, prefix="td")
    assert isinstance(found, Reading)
    assert [each for each in found.answer if not each.has_succeeded] == [
        Operation(stack="td-a", status="UPDATE_ROLLBACK_COMPLETE", ended_at=AT)
    ]
    assert len(found.answer) == 3
    file.write_text(text[: data.draw(st.integers(1, len(text) - 1))])
    with pytest.raises(InputError, match="not valid JSON"):
        read_events_file(file, prefix="td")


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


NOW = AT + timedelta(days=1)
A, A_BEFORE, B = (f"arn:aws:cloudformation:eu-west-1:1:stack/{name}" for name in ("td-a/2", "td-a/1", "td-b/1"))
NESTED = "arn:aws:cloudformation:eu-west-1:1:stack/td-a-Nested-X1/1"


def a_client() -> Any:
    return boto3.client("cloudformation", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


def listed(stack_id: str, **others: str) -> dict[str, Any]:
    name = stack_id.split("/")[-2]
    return {"StackName": name, "StackId": stack_id, "CreationTime": AT, "StackStatus": "CREATE_COMPLETE", **others}


def happened(stack_id: str, status: str, *, hour: int = 12, about: str | None = None) -> dict[str, Any]:
    """An event of a stack, about itself or about one that is nested in it."""
    name = stack_id.split("/")[-2]
    return {
        "StackId": stack_id, "EventId": f"{stack_id}-{status}-{hour}-{about}", "StackName": name,
        "LogicalResourceId": "Nested" if about else name, "PhysicalResourceId": about or stack_id,
        "ResourceType": "AWS::CloudFormation::Stack", "Timestamp": AT.replace(hour=hour), "ResourceStatus": status,
    }  # fmt: skip


def read_from(pages: list[list[dict[str, Any]]], events: dict[str, list[list[dict[str, Any]]]]) -> Any:
    """What is read where stacks are listed on these pages, and these are the pages of their events."""
    client = a_client()
    with Stubber(client) as stubber:
        for number, page in enumerate(pages):
            more = {"NextToken": str(number)} if number + 1 < len(pages) else {}
            stubber.add_response("list_stacks", {"StackSummaries": page, **more})
        for stack_id, parts in events.items():
            for number, part in enumerate(parts):
                more = {"NextToken": str(number)} if number + 1 < len(parts) else {}
                asked = {"StackName": stack_id, **({"NextToken": str(number - 1)} if number else {})}
                stubber.add_response("describe_stack_events", {"StackEvents": part, **more}, asked)
        found = read_operations(client, prefix="td-", now=NOW)
        stubber.assert_no_pending_responses()
    return found


def statuses(found: Any) -> list[str]:
    assert isinstance(found, Reading), found
    return [each.status for each in found.answer]


def test_cloudformation_is_known_for_ninety_days_and_says_so() -> None:
    there = {**happened(A, "UPDATE_COMPLETE"), "Timestamp": AT.astimezone(timezone(timedelta(hours=9)))}
    found = read_from([[listed(A)]], {A: [[there]]})
    assert isinstance(found, Reading)
    assert found.answer == (Operation(stack="td-a", status="UPDATE_COMPLETE", ended_at=AT),)
    assert found.answer[0].ended_at.tzinfo is UTC
    assert found.known == Known.throughout(AT - timedelta(days=89), NOW)
    assert (found.origin.region, found.origin.is_stated) == ("eu-west-1", True)
    assert found.origin.source == "CloudFormation events of 90 days, deleted stacks too"


def test_created_deleted_and_created_again_are_three_operations() -> None:
    before = [
        happened(A_BEFORE, "ROLLBACK_COMPLETE", hour=1), happened(A_BEFORE, "DELETE_COMPLETE", hour=2),
    ]  # fmt: skip
    found = read_from(
        [[listed(A)], [listed(A_BEFORE, StackStatus="DELETE_COMPLETE")]],
        {A: [[happened(A, "CREATE_COMPLETE", hour=3)]], A_BEFORE: [before[1:], before[:1]]},
    )
    assert statuses(found) == ["ROLLBACK_COMPLETE", "DELETE_COMPLETE", "CREATE_COMPLETE"]


def test_created_and_deleted_are_two_operations_although_the_stack_is_gone() -> None:
    ended = [happened(A, "DELETE_COMPLETE", hour=2), happened(A, "CREATE_COMPLETE", hour=1)]
    found = read_from([[listed(A, StackStatus="DELETE_COMPLETE")]], {A: [ended]})
    assert statuses(found) == ["CREATE_COMPLETE", "DELETE_COMPLETE"]


def test_a_rolled_back_deployment_with_two_nested_stacks_is_one_failure() -> None:
    of_nested = [happened(A, status, about=NESTED) for status in ("UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE")]
    found = read_from(
        [[listed(A), listed(NESTED, RootId=A, ParentId=A), listed(f"{NESTED}2", RootId=A, ParentId=NESTED)]],
        {A: [[happened(A, "UPDATE_ROLLBACK_COMPLETE"), *of_nested]]},
    )
    assert statuses(found) == ["UPDATE_ROLLBACK_COMPLETE"]


def test_what_ended_before_the_ninety_days_is_not_counted() -> None:
    old = {**happened(A, "CREATE_FAILED"), "Timestamp": NOW - timedelta(days=90, seconds=1)}
    edge = {**happened(A, "CREATE_COMPLETE"), "Timestamp": NOW - timedelta(days=90)}
    assert statuses(read_from([[listed(A)]], {A: [[edge, old]]})) == ["CREATE_COMPLETE"]


def test_an_answer_that_breaks_off_is_no_data() -> None:
    client = a_client()
    with Stubber(client) as stubber:
        stubber.add_response("list_stacks", {"StackSummaries": [listed(A)]})
        stubber.add_response(
            "describe_stack_events", {"StackEvents": [happened(A, "UPDATE_COMPLETE")], "NextToken": "1"}
        )
        stubber.add_client_error("describe_stack_events", "Throttling", "too often")
        found = read_operations(client, prefix="td-", now=NOW)
    assert isinstance(found, NoData)
    assert "Throttling" in found.reason


def test_no_operation_is_no_data_that_names_whose() -> None:
    found = read_from([[listed(A)]], {A: [[happened(A, "CREATE_IN_PROGRESS")]]})
    assert found == NoData(reason="no operation of a stack td or td-… has ended in 90 days")


def test_a_file_of_other_stacks_says_which_it_has(tmp_path: Path) -> None:
    file = written(tmp_path, {"StackEvents": [event("td2-api", "UPDATE_COMPLETE")]})
    assert read_events_file(file, prefix="td") == NoData(
        reason="no operation of a stack td or td-… has ended in events.json, which has those of td2-api"
    )


def in_file(*events: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"StackEvents": [{**each, "Timestamp": each["Timestamp"].isoformat()} for each in events], **others}


def test_in_a_file_nested_stacks_are_part_of_their_root_and_an_answer_given_twice_counts_once(tmp_path: Path) -> None:
    root = in_file(
        happened(A, "UPDATE_ROLLBACK_COMPLETE"),
        happened(A, "UPDATE_FAILED", about=NESTED),
        happened(B, "UPDATE_COMPLETE"),
    )
    nested = in_file(happened(NESTED, "UPDATE_ROLLBACK_COMPLETE"))
    found = read_events_file(written(tmp_path, [root, nested, root]), prefix="td")
    assert isinstance(found, Reading)
    assert [(each.stack, each.status) for each in found.answer] == [
        ("td-a", "UPDATE_ROLLBACK_COMPLETE"), ("td-b", "UPDATE_COMPLETE"),
    ]  # fmt: skip


def test_before_the_oldest_event_of_an_answer_with_more_pages_nothing_is_known(tmp_path: Path) -> None:
    whole = in_file(happened(A, "CREATE_COMPLETE", hour=1), happened(A, "UPDATE_COMPLETE", hour=9))
    torn = in_file(happened(B, "UPDATE_COMPLETE", hour=5), NextToken="more")
    found = read_events_file(written(tmp_path, [whole, torn]), prefix="td")
    assert isinstance(found, Reading)
    assert found.known == Known.throughout(AT.replace(hour=5), AT.replace(hour=9, second=1))


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
        (
            {"StackEvents": [], "known": {"start": "2026-11-10T12:00:00Z", "end": "2026-11-10T12:00:00Z"}},
            "known.end: must be after start",
        ),
    ],
)
def test_what_is_no_list_of_events_is_bad_input(data: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_events_file(written(tmp_path, data), prefix="td-")
