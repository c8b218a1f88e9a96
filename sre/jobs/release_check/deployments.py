"""How many stack operations have ended, and how many of those failed or were rolled back."""

from datetime import datetime

import boto3

from foundation.aws_errors import patient
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from reports.deployments import read_operations


def stack_operations(session: boto3.Session, *, endpoint: str | None, prefix: str, now: datetime) -> Counts | NoData:
    """Count the operations of the last 90 days that ended on the stacks that `prefix` stands for, deleted ones too."""
    client = session.client("cloudformation", endpoint_url=endpoint, config=patient())
    found = read_operations(client, prefix=prefix, now=now)
    if isinstance(found, NoData):
        return found
    return Counts(total_count=len(found.answer), bad_count=sum(not each.has_succeeded for each in found.answer))
