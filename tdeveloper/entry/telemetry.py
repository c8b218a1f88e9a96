"""Emits the catalogue's metrics as EMF log lines; CloudWatch turns the lines into metrics."""

from aws_embedded_metrics.environment.lambda_environment import LambdaEnvironment
from aws_embedded_metrics.logger.metrics_context import MetricsContext

from foundation.cloudwatch.emitted import EmittedMetric


def emit(
    metric: EmittedMetric,
    values: float | list[float],
    *,
    dimensions: dict[str, str],
    properties: dict[str, str] | None = None,
) -> None:
    """Write one EMF line; `dimensions` must be exactly the metric's own, `properties` are searchable but make no metric.

    Raises ValueError when the dimensions are others than the catalogue says.
    """
    if tuple(sorted(dimensions)) != tuple(sorted(metric.dimension_names)):
        raise ValueError(f"{metric.name} has the dimensions {metric.dimension_names}, not {tuple(dimensions)}")
    context = MetricsContext.empty()
    context.namespace = metric.namespace
    # The library's defaults would add LogGroup, ServiceName and ServiceType, each set a metric to pay for.
    context.set_dimensions([dimensions], use_default=False)
    for value in values if isinstance(values, list) else [values]:
        context.put_metric(metric.name, value, metric.unit.value)
    for name, value in (properties or {}).items():
        context.set_property(name, value)
    LambdaEnvironment().get_sink().accept(context)
