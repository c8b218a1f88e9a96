"""Puts metric data to CloudWatch, as many at once as it takes."""

from collections.abc import Sequence
from typing import Any, Protocol

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
_DATA_COUNT = 1_000


class PutsMetricData(Protocol):
    """What takes metric data: boto3's client of CloudWatch."""

    def put_metric_data(self, *, Namespace: str, MetricData: Any) -> object:  # noqa: N803 - boto3's names
        """Put some."""
        ...


def put_metric_data(namespace: str, data: Sequence[dict[str, Any]], client: PutsMetricData) -> int:
    """Put all of them; how many there were. Raises what the client raises."""
    for start in range(0, len(data), _DATA_COUNT):
        client.put_metric_data(Namespace=namespace, MetricData=data[start : start + _DATA_COUNT])
    return len(data)
