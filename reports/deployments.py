"""Stack operations as CloudFormation's events have them: what ended, when, and whether it ended well.

A deployment is an operation of a root stack: those of the stacks that are nested in it are part of it. Stacks are told by
their ids, since a stack that was created again has the name of the one before.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from foundation.aws_errors import aws_error
from foundation.cloudwatch.names import is_stack_of
from foundation.files.documents import json_document
from foundation.files.forms import Form, Moment
from foundation.readings import Interval, Known, NoData, Origin, Reading, in_utc

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_ENDED_WELL = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})
_ENDED_BADLY = ("FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
_STACK = "AWS::CloudFormation::Stack"
# How long a deleted stack is listed, and how far back events reach:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
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


Operations = Reading[tuple[Operation, ...]]


def read_operations(client: "CloudFormationClient", *, prefix: str, now: datetime) -> Operations | NoData:
    """The operations that ended on the root stacks that `prefix` stands for, deleted ones too, in order; 90 days back.

    An answer that breaks off is no data.
    """
    names: dict[str, str] = {}
    found: list[_Event] = []
    try:
        for page in client.get_paginator("list_stacks").paginate():
            for stack in page["StackSummaries"]:
                name = stack["StackName"]
                if is_stack_of(prefix, name) and not stack.get("RootId") and not stack.get("ParentId"):
                    names[stack.get("StackId") or name] = name
        for stack_id in names:
            for events in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
                found += (_Event.model_validate(event) for event in events["StackEvents"])
    except (ClientError, BotoCoreError) as error:
        return NoData(reason=str(aws_error("CloudFormation", error)))
    except ValidationError as error:
        return NoData(reason=f"CloudFormation answered with an event that is none: {error.errors()[0]['loc']}")
    asked = Interval(start_at=now - _KEPT, end_at=now)
    origin = Origin(
        source="CloudFormation events of 90 days, deleted stacks too",
        region=client.meta.region_name,
        read_at=now,
        delay=timedelta(0),
        is_stated=True,
        notes=(),
    )
    ended = [each for each in _ended(found) if asked.start_at <= each.ended_at]
    if not ended:
        return NoData(reason=f"{_nothing(prefix)} in 90 days")
    return _in_order(ended, asked, Known.throughout(asked.start_at, asked.end_at), origin)


class _Event(Form, extra="ignore"):
    StackName: str
    LogicalResourceId: str
    ResourceType: str
    ResourceStatus: str
    Timestamp: Moment
    StackId: str | None = None
    EventId: str | None = None
    PhysicalResourceId: str | None = None

    @property
    def is_of_another_stack(self) -> bool:
        """Whether it is about a stack that is nested in its own."""
        there = self.PhysicalResourceId or ""
        return self.ResourceType == _STACK and there.startswith("arn:") and there != self.StackId


class _Span(Form):
    """What a recording says that it knows."""

    start: Moment
    end: Moment


class _Events(Form, extra="ignore"):
    StackEvents: list[_Event]
    NextToken: str | None = None
    known: _Span | None = None


def read_events_file(file: Path, *, prefix: str) -> Operations | NoData:
    """The same from a file as `aws cloudformation describe-stack-events` prints it; several of its answers may be one list.

    A file of `sre report weekly --record` states what it knows. Of another, known is what lies between its first and its last
    event, whatever they are about, and before the oldest event of an answer that has a NextToken nothing is.
    Raises InputError for what is none.
    """
    with json_document(file) as document:
        paths = document.items() if isinstance(document.data, list) else ((),)
        answers = [each for path in paths if (each := document.read(_Events, path)) is not None]
        for path, answer in zip(paths, answers, strict=False):
            if answer.known is not None and answer.known.start >= answer.known.end:
                document.problem((*path, "known", "end"), "must be after start")
    events = [event for answer in answers for event in answer.StackEvents]
    ended = _ended(events)
    of_ours = [each for each in ended if is_stack_of(prefix, each.stack)]
    if not of_ours:
        others = ", ".join(sorted({each.stack for each in ended})[:5])
        return NoData(
            reason=f"{_nothing(prefix)} in {file.name}" + (f", which has those of {others}" if others else "")
        )
    asked, known = _known(answers)
    origin = Origin(
        source=f"events of {file.name}",
        region=None,
        read_at=None,
        delay=timedelta(0),
        is_stated=all(each.known is not None for each in answers),
        notes=(),
    )
    return _in_order(of_ours, asked, known, origin)


def to_events(operations: Operations) -> str:
    """Operations as such a file, one event for each, with what is known of them."""
    events = [
        {
            "EventId": str(number), "StackName": each.stack, "LogicalResourceId": each.stack, "ResourceType": _STACK,
            "ResourceStatus": each.status, "Timestamp": each.ended_at.isoformat(),
        }
        for number, each in enumerate(operations.answer)
    ]  # fmt: skip
    match operations.known.intervals:
        case (span,) if operations.origin.is_stated:
            known = {"known": {"start": span.start_at.isoformat(), "end": span.end_at.isoformat()}}
        case _:
            # What is inferred, or has a hole, is inferred again, of less.
            known = {}
    return json.dumps({**known, "StackEvents": events}, indent=2) + "\n"


def _known(answers: Sequence[_Events]) -> tuple[Interval, Known]:
    """What the answers are about, and what of it is known."""
    stated = [each.known for each in answers if each.known is not None]
    if len(stated) == len(answers):
        known = Known.of(Interval(start_at=each.start, end_at=each.end).span for each in stated)
        return Interval(start_at=min(each.start for each in stated), end_at=max(each.end for each in stated)), known
    times = [event.Timestamp for answer in answers for event in answer.StackEvents]
    torn = (each.StackEvents for each in answers if each.NextToken)
    oldest = [min(event.Timestamp for event in events) for events in torn if events]
    asked = Interval(start_at=max([min(times), *oldest]), end_at=max(times) + timedelta(seconds=1))
    return asked, Known.of([asked.span])


def _ended(events: Iterable[_Event]) -> list[Operation]:
    """Only a root stack's own events end an operation, each once; its resources have events of the same words."""
    every = list(events)
    nested = {each.PhysicalResourceId for each in every if each.is_of_another_stack}
    found = {
        (each.EventId, each.StackId, each.StackName, each.ResourceStatus, each.Timestamp): Operation(
            stack=each.StackName, status=each.ResourceStatus, ended_at=in_utc(each.Timestamp)
        )
        for each in every
        if each.ResourceType == _STACK
        and each.LogicalResourceId == each.StackName
        and not each.is_of_another_stack
        and not (each.StackId and each.StackId in nested)
        and (each.ResourceStatus in _ENDED_WELL or each.ResourceStatus.endswith(_ENDED_BADLY))
    }
    return list(found.values())


def _in_order(found: Sequence[Operation], asked: Interval, known: Known, origin: Origin) -> Operations:
    return Reading(
        asked=asked,
        known=known,
        resolution_seconds=1,
        origin=origin,
        answer=tuple(sorted(found, key=lambda each: (each.ended_at, each.stack))),
    )


def _nothing(prefix: str) -> str:
    whole = prefix.rstrip("-")
    return f"no operation of a stack {whole} or {whole}-… has ended"
