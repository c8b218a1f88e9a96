"""A dashboard as CloudWatch's body JSON, and read back for comparison.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from datetime import timedelta
from typing import Any, assert_never

from dashboards.annotations import Annotation, vertical_annotations
from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, LogsPanel, PlacedPanel, TextPanel
from foundation.cloudwatch.dashboard_metrics import DashboardMetric, write_rows
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION, parametrized
from foundation.pages import escapes

_REGION = parametrized(REGION)


def cloudwatch_body(dashboard: Dashboard, *, annotations: tuple[Annotation, ...] = ()) -> dict[str, Any]:
    """The body; its texts have CloudFormation's parameters. `annotations` are drawn on every graph."""
    return {
        "start": "-PT12H",
        "periodOverride": "inherit",
        "widgets": [_widget(placed, annotations) for placed in dashboard.panels],
    }


def _widget(placed: PlacedPanel, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    place = {"x": placed.x, "y": placed.y, "width": placed.width, "height": placed.height}
    match placed.panel:
        case GraphPanel() as panel:
            return {"type": "metric", **place, "properties": _graph(panel, annotations)}
        case AlarmsPanel() as panel:
            arns = [
                parametrized("arn:", PARTITION, ":cloudwatch:", REGION, ":", ACCOUNT, f":alarm:{name}")
                for name in panel.alarms
            ]
            return {"type": "alarm", **place, "properties": {"title": panel.title, "alarms": arns}}
        case TextPanel() as panel:
            return {"type": "text", **place, "properties": {"markdown": panel.markdown}}
        case LogsPanel() as panel:
            properties = {
                "title": panel.title,
                "region": _REGION,
                "view": "table",
                "query": parametrized(
                    *(f for group in panel.log_groups for f in ("SOURCE '", group, "' | ")), panel.query
                ),
            }
            return {"type": "log", **place, "properties": properties}
        case _:
            assert_never(placed.panel)


def _graph(panel: GraphPanel, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    lines = [{"value": line.value, "label": line.label} for line in panel.thresholds]
    drawn = {
        key: value for key, value in (("horizontal", lines), ("vertical", vertical_annotations(annotations))) if value
    }
    return {
        "title": panel.title,
        "view": "timeSeries",
        "stacked": panel.is_stacked,
        "region": panel.region or _REGION,
        "period": panel.period_seconds,
        "metrics": write_rows([_row(query) for query in panel.queries]),
        "yAxis": {"left": {"label": panel.unit.value, "showUnits": False}},
        **({"annotations": drawn} if drawn else {}),
        **({"start": f"-{_iso_duration(panel.over)}", "end": "P0D"} if panel.over else {}),
    }


def _iso_duration(length: timedelta) -> str:
    """In days where it is so many, else in minutes."""
    days, rest = divmod(length, timedelta(days=1))
    return f"PT{length // timedelta(minutes=1)}M" if rest else f"P{days}D"


def _row(query: Query) -> DashboardMetric:
    shown = None if query.returns_data else False
    label = None if query.label is None else escapes.cloudwatch_label(query.label)
    match query.source:
        case MetricStat() as stat:
            return DashboardMetric(
                source=stat.metric,
                id=query.id,
                label=label,
                statistic=stat.statistic,
                period_seconds=stat.period_seconds,
                visible=shown,
                account_id=query.account_id,
            )
        case MathExpression() as math:
            return DashboardMetric(
                source=math.expression,
                id=query.id,
                label=label,
                period_seconds=math.period_seconds,
                visible=shown,
                account_id=query.account_id,
            )
