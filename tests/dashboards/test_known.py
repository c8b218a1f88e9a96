"""A panel draws metrics that exist."""

from dashboards.known import unknown_metrics
from dashboards.model import Dashboard, GraphPanel, in_rows, stat
from foundation.cloudwatch.metrics import Metric
from foundation.service.panels import Unit


def board(name: str, **dimensions: str) -> Dashboard:
    metric = Metric(namespace="AWS/ApiGateway", name=name, dimensions=tuple(dimensions.items()))
    panel = GraphPanel(title="Cache", queries=(stat("a", metric, "Sum", "hits"),), unit=Unit.COUNT)
    return Dashboard(name="api", title="API", panels=in_rows((6, [panel])))


def test_a_misspelt_metric_is_named_with_its_panel_and_what_was_meant() -> None:
    assert unknown_metrics([board("CacheHitCountt", ApiName="a")], ()) == (
        "dashboard api, panel 'Cache': AWS/ApiGateway has no metric 'CacheHitCountt'; did you mean CacheHitCount?",
    )
    assert unknown_metrics([board("CacheHitCount", ApiName="a")], ()) == ()
