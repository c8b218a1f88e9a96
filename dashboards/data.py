"""Data: what the table is asked, how fast it answers, and whether it refuses."""

from cloudwatch.metrics import Metric
from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, Unit, in_rows, math, stat

_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "Query")


def data(deployment: Deployment) -> Dashboard:
    """The stateful part of the platform."""

    def table(name: str, *more: tuple[str, str]) -> Metric:
        dimensions = (("TableName", f"{deployment.prefix}-pipelines"), *more)
        return Metric(namespace="AWS/DynamoDB", name=name, dimensions=dimensions)

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
    panels = in_rows((7, [capacity, latency]), (6, [throttles, errors]))
    return Dashboard(name="data", title=f"{deployment.prefix}: data", panels=panels)
