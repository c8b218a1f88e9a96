"""A load test's own numbers as CloudWatch metrics, for the dashboard that lays both sides of a test beside each other."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from foundation.cloudwatch.datum import MAX_VALUES_A_DATUM, problem_of
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.putting import Put, PutsMetricData, put_metric_data
from foundation.errors import InputError
from foundation.service.own_metrics import LoadTestMetrics
from loadtests.result import LoadResult, decode_histogram, recorded

_SLICE_SECONDS = 10


class ReadsStatistics(Protocol):
    """What statistics are asked of: boto3's client of CloudWatch."""

    def get_metric_statistics(self, **request: Any) -> Any:
        """The datapoints of one metric."""
        ...


def put_metrics(result: LoadResult, metrics: LoadTestMetrics, client: PutsMetricData) -> Put:
    """Put them once: a second time would double every sum."""
    return put_metric_data(metrics.requests.namespace, list(metric_data(result, metrics)), client)


def check_puttable(result: LoadResult, metrics: LoadTestMetrics, *, now: datetime) -> None:
    """Raise InputError unless CloudWatch takes all of a result, such as that it is no more than two weeks old."""
    problems = (problem_of(metrics.requests.namespace, each, now=now) for each in metric_data(result, metrics))
    found = tuple(dict.fromkeys(problem for problem in problems if problem is not None))
    if found:
        more = (f"and {len(found) - 3} more",) if len(found) > 3 else ()
        raise InputError("CloudWatch would not take all of it, so nothing is put:", (*found[:3], *more))


def are_there(result: LoadResult, metrics: LoadTestMetrics, client: ReadsStatistics) -> bool:
    """Whether CloudWatch has requests of a load test on this stage in these minutes; what was put is there within some.

    Asked are the minutes that are the test's own, since another may have ended in its first one; all, where it has none.
    """
    began, ended = datetime.fromisoformat(result.started_at), datetime.fromisoformat(result.ended_at)
    first, last = _minute(began + timedelta(seconds=59)), _minute(ended)
    if first >= last:
        first, last = _minute(began), last + timedelta(minutes=1)
    found = client.get_metric_statistics(
        Namespace=metrics.requests.namespace,
        MetricName=metrics.requests.name,
        Dimensions=[{"Name": "Stage", "Value": result.stage}],
        StartTime=first,
        EndTime=last,
        # Minutes are kept for as long as a datum may be put, and one answer holds a day of them.
        Period=60 if ended - began < timedelta(hours=20) else 3_600,
        Statistics=["SampleCount"],
    )
    return bool(found["Datapoints"])


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
        values = [(us / 1000, float(count)) for us, count in recorded(decode_histogram(each.histogram))]
        for start in range(0, len(values), MAX_VALUES_A_DATUM):
            part = values[start : start + MAX_VALUES_A_DATUM]
            yield datum(
                metrics.latency, each.second, Values=[value for value, _ in part], Counts=[count for _, count in part]
            )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
