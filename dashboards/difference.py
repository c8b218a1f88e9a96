"""What differs between a deployed dashboard and the code's, by what it shows: a moved panel is not a changed one."""

from typing import Any, cast

from foundation.cloudwatch.dashboard_metrics import read_rows
from foundation.errors import InputError

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
    widgets = body.get("widgets", [])
    # What is deployed may have any form; what is none that is known is compared as the text that it is.
    for number, given in enumerate(cast("list[object]", widgets if isinstance(widgets, list) else [widgets]), start=1):
        widget = cast("dict[str, Any]", given) if isinstance(given, dict) else {"properties": given}
        shown = cast("object", widget.get("properties", {}))
        properties: dict[str, Any] = (
            dict(cast("dict[str, Any]", shown)) if isinstance(shown, dict) else {"properties": str(shown)}
        )
        title = str(properties.pop("title", None) or f"{widget.get('type')} {number}")
        if "metrics" in properties:
            # Abbreviations and spelled-out rows are the same metrics.
            try:
                properties["metrics"] = read_rows(properties["metrics"])
            except InputError:
                properties["metrics"] = str(properties["metrics"])
        # Of two with one title, neither may hide the other.
        panels[f"{title}, widget {number}" if title in panels else title] = {
            "shows": {"type": widget.get("type"), **properties},
            "place": [widget.get(key) for key in _PLACE],
        }
    return panels
