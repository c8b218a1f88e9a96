"""Data: what the table is asked, how fast it answers, and whether it refuses."""

from datetime import timedelta

from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, TextPanel, Unit, in_rows, math, stat
from foundation.cloudwatch import name_limits
from foundation.cloudwatch.metrics import Metric

_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "Query")


def data(deployment: Deployment) -> Dashboard:
    """The stateful part of the platform."""

    def table(name: str, *more: tuple[str, str]) -> Metric:
        dimensions = (("TableName", deployment.scope.named(name_limits.TABLE, "pipelines")), *more)
        return Metric(namespace="AWS/DynamoDB", name=name, dimensions=dimensions)

    def bucket(name: str, storage: str) -> Metric:
        dimensions = (("BucketName", deployment.archives_bucket), ("StorageType", storage))
        return Metric(namespace="AWS/S3", name=name, dimensions=dimensions)

    capacity = GraphPanel(
        title="Capacity used a second",
        queries=(
            stat("read_units", table("ConsumedReadCapacityUnits"), "Sum", "read", shown=False),
            stat("write_units", table("ConsumedWriteCapacityUnits"), "Sum", "write", shown=False),
            math("read", "FILL(read_units, 0) / PERIOD(read_units)", "read units a second"),
            math("write", "FILL(write_units, 0) / PERIOD(write_units)", "write units a second"),
        ),
        unit=Unit.COUNT,
    )
    latency = GraphPanel(
        title="Latency by operation, on average",
        queries=tuple(
            stat(operation.lower(), table("SuccessfulRequestLatency", ("Operation", operation)), "Average", operation)
            for operation in _OPERATIONS
        ),
        unit=Unit.MILLISECONDS,
    )
    throttles = GraphPanel(
        title="Throttles",
        queries=(
            stat("reads", table("ReadThrottleEvents"), "Sum", "reads"),
            stat("writes", table("WriteThrottleEvents"), "Sum", "writes"),
        ),
        unit=Unit.COUNT,
        is_stacked=True,
    )
    errors = GraphPanel(
        title="System errors by operation",
        queries=tuple(
            stat(operation.lower(), table("SystemErrors", ("Operation", operation)), "Sum", operation)
            for operation in _OPERATIONS
        ),
        unit=Unit.COUNT,
    )
    size = GraphPanel(
        title="Size of archives and results",
        queries=(stat("size", bucket("BucketSizeBytes", "StandardStorage"), "Average", "size", period_seconds=86_400),),
        unit=Unit.BYTES,
        over=timedelta(days=28),
    )
    objects = GraphPanel(
        title="Archives and results",
        queries=(
            stat("objects", bucket("NumberOfObjects", "AllStorageTypes"), "Average", "objects", period_seconds=86_400),
        ),
        unit=Unit.COUNT,
        over=timedelta(days=28),
    )
    note = TextPanel(
        title="Data",
        markdown="The platform keeps all its state in one table. The bucket's request metrics are paid for and off; its "
        "size is reported once a day. There is no cache and no other database.",
    )
    panels = in_rows((2, [note]), (7, [capacity, latency]), (6, [throttles, errors]), (6, [size, objects]))
    return Dashboard(name="data", title=f"{deployment.prefix}: data", panels=panels)
