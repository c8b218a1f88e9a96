"""Load test: what the client of a load test saw, and beside it what the platform did meanwhile."""

from dashboards.api import latency_lines
from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, TextPanel, Unit, in_rows, stat

_LOADED = ("api", "pipeline-step", "security-gate")


def loadtest(deployment: Deployment) -> Dashboard:
    """Both sides of a load test: rate, latency, workers and refusals on one page."""
    rest = deployment.rest_api
    loaded = [function for function in deployment.functions if function in _LOADED]
    sent = GraphPanel(
        title="Client: requests a minute, by when they were due",
        queries=(
            stat("sent", deployment.own("LoadTestRequests"), "Sum", "requests"),
            stat("faults", deployment.own("LoadTestFaults"), "Sum", "faults or no answer"),
        ),
        unit=Unit.COUNT,
    )
    waited = GraphPanel(
        title="Client: latency from when a request was due",
        queries=tuple(stat(f"p{n}", deployment.own("LoadTestLatency"), f"p{n}", f"p{n}") for n in (50, 95, 99)),
        unit=Unit.MILLISECONDS,
        thresholds=latency_lines(deployment),
    )
    rate = GraphPanel(
        title="Server: requests a minute",
        queries=(
            stat("requests", rest("Count"), "SampleCount", "requests"),
            stat("faults", rest("5XXError"), "Sum", "5xx"),
            stat("refused", rest("4XXError"), "Sum", "4xx"),
        ),
        unit=Unit.COUNT,
    )
    latency = GraphPanel(
        title="Server: latency p99, whole, integration, function",
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
        markdown="The client counts from the moment a request was due, so it is never better than the server's own numbers. "
        "`sre loadtest publish` sends a run's numbers here; a run on Fargate does so by itself.",
    )
    panels = in_rows((2, [note]), (7, [sent, rate]), (7, [waited, latency]), (6, [workers, durations]))
    return Dashboard(name="loadtest", title=f"{deployment.prefix}: load test", panels=panels)
