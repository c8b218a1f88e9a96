"""Load test: what the client of a load test saw, and beside it the panels that are to be looked at under load."""

from dashboards.context import Deployment
from dashboards.from_templates import panels_of, thresholds_of
from dashboards.model import Dashboard, GraphPanel, TextPanel, stat
from dashboards.placing import SizedPanel, dashboards_of
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metrics import Metric
from foundation.service.objective_lines import objective_lines
from foundation.service.own_metrics import LoadTestMetrics
from foundation.service.panels import GraphTemplate, PanelPlace, Unit

LOAD_TEST = "loadtest"
_NOTE = (
    "The client counts from the moment a request was due, so it is never better than the server's own numbers. "
    "`sre loadtest publish` sends a run's numbers here; a run on Fargate does so by itself."
)
_WIDE, _HALF = PanelPlace(width=24, height=2), PanelPlace(width=12, height=7)


def loadtest(deployment: Deployment) -> tuple[Dashboard, ...]:
    """Both sides of a load test on one page; none of a service that has none, or records nothing itself."""
    if deployment.own is None or not deployment.has_load_test:
        return ()
    client = _client(deployment.own.load_test, deployment)
    of_pages = [(template, ()) for page in deployment.pages for template in page.panels]
    of_kinds = [(template, kind.resources) for kind in deployment.kinds for template in kind.panels]
    server = [
        panel
        for template, resources in (*of_pages, *of_kinds)
        if isinstance(template, GraphTemplate) and template.is_under_load
        for panel in panels_of(template, deployment, resources)
    ]
    note = SizedPanel(panel=TextPanel(title="Load test", markdown=_NOTE), place=_WIDE)
    return dashboards_of(LOAD_TEST, f"{deployment.prefix}: load test", [note, *client, *server])


def _client(metrics: LoadTestMetrics, deployment: Deployment) -> tuple[SizedPanel, ...]:
    def own(metric: EmittedMetric) -> Metric:
        return Metric(namespace=metric.namespace, name=metric.name, dimensions=(("Stage", deployment.stage),))

    sent = GraphPanel(
        title="Client: requests a minute, by when they were due",
        queries=(
            stat("sent", own(metrics.requests), "Sum", "requests"),
            stat("faults", own(metrics.faults), "Sum", "faults or no answer"),
        ),
        unit=Unit.COUNT,
    )
    waited = tuple(stat(f"p{n}", own(metrics.latency), f"p{n}", f"p{n}") for n in (50, 95, 99))
    lines = objective_lines(
        waited, Unit.MILLISECONDS, deployment.objectives, client_latency=deployment.client_latency
    )  # fmt: skip
    latency = GraphPanel(
        title="Client: latency from when a request was due",
        queries=waited,
        unit=Unit.MILLISECONDS,
        thresholds=thresholds_of(lines),
    )
    return tuple(SizedPanel(panel=panel, place=_HALF) for panel in (sent, latency))
