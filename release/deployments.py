"""Stack operations as CloudFormation tells them: how many ended, and how many of those failed or were rolled back."""

from typing import TYPE_CHECKING

from slo.error_budget import Counts, NoData

if TYPE_CHECKING:
    import boto3

_ENDED_WELL = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})
_ENDED_BADLY = ("FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


def stack_operations(session: "boto3.Session", *, endpoint: str | None, prefix: str) -> Counts | NoData:
    """Count the ended operations on stacks whose names begin with `prefix`, as far back as their events reach."""
    from botocore.exceptions import BotoCoreError, ClientError

    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    good = bad = 0
    try:
        for page in cloudformation.get_paginator("describe_stacks").paginate():
            for stack in page["Stacks"]:
                if not stack["StackName"].startswith(prefix):
                    continue
                events = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack["StackName"])
                for event in (event for events_page in events for event in events_page["StackEvents"]):
                    # Only the stack's own events end an operation; its resources have events of the same words.
                    if (
                        event["ResourceType"] != "AWS::CloudFormation::Stack"
                        or event["LogicalResourceId"] != stack["StackName"]
                    ):
                        continue
                    status = event["ResourceStatus"]
                    good += status in _ENDED_WELL
                    bad += status not in _ENDED_WELL and status.endswith(_ENDED_BADLY)
    except (ClientError, BotoCoreError) as error:
        return NoData(reason=f"CloudFormation could not be read: {error}")
    if good + bad == 0:
        return NoData(reason=f"no operation of a stack {prefix}* has ended")
    return Counts(total_count=good + bad, bad_count=bad)
