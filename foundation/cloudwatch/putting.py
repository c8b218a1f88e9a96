"""Puts metric data to CloudWatch: what it would refuse is left out and said, the rest goes in as few calls as it takes.

What is put is added to what is there, and a call has no identity by which a second one could be told: nothing here is put again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

from foundation.cloudwatch.datum import batches, problem_of

# By these CloudWatch says that a call has something wrong in it; nothing of such a call is stored.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html#API_PutMetricData_Errors
_WRONG = frozenset(
    {
        "InvalidParameterValue", "InvalidParameterCombination", "MissingParameter", "ValidationError", "ValidationException",
        "InvalidParameterValueException", "InvalidParameterCombinationException", "MissingRequiredParameterException",
        "RequestEntityTooLarge",
    }
)  # fmt: skip


class PutsMetricData(Protocol):
    """What takes metric data: boto3's client of CloudWatch."""

    def put_metric_data(self, *, Namespace: str, MetricData: Any) -> object:  # noqa: N803 - boto3's names
        """Put some."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """How many data were put, and why each of the others was not."""

    put_count: int
    refused: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was left out, in words; empty where nothing was."""
        if not self.refused:
            return ""
        reasons = list(dict.fromkeys(self.refused))
        more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        return f"{len(self.refused)} metric data were not put: {'; '.join(reasons[:3])}{more}"


def put_metric_data(
    namespace: str, data: Sequence[dict[str, Any]], client: PutsMetricData, *, now: datetime | None = None
) -> Put:
    """Put all that CloudWatch takes. Raises what the client raises, but for a datum that CloudWatch itself finds wrong."""
    at = now or datetime.now(UTC)
    problems = [problem_of(namespace, datum, now=at) for datum in data]
    refused = [problem for problem in problems if problem is not None]
    good = [datum for datum, problem in zip(data, problems, strict=True) if problem is None]
    put_count = 0
    for batch in batches(good):
        done = _put(namespace, batch, client)
        put_count += done.put_count
        refused += done.refused
    return Put(put_count=put_count, refused=tuple(refused))


def _put(namespace: str, batch: list[dict[str, Any]], client: PutsMetricData) -> Put:
    """Put a batch; one with something wrong in it by halves, down to the datum that is wrong."""
    try:
        client.put_metric_data(Namespace=namespace, MetricData=batch)
    except ClientError as error:
        told: Any = error.response.get("Error", {})
        if told.get("Code") not in _WRONG:
            raise
        if len(batch) == 1:
            return Put(put_count=0, refused=(f"{namespace} {batch[0]['MetricName']}: {told.get('Message', '')}",))
        middle = len(batch) // 2
        first, second = _put(namespace, batch[:middle], client), _put(namespace, batch[middle:], client)
        return Put(put_count=first.put_count + second.put_count, refused=(*first.refused, *second.refused))
    return Put(put_count=len(batch))
