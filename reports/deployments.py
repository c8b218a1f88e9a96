"""Stack operations as CloudFormation's events tell them: what ended, when, and whether it ended well."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from slo.error_budget import NoData

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_ENDED_WELL = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})
_ENDED_BADLY = ("FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


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
                if not name.startswith(prefix):
                    continue
                for events in client.get_paginator("describe_stack_events").paginate(StackName=name):
                    for event in events["StackEvents"]:
                        # Only the stack's own events end an operation; its resources have events of the same words.
                        own = (
                            event["ResourceType"] == "AWS::CloudFormation::Stack" and event["LogicalResourceId"] == name
                        )
                        status = event["ResourceStatus"]
                        if own and (status in _ENDED_WELL or status.endswith(_ENDED_BADLY)):
                            found.append(Operation(stack=name, status=status, ended_at=event["Timestamp"]))
    except (ClientError, BotoCoreError) as error:
        return NoData(reason=f"CloudFormation could not be read: {error}")
    if not found:
        return NoData(reason=f"no operation of a stack {prefix}* has ended")
    return tuple(sorted(found, key=lambda each: each.ended_at))
