"""How many stack operations have ended, and how many of those failed or were rolled back."""

from datetime import UTC, datetime

import boto3

from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from reports.deployments import read_operations


def stack_operations(session: boto3.Session, *, endpoint: str | None, prefix: str) -> Counts | NoData:
    """Count the ended operations on stacks whose names begin with `prefix`, as far back as their events reach."""
    found = read_operations(
        session.client("cloudformation", endpoint_url=endpoint), prefix=prefix, now=datetime.now(UTC)
    )
    if isinstance(found, NoData):
        return found
    return Counts(total_count=len(found.answer), bad_count=sum(not each.has_succeeded for each in found.answer))
