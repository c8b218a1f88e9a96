"""Stack operations as CloudFormation's events have them: what ended, when, and whether it ended well."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.files.documents import json_document
from foundation.files.forms import Form, Moment
from foundation.readings import NoData

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_ENDED_WELL = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})
_ENDED_BADLY = ("FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
_STACK = "AWS::CloudFormation::Stack"


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


def read_operations(client: "CloudFormationClient", *, prefix: str) -> tuple[Operation, ...] | NoData:
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
    return _in_order(found, prefix)


class _Event(Form, extra="ignore"):
    StackName: str
    LogicalResourceId: str
    ResourceType: str
    ResourceStatus: str
    Timestamp: Moment


class _Events(Form, extra="ignore"):
    StackEvents: list[_Event]


def read_events_file(file: Path, *, prefix: str) -> tuple[Operation, ...] | NoData:
    """The same from a file as `aws cloudformation describe-stack-events` prints it; several of its answers may be one list.

    Raises InputError for what is none.
    """
    with json_document(file) as document:
        paths = document.items() if isinstance(document.data, list) else ((),)
        answers = [document.read(_Events, path) for path in paths]
    events = (event.model_dump() for answer in answers if answer is not None for event in answer.StackEvents)
    return _in_order([each for each in _ended(events) if each.stack.startswith(prefix)], prefix)


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
        Operation(stack=event["StackName"], status=event["ResourceStatus"], ended_at=event["Timestamp"])
        for event in events
        if event["ResourceType"] == _STACK
        and event["LogicalResourceId"] == event["StackName"]
        and (event["ResourceStatus"] in _ENDED_WELL or event["ResourceStatus"].endswith(_ENDED_BADLY))
    ]


def _in_order(found: list[Operation], prefix: str) -> tuple[Operation, ...] | NoData:
    if not found:
        return NoData(reason=f"no operation of a stack {prefix}* has ended")
    return tuple(sorted(found, key=lambda each: (each.ended_at, each.stack)))
