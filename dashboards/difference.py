"""What differs between a deployed dashboard and the code's, by what it shows: a moved panel is not a changed one."""

from typing import Any

from foundation.cloudwatch.dashboard_metrics import DashboardMetricError, read_rows

_PLACE = ("x", "y", "width", "height")


def differences(deployed: dict[str, Any], coded: dict[str, Any]) -> tuple[str, ...]:
    """One line for each panel that is missing, new, changed or moved; nothing when they show the same."""
    then, now = _by_title(deployed), _by_title(coded)
    lines = [f"only deployed: {title}" for title in then if title not in now]
    lines += [f"only in the code: {title}" for title in now if title not in then]
    for title in (title for title in now if title in then):
        before, after = then[title], now[title]
        changed = [
            key
            for key in sorted(before["shows"].keys() | after["shows"].keys())
            if before["shows"].get(key) != after["shows"].get(key)
        ]
        if changed:
            lines.append(f"changed: {title}: {', '.join(changed)}")
        elif before["place"] != after["place"]:
            lines.append(f"moved: {title}")
    return tuple(lines)


def _by_title(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    panels: dict[str, dict[str, Any]] = {}
    for number, widget in enumerate(body.get("widgets", []), start=1):
        properties = dict(widget.get("properties", {}))
        title = properties.pop("title", None) or f"{widget.get('type')} {number}"
        if "metrics" in properties:
            # Abbreviations and spelled-out rows are the same metrics.
            try:
                properties["metrics"] = read_rows(properties["metrics"])
            except DashboardMetricError:
                properties["metrics"] = str(properties["metrics"])
        panels[title] = {
            "shows": {"type": widget.get("type"), **properties},
            "place": [widget.get(key) for key in _PLACE],
        }
    return panels
