"""Load test: what the platform does while it is loaded, to be laid beside the load test's own page."""

from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, TextPanel, Unit, in_rows, stat

_LOADED = ("api", "pipeline-step", "security-gate")


def loadtest(deployment: Deployment) -> Dashboard:
    """The server's side of a load test: rate, latency, workers and refusals on one page."""
    rest = deployment.rest_api
    loaded = [function for function in deployment.functions if function in _LOADED]
    rate = GraphPanel(
        title="Requests a minute",
        queries=(
            stat("requests", rest("Count"), "SampleCount", "requests"),
            stat("faults", rest("5XXError"), "Sum", "5xx"),
            stat("refused", rest("4XXError"), "Sum", "4xx"),
        ),
        unit=Unit.COUNT,
    )
    latency = GraphPanel(
        title="Latency p99: whole, integration, function",
        queries=(
            stat("whole", rest("Latency"), "p99", "whole"),
            stat("integration", rest("IntegrationLatency"), "p99", "integration"),
            stat("inside", deployment.function("api", "Duration"), "p99", "function"),
        ),
        unit=Unit.MILLISECONDS,
    )
    workers = GraphPanel(
        title="Functions running at once",
        queries=tuple(
            stat(function.replace("-", "_"), deployment.function(function, "ConcurrentExecutions"), "Maximum", function)
            for function in loaded
        ),
        unit=Unit.COUNT,
    )
    durations = GraphPanel(
        title="Duration of functions, p99",
        queries=tuple(
            stat(function.replace("-", "_"), deployment.function(function, "Duration"), "p99", function)
            for function in loaded
        ),
        unit=Unit.MILLISECONDS,
    )
    note = TextPanel(
        title="Load test",
        markdown="The client's side is on the page that `sre check` writes: it counts from the moment a request "
        "was due, so it is never better than what stands here.",
    )
    panels = in_rows((2, [note]), (7, [rate, latency]), (6, [workers, durations]))
    return Dashboard(name="loadtest", title=f"{deployment.prefix}: load test", panels=panels)
