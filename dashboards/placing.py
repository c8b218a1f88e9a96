"""Places panels on dashboards: from left to right, row by row, and on as many dashboards as CloudWatch's limits ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.model import (
    COLUMNS_COUNT,
    MAX_METRICS_A_DASHBOARD,
    MAX_WIDGETS,
    Dashboard,
    GraphPanel,
    Panel,
    PlacedPanel,
)
from foundation.service.panels import PanelPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedPanel:
    """A panel and how large it is; one that `begins` a row stands at its beginning."""

    panel: Panel
    place: PanelPlace
    begins: bool = False


def dashboards_of(name: str, title: str, panels: Sequence[SizedPanel]) -> tuple[Dashboard, ...]:
    """The dashboards of these panels; from the second on they have a number, as `functions-2`."""
    parts = _parts(panels)
    return tuple(
        Dashboard(
            name=name if number == 1 else f"{name}-{number}",
            title=title if len(parts) == 1 else f"{title}, {number} of {len(parts)}",
            panels=in_flow(part),
        )
        for number, part in enumerate(parts, start=1)
    )


def in_flow(panels: Sequence[SizedPanel]) -> tuple[PlacedPanel, ...]:
    """The panels one beside the other; one that does not fit begins a row, below the highest of the row before."""
    placed: list[PlacedPanel] = []
    x = y = height = 0
    for each in panels:
        if x and (each.begins or x + each.place.width > COLUMNS_COUNT):
            x, y, height = 0, y + height, 0
        placed.append(PlacedPanel(panel=each.panel, x=x, y=y, width=each.place.width, height=each.place.height))
        x, height = x + each.place.width, max(height, each.place.height)
    return tuple(placed)


def numbered(panels: Sequence[GraphPanel]) -> tuple[GraphPanel, ...]:
    """Panels that are parts of one, each with its number."""
    if len(panels) == 1:
        return tuple(panels)
    return tuple(
        replace(panel, title=f"{panel.title}, {number} of {len(panels)}")
        for number, panel in enumerate(panels, start=1)
    )


def _parts(panels: Sequence[SizedPanel]) -> list[list[SizedPanel]]:
    parts: list[list[SizedPanel]] = [[]]
    metrics_count = 0
    for each in panels:
        own_count = len(each.panel.queries) if isinstance(each.panel, GraphPanel) else 0
        if len(parts[-1]) == MAX_WIDGETS or metrics_count + own_count > MAX_METRICS_A_DASHBOARD:
            parts.append([])
            metrics_count = 0
        parts[-1].append(each)
        metrics_count += own_count
    return parts
