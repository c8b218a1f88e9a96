"""One panel as a Vega-Lite specification: lines over time in UTC, the axis with its unit, the thresholds as dashed rules."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from dashboards.annotations import Annotation
from dashboards.model import GraphPanel
from dashboards.panel_data import PanelData, PlottedSeries
from foundation.readings import Interval

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart (https://jfly.uni-koeln.de/color/).
_COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C"]
_THRESHOLD_COLOUR = "#D55E00"


def chart(
    panel: GraphPanel, data: PanelData, *, width: int | str, height: int, annotations: tuple[Annotation, ...] = ()
) -> dict[str, Any]:
    """The specification; a wheel or a drag over it changes the time that is shown, and each point shows its value.

    Its time is the window that was asked. A line ends where a datapoint is missing, and what is not known is a band.
    """
    rows = [row for line in data.lines for row in _rows(line)]
    in_time: dict[str, Any] = {
        "type": "temporal", "title": "UTC",
        "scale": {"type": "utc", "domain": [_ms(data.window.start_at), _ms(data.window.end_at)]},
        "axis": {"format": _time_format(data.window), "labelOverlap": True, "tickMinStep": 60_000},
    }  # fmt: skip
    y: dict[str, Any] = {
        "field": "value",
        "type": "quantitative",
        "title": panel.unit.value,
        "stack": "zero" if panel.is_stacked else None,
    }
    if panel.thresholds and not panel.is_stacked:
        # Room above the uppermost line for its label.
        highest = max(
            [line.value for line in panel.thresholds] + [row["value"] for row in rows if row["value"] is not None]
        )
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
            "x": {"field": "at", **in_time},
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
                "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -2, "color": "currentColor"},
                "encoding": {**place, "x": {"value": 0}, "text": {"field": "label", "type": "nominal"}},
            },
        ]  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "background": "transparent",
        "layer": [*_unknown(data, in_time), *_bands(annotations, data.window, in_time), lines, *rules],
    }


def _rows(line: PlottedSeries) -> list[dict[str, Any]]:
    """The datapoints of a line, and where some are missing one without a value, so that no line is drawn over them."""
    rows: list[dict[str, Any]] = []
    for at, value in zip(line.times, line.values, strict=True):
        if not np.isnan(value):
            rows.append({"at": int(at) * 1000, "value": float(value), "line": line.label})
        elif rows and rows[-1]["value"] is not None:
            rows.append({"at": int(at) * 1000, "value": None, "line": line.label})
    return rows


def _unknown(data: PanelData, in_time: dict[str, Any]) -> list[dict[str, Any]]:
    """What of the window is not known, behind everything else."""
    values = [
        {"from": _ms(each.start_at), "to": _ms(each.end_at), "label": "not known"} for each in data.missing.intervals
    ]
    return [_band(values, in_time, {"color": "#8C8C8C", "opacity": 0.15})] if values else []


def _bands(annotations: tuple[Annotation, ...], window: Interval, in_time: dict[str, Any]) -> list[dict[str, Any]]:
    """Deployments as lines and incidents as bands, behind the graph; what is still going on lasts as long as the window."""
    values: list[dict[str, Any]] = []
    for mark in annotations:
        until_at = window.end_at if mark.is_going_on else mark.until_at or mark.at
        if mark.at < window.end_at and until_at >= window.start_at:
            begun_at, ended_at = max(mark.at, window.start_at), min(until_at, window.end_at)
            values.append({"from": _ms(begun_at), "to": _ms(ended_at), "label": mark.label})
    mark = {"color": "#8C8C8C", "opacity": 0.35, "stroke": "#8C8C8C"}
    return [_band(values, in_time, mark)] if values else []


def _band(values: list[dict[str, Any]], in_time: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    # Its axis and its domain are those of the lines, which say them once.
    shared = {"type": in_time["type"], "title": in_time["title"], "scale": {"type": in_time["scale"]["type"]}}
    encoding = {
        "x": {"field": "from", **shared},
        "x2": {"field": "to"},
        "tooltip": {"field": "label", "type": "nominal"},
    }
    return {"data": {"values": values}, "mark": {"type": "rect", **mark, "clip": True}, "encoding": encoding}


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _time_format(window: Interval) -> str:
    if window.length > timedelta(days=2):
        return "%d %b"
    return "%d %b %H:%M" if window.length > timedelta(days=1) else "%H:%M"
