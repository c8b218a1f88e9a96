"""API: requests, their latency against the objective, their errors, and the WebSocket beside them."""

from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, LogsPanel, Panel, Threshold, Unit, in_rows, math, stat
from foundation.pages.numbers import exact, exact_percent
from foundation.service.measured import own_samples, own_signals
from foundation.slo.model import BudgetedObjective
from foundation.slo.signals import SignalKind


def api(deployment: Deployment) -> Dashboard:
    """What the callers of the API see."""
    rest, websocket = deployment.rest_api, deployment.websocket_api
    requests = GraphPanel(
        title="Requests",
        queries=(stat("requests", rest("Count"), "SampleCount", "requests"),),
        unit=Unit.COUNT,
    )
    latency = GraphPanel(
        title="Latency",
        queries=tuple(
            stat(f"p{percent}", rest("Latency"), f"p{percent}", f"p{percent}") for percent in (50, 95, 99)
        ),
        unit=Unit.MILLISECONDS,
        thresholds=latency_lines(deployment),
    )  # fmt: skip
    behind = GraphPanel(
        title="Latency of the integration",
        queries=(stat("integration", rest("IntegrationLatency"), "p99", "p99"),),
        unit=Unit.MILLISECONDS,
    )
    rate = GraphPanel(
        title="Error rate",
        queries=(
            stat("requests", rest("Count"), "SampleCount", "requests", shown=False),
            stat("faults", rest("5XXError"), "Sum", "5xx", shown=False),
            math("rate", "100 * FILL(faults, 0) / requests", "5xx of all requests"),
        ),
        unit=Unit.PERCENT,
        thresholds=_error_lines(deployment),
    )
    errors = GraphPanel(
        title="Errors",
        queries=(stat("clients", rest("4XXError"), "Sum", "4xx"), stat("servers", rest("5XXError"), "Sum", "5xx")),
        unit=Unit.COUNT,
        is_stacked=True,
    )
    connections = GraphPanel(
        title="WebSocket: connections and messages",
        queries=(
            stat("connects", websocket("ConnectCount"), "Sum", "connections"),
            stat("messages", websocket("MessageCount"), "Sum", "messages"),
            stat("pushed", deployment.own("ProgressEventsPushed"), "Sum", "progress events pushed"),
        ),
        unit=Unit.COUNT,
    )
    broken = GraphPanel(
        title="WebSocket: errors",
        queries=tuple(
            stat(id_, websocket(name), "Sum", label)
            for id_, name, label in (
                ("clients", "ClientError", "of clients"),
                ("integration", "IntegrationError", "of the integration"),
                ("execution", "ExecutionError", "in calling it"),
            )
        ),
        unit=Unit.COUNT,
        is_stacked=True,
    )
    functions = GraphPanel(
        title="Functions: throttles and errors",
        queries=tuple(
            stat(
                f"{name.lower()}_{function.replace('-', '_')}",
                deployment.function(function, name),
                "Sum",
                f"{function} {name.lower()}",
            )
            for function in deployment.functions
            for name in ("Errors", "Throttles")
        ),
        unit=Unit.COUNT,
    )
    rows: list[tuple[int, list[Panel]]] = [
        (7, [requests, latency]), (6, [rate, errors, behind]), (6, [connections, broken, functions]), (6, [_failures(deployment)])
    ]  # fmt: skip
    return Dashboard(name="api", title=f"{deployment.prefix}: API", panels=in_rows(*rows))


def _failures(deployment: Deployment) -> LogsPanel:
    return LogsPanel(
        title="Last failures in the functions' logs",
        log_groups=tuple(deployment.log_groups.values()),
        query="fields @timestamp, @log, @message | filter @message like /ERROR|Traceback|Task timed out/ "
        "| sort @timestamp desc | limit 20",
    )


def latency_lines(deployment: Deployment) -> tuple[Threshold, ...]:
    """The lines of the objectives on the API's latency."""
    return tuple(
        Threshold(value=float(samples.line.threshold), label=f"{objective.name}: {exact(samples.line.threshold)} ms")
        for objective in deployment.objectives
        for samples in own_samples(objective, deployment.objectives, SignalKind.API_LATENCY)
    )


def _error_lines(deployment: Deployment) -> tuple[Threshold, ...]:
    return tuple(
        Threshold(
            value=float(100 * objective.budget_ratio),
            label=f"{objective.name}: {exact_percent(objective.budget_ratio)}",
        )
        for objective in deployment.objectives
        if isinstance(objective, BudgetedObjective)
        and own_signals(objective, deployment.objectives, SignalKind.API_FAULTS)
    )
