"""Agents: turns, first tokens, tokens, errors and throttles, as Bedrock and AgentCore count them."""

from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, TextPanel, Threshold, Unit, in_rows, stat
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import exact
from foundation.service.measured import own_samples
from foundation.slo.signals import SignalKind


def agents(deployment: Deployment) -> Dashboard:
    """What the models and the agents' runtimes do; sums over all of them until the platform has agents of its own."""

    def model(name: str) -> Metric:
        return Metric(namespace="AWS/Bedrock", name=name)

    def runtime(name: str) -> Metric:
        return Metric(namespace="AWS/Bedrock-AgentCore", name=name)

    first_token = GraphPanel(
        title="Time to first token",
        queries=tuple(stat(f"p{n}", model("TimeToFirstToken"), f"p{n}", f"p{n}") for n in (50, 95)),
        unit=Unit.MILLISECONDS,
        thresholds=_lines(deployment, SignalKind.AGENT_FIRST_TOKEN),
    )
    turn = GraphPanel(
        title="Full turn",
        queries=tuple(stat(f"p{n}", runtime("Latency"), f"p{n}", f"p{n}") for n in (50, 95)),
        unit=Unit.MILLISECONDS,
        thresholds=_lines(deployment, SignalKind.AGENT_TURN),
    )
    turns = GraphPanel(
        title="Turns and their errors",
        queries=(
            stat("turns", runtime("Invocations"), "Sum", "turns"),
            stat("system", runtime("SystemErrors"), "Sum", "system errors"),
            stat("user", runtime("UserErrors"), "Sum", "user errors"),
            stat("throttles", runtime("Throttles"), "Sum", "throttled"),
        ),
        unit=Unit.COUNT,
    )
    tokens = GraphPanel(
        title="Tokens",
        queries=(
            stat("input", model("InputTokenCount"), "Sum", "input"),
            stat("output", model("OutputTokenCount"), "Sum", "output"),
            stat("cached", model("CacheReadInputTokenCount"), "Sum", "read from the cache"),
        ),
        unit=Unit.COUNT,
        is_stacked=True,
    )
    invocations = GraphPanel(
        title="Models: invocations, errors, throttles",
        queries=(
            stat("invocations", model("Invocations"), "Sum", "invocations"),
            stat("server", model("InvocationServerErrors"), "Sum", "server errors"),
            stat("client", model("InvocationClientErrors"), "Sum", "client errors"),
            stat("throttles", model("InvocationThrottles"), "Sum", "throttled"),
        ),
        unit=Unit.COUNT,
    )
    memory = GraphPanel(
        title="Memory used by runtimes",
        queries=(stat("memory", runtime("MemoryUsed-GBHours"), "Sum", "all runtimes"),),
        unit=Unit.GB_HOURS,
    )
    note = TextPanel(
        title="Agents",
        markdown="Sums over all models and runtimes of the account and Region. Until the platform has "
        "agents, these panels have no data.",
    )
    panels = in_rows((2, [note]), (7, [first_token, turn]), (7, [turns, invocations]), (7, [tokens, memory]))
    return Dashboard(name="agents", title=f"{deployment.prefix}: agents", panels=panels)


def _lines(deployment: Deployment, kind: SignalKind) -> tuple[Threshold, ...]:
    return tuple(
        Threshold(value=float(samples.line.threshold), label=f"{objective.name}: {exact(samples.line.threshold)} ms")
        for objective in deployment.objectives
        for samples in own_samples(objective, deployment.objectives, kind)
    )
