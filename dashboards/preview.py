"""Dashboards drawn offline: one self-contained HTML page, or a PNG for each panel, without a browser."""

import html
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert

from dashboards.annotations import Annotation
from dashboards.charts import chart
from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, LogsPanel, PlacedPanel, TextPanel
from dashboards.panel_data import PanelData, PlottedSeries, read_panel
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError
from foundation.files.writing import write_bytes
from foundation.pages.escapes import json_in_html
from foundation.pages.numbers import count, duration, quantity
from foundation.pages.template import filled

_TEMPLATE = Path(__file__).with_name("templates") / "preview.html.j2"
_ROW_PIXELS = 34
_PNG_WIDTH = 640
# What Markdown marks a line with, what it marks as strong, and what it escapes.
_MARKS = re.compile(r"^(?:#+|-) |\*\*")
_PLAIN = re.compile(r"\\([^\w\s])")


def preview_page(
    dashboards: Sequence[Dashboard],
    source: MetricSource,
    *,
    label: str,
    start_at: datetime,
    end_at: datetime,
    annotations: tuple[Annotation, ...] = (),
) -> str:
    """One page with all panels of these dashboards; `label` says where the data is from.

    Raises SourceError where the source could answer for none of them.
    """
    specs: dict[str, Any] = {}
    boards: list[dict[str, Any]] = []
    read: list[PanelData] = []
    for dashboard in dashboards:
        panels: list[dict[str, Any]] = []
        for number, placed in enumerate(dashboard.panels):
            id_ = f"{dashboard.name}-{number}"
            panels.append({"id": id_, "x": placed.x, "width": placed.width, **_shown(placed)})
            if isinstance(placed.panel, GraphPanel):
                data = read_panel(placed.panel, source, start_at=start_at, end_at=end_at)
                read.append(data)
                numbers = _numbers(placed.panel.title, data.lines)
                panels[-1] |= {"no_data": data.no_data, "numbers": numbers, "unknown": _unknown(data)}
                if data.no_data is None:
                    height = placed.height * _ROW_PIXELS
                    specs[id_] = chart(placed.panel, data, width="container", height=height, annotations=annotations)
        boards.append({"name": dashboard.name, "title": dashboard.title, "panels": panels})
    if read and all(data.is_unanswered for data in read):
        raise SourceError(f"none of {len(read)} panels could be read: {read[0].no_data}")
    return filled(
        _TEMPLATE,
        title="Dashboards, drawn offline",
        label=label,
        start_at=f"{start_at:%Y-%m-%d %H:%M}",
        end_at=f"{end_at:%Y-%m-%d %H:%M}",
        boards=boards,
        library=_vega_embed(),
        specs=json_in_html(specs),
    )


def write_pngs(
    dashboards: Sequence[Dashboard],
    source: MetricSource,
    into: Path,
    *,
    start_at: datetime,
    end_at: datetime,
    annotations: tuple[Annotation, ...] = (),
) -> list[Path]:
    """A PNG for every panel that has data."""
    written: list[Path] = []
    for dashboard in dashboards:
        for number, placed in enumerate(dashboard.panels):
            if not isinstance(placed.panel, GraphPanel):
                continue
            data = read_panel(placed.panel, source, start_at=start_at, end_at=end_at)
            if data.no_data is None:
                height = placed.height * _ROW_PIXELS
                spec = chart(placed.panel, data, width=_PNG_WIDTH, height=height, annotations=annotations)
                spec |= {"title": placed.panel.title, "background": "white"}
                file = into / f"{dashboard.name}-{number:02}.png"
                write_bytes(file, vl_convert.vegalite_to_png(spec, scale=1.5))
                written.append(file)
    return written


def _unknown(data: PanelData) -> str | None:
    """Which part of a graph's window is not known; None where all is."""
    missing = data.missing.intervals
    if not missing or data.no_data is not None:
        return None
    more = f", and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"{', '.join(map(str, missing[:3]))}{more}"


@cache
def _vega_embed() -> str:
    """What draws the graphs in a browser: it is the same for every page, and takes a second to put together."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


def _shown(placed: PlacedPanel) -> dict[str, Any]:
    match placed.panel:
        case GraphPanel() as panel:
            return {
                "kind": "graph",
                "title": panel.title,
                "unit": panel.unit.value,
                "period": duration(panel.period_seconds),
                "over": None if panel.over is None else duration(panel.over),
                "thresholds": [line.label for line in panel.thresholds],
            }
        case AlarmsPanel() as panel:
            return {"kind": "alarms", "title": panel.title, "alarms": panel.alarms}
        case TextPanel() as panel:
            return {"kind": "text", "title": panel.title, "paragraphs": _paragraphs(panel.markdown)}
        case LogsPanel() as panel:
            return {"kind": "logs", "title": panel.title, "text": _logs_text(panel)}


def _logs_text(panel: LogsPanel) -> str:
    return f"Logs are read only where this is deployed, in {', '.join(panel.log_groups)}:\n{panel.query}"


def _paragraphs(text: str) -> list[tuple[bool, str]]:
    """The lines of a panel's Markdown as plain texts, each with whether it is an item of a list."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [(line.startswith("- "), html.unescape(_PLAIN.sub(r"\1", _MARKS.sub("", line)))) for line in lines]


def _numbers(title: str, lines: Sequence[PlottedSeries]) -> dict[str, Any]:
    """The table below a graph, as the pages' macro reads one."""
    names = (("line", False), ("datapoints", True), ("lowest", True), ("highest", True), ("last", True))
    return {
        "caption": f"Datapoints of {title}",
        "columns": [{"name": name, "is_number": is_number} for name, is_number in names],
        "rows": [_numbers_of(line) for line in lines],
        "empty": "no line",
    }


def _numbers_of(line: PlottedSeries) -> tuple[str, ...]:
    values = line.values[~np.isnan(line.values)]
    if not values.size:
        return (line.label, "0", "–", "–", "–")
    shown = (quantity(float(f"{value:.4g}")) for value in (values.min(), values.max(), values[-1]))
    return (line.label, count(int(values.size)), *shown)
