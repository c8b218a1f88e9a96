"""Stack operations as CloudFormation's events have them: what ended, when, and whether it ended well."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.files.documents import json_document
from foundation.files.forms import Form, Moment
from foundation.readings import Interval, Known, NoData, Origin, Reading, in_utc

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_ENDED_WELL = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})
_ENDED_BADLY = ("FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
_STACK = "AWS::CloudFormation::Stack"
# How far back events reach: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation that has ended."""

    stack: str
    status: str
    ended_at: datetime

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended complete, without rollback."""
        return self.status in _ENDED_WELL


def read_operations(
    client: "CloudFormationClient", *, prefix: str, now: datetime
) -> Reading[tuple[Operation, ...]] | NoData:
    """The ended operations on stacks whose names begin with `prefix`, in order, as far back as their events reach."""
    found: list[Operation] = []
    try:
        for page in client.get_paginator("describe_stacks").paginate():
            for stack in page["Stacks"]:
                name = stack["StackName"]
                if name.startswith(prefix):
                    for events in client.get_paginator("describe_stack_events").paginate(StackName=name):
                        found += _ended(events["StackEvents"])
    except (ClientError, BotoCoreError) as error:
        return NoData(reason=str(aws_error("CloudFormation", error)))
    asked = Interval(start_at=now - _KEPT, end_at=now)
    origin = Origin(
        source="CloudFormation events",
        region=client.meta.region_name,
        read_at=now,
        delay=timedelta(0),
        is_stated=True,
        notes=(),
    )
    return _in_order(found, prefix, asked, origin)


class _Event(Form, extra="ignore"):
    StackName: str
    LogicalResourceId: str
    ResourceType: str
    ResourceStatus: str
    Timestamp: Moment


class _Events(Form, extra="ignore"):
    StackEvents: list[_Event]


def read_events_file(file: Path, *, prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
    """The same from a file as `aws cloudformation describe-stack-events` prints it; several of its answers may be one list.

    Known is what lies between the first and the last of its events, whatever they are about: it does not say what was asked.
    Raises InputError for what is none.
    """
    with json_document(file) as document:
        paths = document.items() if isinstance(document.data, list) else ((),)
        answers = [document.read(_Events, path) for path in paths]
    events = [event.model_dump() for answer in answers if answer is not None for event in answer.StackEvents]
    if not events:
        return _nothing(prefix)
    times = [event["Timestamp"] for event in events]
    asked = Interval(start_at=min(times), end_at=max(times) + timedelta(seconds=1))
    origin = Origin(
        source=f"events of {file.name}", region=None, read_at=None, delay=timedelta(0), is_stated=False, notes=()
    )
    return _in_order([each for each in _ended(events) if each.stack.startswith(prefix)], prefix, asked, origin)


def to_events(operations: Iterable[Operation]) -> str:
    """Operations as such a file, one event for each."""
    events = [
        {
            "StackName": each.stack, "LogicalResourceId": each.stack, "ResourceType": _STACK, "ResourceStatus": each.status,
            "Timestamp": each.ended_at.isoformat(),
        }
        for each in operations
    ]  # fmt: skip
    return json.dumps({"StackEvents": events}, indent=2) + "\n"


def _ended(events: Iterable[Mapping[str, Any]]) -> list[Operation]:
    """Only a stack's own events end an operation; its resources have events of the same words."""
    return [
        Operation(stack=event["StackName"], status=event["ResourceStatus"], ended_at=in_utc(event["Timestamp"]))
        for event in events
        if event["ResourceType"] == _STACK
        and event["LogicalResourceId"] == event["StackName"]
        and (event["ResourceStatus"] in _ENDED_WELL or event["ResourceStatus"].endswith(_ENDED_BADLY))
    ]


def _in_order(
    found: list[Operation], prefix: str, asked: Interval, origin: Origin
) -> Reading[tuple[Operation, ...]] | NoData:
    if not found:
        return _nothing(prefix)
    return Reading(
        asked=asked,
        known=Known.throughout(asked.start_at, asked.end_at),
        resolution_seconds=1,
        origin=origin,
        answer=tuple(sorted(found, key=lambda each: (each.ended_at, each.stack))),
    )


def _nothing(prefix: str) -> NoData:
    return NoData(reason=f"no operation of a stack {prefix}* has ended")
