"""What differs between a dashboard that Grafana has and the code's: what Grafana adds by itself is no difference.

Taken are the answer of Grafana's API (`GET /api/dashboards/uid/UID`), an export, and a resource of it with the model in `spec`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from dashboards.difference import Panel, panel_differences
from dashboards.leaf_differences import leaf_differences

# What Grafana counts for itself.
_OF_GRAFANA = frozenset({"id", "version", "iteration", "pluginVersion"})
# Defaults that it writes where we leave a key out:
# https://github.com/grafana/grafana/blob/main/kinds/dashboard/dashboard_kind.cue
_DEFAULTS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "editable": (True,), "fiscalYearStartMonth": (0,), "graphTooltip": (0,), "preload": (False,), "liveNow": (False,),
        "weekStart": ("",), "transparent": (False,), "repeatDirection": ("h",), "skipUrlSync": (False,), "multi": (False,),
        "allowCustomValue": (True,), "hide": (0, False), "builtIn": (0,), "placement": ("inControlsMenu",),
        "type": ("dashboard",),
    }
)  # fmt: skip
_PLACE = ("x", "y", "w", "h")


def model_of(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The dashboard in a file: itself, or under `dashboard` or `spec`; None where there is none."""
    for found in (given.get("dashboard"), given.get("spec"), given):
        if isinstance(found, dict) and "panels" in found:
            return cast("dict[str, Any]", found)
    return None


def grafana_differences(deployed: Mapping[str, Any], coded: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for each difference; nothing when they show the same. Values of text variables are a deployment's own."""
    then, now = _beside_panels(deployed), _beside_panels(coded)
    return (
        *(f"the dashboard's {line}" for line in leaf_differences(_without_defaults(then, now), now)),
        *panel_differences(_panels(deployed, coded), _panels(coded, coded)),
    )


def _beside_panels(dashboard: Mapping[str, Any]) -> Any:
    beside = {key: value for key, value in dashboard.items() if key != "panels" and key not in _OF_GRAFANA}
    annotations, variables = (_listed(beside.get(key)) for key in ("annotations", "templating"))
    beside["annotations"] = [each for each in annotations if not (isinstance(each, dict) and each.get("builtIn"))]
    beside["templating"] = [_without_value(each) for each in variables]
    return _plain(beside)


def _listed(part: object) -> list[Any]:
    found = cast("dict[str, Any]", part).get("list") if isinstance(part, dict) else part
    return cast("list[Any]", found) if isinstance(found, list) else []


def _without_value(variable: object) -> object:
    """A variable without what somebody has chosen; the query of a text variable is its value."""
    if not isinstance(variable, dict):
        return variable
    given = cast("dict[str, Any]", variable)
    chosen = ("current", "options", *(("query",) if given.get("type") == "textbox" else ()))
    return {key: value for key, value in given.items() if key not in chosen}


def _panels(dashboard: Mapping[str, Any], coded: Mapping[str, Any]) -> Sequence[Panel]:
    given: Any = dashboard.get("panels")
    known: dict[tuple[Any, Any], Any] = {
        (each.get("type"), each.get("title")): _plain(each)
        for each in cast("list[dict[str, Any]]", coded.get("panels", []))
    }
    found: list[Panel] = []
    for number, each in enumerate(cast("list[object]", given if isinstance(given, list) else []), start=1):
        panel = cast("dict[str, Any]", each) if isinstance(each, dict) else {"properties": each}
        place = panel.get("gridPos")
        at = cast("dict[str, Any]", place) if isinstance(place, dict) else dict[str, Any]()
        beside = {
            key: value
            for key, value in panel.items()
            if key not in ("gridPos", "title", "type") and key not in _OF_GRAFANA
        }
        shows = _plain(beside)
        alike = known.get((panel.get("type"), panel.get("title")))
        found.append(
            Panel(
                number=number,
                kind=str(panel.get("type", "panel")),
                title=None if panel.get("title") is None else str(panel["title"]),
                shows=shows if alike is None else _without_defaults(shows, alike),
                place=tuple(at.get(key) for key in _PLACE),
            )
        )
    return found


def _plain(value: object) -> Any:
    """Without what is empty, which Grafana writes or leaves out as it likes; lists of named things by their names."""
    match value:
        case dict():
            pairs = {key: _plain(each) for key, each in cast("dict[str, Any]", value).items()}
            return {key: each for key, each in pairs.items() if not _is_empty(each)}
        case list():
            return _by_name([_plain(each) for each in cast("list[Any]", value)])
        case _:
            return value


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ("", [], {})


def _by_name(items: list[Any]) -> Any:
    for key in ("refId", "name"):
        names = [cast("dict[str, Any]", each).get(key) if isinstance(each, dict) else None for each in items]
        if items and all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return dict(zip(names, items, strict=True))
    return items


def _without_defaults(deployed: object, coded: object) -> Any:
    """What is deployed, without defaults where the code leaves their keys out."""
    match deployed, coded:
        case dict(), dict():
            now = cast("dict[str, Any]", coded)
            return {
                key: _without_defaults(value, now[key]) if key in now else value
                for key, value in cast("dict[str, Any]", deployed).items()
                if key in now or value not in _DEFAULTS.get(key, ())
            }
        case list(), list() if len(cast("list[Any]", deployed)) == len(cast("list[Any]", coded)):
            pairs = zip(cast("list[Any]", deployed), cast("list[Any]", coded), strict=True)
            return [_without_defaults(one, other) for one, other in pairs]
        case _:
            return cast("Any", deployed)
