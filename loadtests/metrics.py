"""A load test's own numbers as CloudWatch metrics, for the dashboard that lays both sides of a test beside each other."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from foundation.errors import InputError
from tdeveloper.metrics import LOAD_FAULTS, LOAD_LATENCY, LOAD_REQUESTS, NAMESPACE, EmittedMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

    from loadtests.result import LoadResult

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
_VALUES_COUNT, _DATA_COUNT = 150, 1_000
_SLICE_SECONDS = 10


@click.command("publish")
@click.argument("file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option("--region", required=True, help="Where the stage runs.")
def publish(file: Path, region: str) -> None:
    """Put a run's requests, faults and latencies into CloudWatch, at the times they were due."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from loadtests.result import read_result

    result = read_result(file)
    try:
        count = put_metrics(result, boto3.client("cloudwatch", region_name=region))
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"CloudWatch in {region} did not take the metrics: {error}") from error
    click.echo(f"{count} metric data of {result.started_at} put for the stage {result.stage}")


def put_metrics(result: "LoadResult", client: "CloudWatchClient") -> int:
    """Put them; how many data there were."""
    data = list(metric_data(result))
    for start in range(0, len(data), _DATA_COUNT):
        client.put_metric_data(Namespace=NAMESPACE, MetricData=cast("Any", data[start : start + _DATA_COUNT]))
    return len(data)


def metric_data(result: "LoadResult") -> Iterator[dict[str, Any]]:
    """Counts and latencies of every ten seconds, as PutMetricData takes them."""
    from loadtests.result import decode_histogram

    started_at = datetime.fromisoformat(result.started_at)
    counts: dict[int, list[int]] = {}
    for second in result.seconds:
        slice_ = counts.setdefault(second.second // _SLICE_SECONDS * _SLICE_SECONDS, [0, 0])
        slice_[0] += second.sent_count
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
        yield datum(LOAD_REQUESTS, second, Value=float(sent))
        yield datum(LOAD_FAULTS, second, Value=float(faults))
    for each in result.latencies:
        recorded = [
            (item.value_iterated_to / 1000, float(item.count_at_value_iterated_to))
            for item in decode_histogram(each.histogram).get_recorded_iterator()
            if item.count_at_value_iterated_to
        ]
        for start in range(0, len(recorded), _VALUES_COUNT):
            part = recorded[start : start + _VALUES_COUNT]
            yield datum(
                LOAD_LATENCY, each.second, Values=[value for value, _ in part], Counts=[count for _, count in part]
            )
