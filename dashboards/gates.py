"""Gates: how many run, how they end, how long they take, and what they find. Every metric that the gates emit is here."""

from dashboards.context import Deployment
from dashboards.model import Dashboard, GraphPanel, Panel, TextPanel, Unit, in_rows, stat
from foundation.cloudwatch.metrics import Metric

_OUTCOMES = ("passed", "rejected", "inconclusive", "refused", "failed")
_SEVERITIES = ("HIGH", "MEDIUM", "LOW")
_PIPELINE_OUTCOMES = ("passed", "rejected", "inconclusive", "failed")


def gates(deployment: Deployment) -> Dashboard:
    """What happens to a pipeline."""
    pipelines = GraphPanel(
        title="Pipelines accepted",
        queries=(stat("accepted", deployment.own("PipelinesAccepted"), "Sum", "accepted"),),
        unit=Unit.COUNT,
    )
    durations = GraphPanel(
        title="Pipeline duration, p95 by outcome",
        queries=tuple(
            stat(outcome, deployment.own("PipelineDuration", Outcome=outcome), "p95", outcome)
            for outcome in _PIPELINE_OUTCOMES
        ),
        unit=Unit.MILLISECONDS,
    )
    executions = GraphPanel(
        title="State machine",
        queries=tuple(
            stat(name.lower(), _machine(deployment, f"Executions{name}"), "Sum", name.lower())
            for name in ("Started", "Succeeded", "Failed", "TimedOut")
        ),
        unit=Unit.COUNT,
    )
    note = TextPanel(
        title="Gates",
        markdown="Only what the platform measures has a panel: no gate of it emits a quality score or coverage, and no "
        "metric carries the cost of a pipeline.",
    )
    rows: list[tuple[int, list[Panel]]] = [(2, [note]), (6, [pipelines, durations, executions])]
    rows += [(6, _of_gate(deployment, gate)) for gate in deployment.gates]
    return Dashboard(name="gates", title=f"{deployment.prefix}: gates", panels=in_rows(*rows))


def _of_gate(deployment: Deployment, gate: str) -> list[Panel]:
    own = deployment.own
    return [
        GraphPanel(
            title=f"{gate} gate: executions",
            queries=tuple(
                stat(outcome, own("GateExecutions", Gate=gate, Outcome=outcome), "Sum", outcome)
                for outcome in _OUTCOMES
            ),
            unit=Unit.COUNT,
            is_stacked=True,
        ),
        GraphPanel(
            title=f"{gate} gate: duration",
            queries=tuple(stat(f"p{n}", own("GateDuration", Gate=gate), f"p{n}", f"p{n}") for n in (50, 95)),
            unit=Unit.MILLISECONDS,
        ),
        GraphPanel(
            title=f"{gate} gate: findings",
            queries=tuple(
                stat(severity.lower(), own("GateFindings", Gate=gate, Severity=severity), "Sum", severity.lower())
                for severity in _SEVERITIES
            ),
            unit=Unit.COUNT,
            is_stacked=True,
        ),
        GraphPanel(
            title=f"{gate} gate: size of archives",
            queries=tuple(stat(f"p{n}", own("ArchiveSize", Gate=gate), f"p{n}", f"p{n}") for n in (50, 95)),
            unit=Unit.BYTES,
        ),
    ]


def _machine(deployment: Deployment, name: str) -> Metric:
    dimensions = (("StateMachineArn", deployment.state_machine_arn),)
    return Metric(namespace="AWS/States", name=name, dimensions=dimensions)
