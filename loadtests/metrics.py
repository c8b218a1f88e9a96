"""A load test's own numbers as CloudWatch metrics, for the dashboard that lays both sides of a test beside each other."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.putting import PutsMetricData, put_metric_data
from foundation.service.own_metrics import LoadTestMetrics
from loadtests.result import LoadResult, decode_histogram

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
_VALUES_COUNT = 150
_SLICE_SECONDS = 10


def put_metrics(result: LoadResult, metrics: LoadTestMetrics, client: PutsMetricData) -> int:
    """Put them; how many data there were."""
    return put_metric_data(metrics.requests.namespace, list(metric_data(result, metrics)), client)


def metric_data(result: LoadResult, metrics: LoadTestMetrics) -> Iterator[dict[str, Any]]:
    """Counts and latencies of every ten seconds, as PutMetricData takes them."""
    started_at = datetime.fromisoformat(result.started_at)
    counts: dict[int, list[int]] = {}
    for second in result.seconds:
        slice_ = counts.setdefault(second.second // _SLICE_SECONDS * _SLICE_SECONDS, [0, 0])
        # As a verdict counts: what was refused, or met a closing connection, is neither served nor a fault.
        slice_[0] += second.sent_count - second.refused_count - second.closing_count
        slice_[1] += second.fault_count

    def datum(metric: EmittedMetric, second: int, **values: Any) -> dict[str, Any]:
        return {
            "MetricName": metric.name,
            "Unit": metric.unit.value,
            "Dimensions": [{"Name": "Stage", "Value": result.stage}],
            "Timestamp": started_at + timedelta(seconds=second),
            **values,
        }

    for second, (sent, faults) in sorted(counts.items()):
        yield datum(metrics.requests, second, Value=float(sent))
        yield datum(metrics.faults, second, Value=float(faults))
    for each in result.latencies:
        recorded = [
            (item.value_iterated_to / 1000, float(item.count_at_value_iterated_to))
            for item in decode_histogram(each.histogram).get_recorded_iterator()
            if item.count_at_value_iterated_to
        ]
        for start in range(0, len(recorded), _VALUES_COUNT):
            part = recorded[start : start + _VALUES_COUNT]
            yield datum(
                metrics.latency, each.second, Values=[value for value, _ in part], Counts=[count for _, count in part]
            )
