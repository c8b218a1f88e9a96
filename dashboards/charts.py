"""One panel as a Vega-Lite specification: lines over time in UTC, the axis with its unit, the thresholds as dashed rules."""

from datetime import timedelta
from typing import Any

import numpy as np

from dashboards.annotations import Annotation
from dashboards.model import GraphPanel
from dashboards.panel_data import PanelData

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart (https://jfly.uni-koeln.de/color/).
_COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C"]
_THRESHOLD_COLOUR = "#D55E00"


def chart(
    panel: GraphPanel, data: PanelData, *, width: int | str, height: int, annotations: tuple[Annotation, ...] = ()
) -> dict[str, Any]:
    """The specification; a wheel or a drag over it changes the time that is shown, and each point shows its value."""
    rows: list[dict[str, Any]] = [
        {"at": int(at) * 1000, "value": float(value), "line": line.label}
        for line in data.lines
        for at, value in zip(line.times, line.values, strict=True)
        if not np.isnan(value)
    ]
    y: dict[str, Any] = {
        "field": "value",
        "type": "quantitative",
        "title": panel.unit.value,
        "stack": "zero" if panel.is_stacked else None,
    }
    if panel.thresholds and not panel.is_stacked:
        # Room above the uppermost line for its label.
        highest = max([line.value for line in panel.thresholds] + [row["value"] for row in rows])
        if highest > 0:
            y["scale"] = {"domainMax": highest * 1.15}
    lines: dict[str, Any] = {
        "data": {"values": rows},
        "params": [{"name": "time", "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales"}],
        "mark": {
            "type": "area" if panel.is_stacked else "line",
            "interpolate": "linear",
            "point": {"size": 12},
            "tooltip": True,
        },
        "encoding": {
            "x": {
                "field": "at",
                "type": "temporal",
                "title": "UTC",
                "scale": {"type": "utc"},
                "axis": {"format": _time_format(panel), "labelOverlap": True, "tickMinStep": 60_000},
            },
            "y": y,
            "color": {
                "field": "line",
                "type": "nominal",
                "title": None,
                "scale": {"range": _COLOURS},
                "legend": {"orient": "bottom", "columns": 3, "labelLimit": 220},
            },
            "tooltip": [
                {"field": "line", "type": "nominal", "title": "line"},
                {
                    "field": "at",
                    "type": "temporal",
                    "title": "period from",
                    "format": "%Y-%m-%d %H:%M",
                    "timeUnit": "utcyearmonthdatehoursminutes",
                },
                {"field": "value", "type": "quantitative", "title": panel.unit.value, "format": ",.4~g"},
            ],
        },
    }  # fmt: skip
    rules: list[dict[str, Any]] = []
    if panel.thresholds:
        values = {"values": [{"value": line.value, "label": line.label} for line in panel.thresholds]}
        place = {"y": {"field": "value", "type": "quantitative"}}
        rules = [
            {
                "data": values,
                "mark": {"type": "rule", "strokeDash": [6, 3], "strokeWidth": 2, "color": _THRESHOLD_COLOUR},
                "encoding": place,
            },
            {
                "data": values,
                "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -2, "color": _THRESHOLD_COLOUR},
                "encoding": {**place, "x": {"value": 0}, "text": {"field": "label", "type": "nominal"}},
            },
        ]  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "background": "transparent",
        "layer": [*_bands(annotations), lines, *rules],
    }


def _bands(annotations: tuple[Annotation, ...]) -> list[dict[str, Any]]:
    """Deployments as lines and incidents as bands, behind everything else."""
    if not annotations:
        return []
    values = [
        {
            "from": int(mark.at.timestamp()) * 1000,
            "to": int((mark.until_at or mark.at).timestamp()) * 1000,
            "label": mark.label,
        }
        for mark in annotations
    ]
    encoding = {
        "x": {"field": "from", "type": "temporal"},
        "x2": {"field": "to"},
        "tooltip": {"field": "label", "type": "nominal"},
    }
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": "#8C8C8C", "opacity": 0.35, "stroke": "#8C8C8C", "clip": True},
            "encoding": encoding,
        }
    ]


def _time_format(panel: GraphPanel) -> str:
    return "%d %b" if panel.over is not None and panel.over > timedelta(days=2) else "%H:%M"
