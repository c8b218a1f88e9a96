"""A dashboard in few words: each panel with its place, its unit, its lines and its thresholds, to compare one with another."""

from typing import Any

from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, LogsPanel, PlacedPanel, TextPanel
from foundation.cloudwatch.metrics import MetricStat, Query


def compact(board: Dashboard) -> dict[str, Any]:
    """The dashboard's title and its panels."""
    return {"title": board.title, "panels": [_panel(placed) for placed in board.panels]}


def _panel(placed: PlacedPanel) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "title": placed.panel.title,
        "place": [placed.x, placed.y, placed.width, placed.height],
    }
    match placed.panel:
        case GraphPanel() as panel:
            shown |= {
                "unit": panel.unit.value,
                "lines": [_line(query) for query in panel.queries],
                "thresholds": [f"{line.value:g} {line.label}" for line in panel.thresholds],
            }
            over = "" if panel.over is None else f"{panel.over.total_seconds():g} s"
            return shown | {"drawn": ["stacked" if panel.is_stacked else "lines", over, panel.region or ""]}
        case AlarmsPanel() as panel:
            return shown | {"alarms": list(panel.alarms), "composites": sorted(panel.composites)}
        case TextPanel() as panel:
            return shown | {"markdown": panel.markdown}
        case LogsPanel() as panel:
            return shown | {"groups": list(panel.log_groups), "query": panel.query}


def _line(query: Query) -> str:
    what = str(query.source) if isinstance(query.source, MetricStat) else query.source.expression
    return f"{'' if query.returns_data else 'hidden '}{query.id} = {what}: {query.label}"
