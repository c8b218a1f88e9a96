"""What differs between a deployed dashboard and the code's, by what it shows: a moved panel is not a changed one.

Panels are matched by what they show, then by type and title, and those without a title by their place: so neither a second one
of a title nor a text hides another. Where they differ, both values are told.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from dashboards.leaf_differences import canonical, leaf_differences
from foundation.cloudwatch.dashboard_metrics import DashboardMetric, read_rows
from foundation.errors import InputError

_PLACE = ("x", "y", "width", "height")
_NAMED_COUNT = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """A panel of either kind of dashboard: what it shows, where, and what it is called; `number` is its place in the list."""

    number: int
    kind: str
    title: str | None
    shows: Mapping[str, Any]
    place: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What a person calls it: its title, else how its text begins, else its number."""
        if self.title is not None:
            return self.title
        text = self.shows.get("markdown", self.shows.get("properties"))
        first = next((line for line in str(text).splitlines() if line.strip()), "") if text else ""
        return f"{self.kind} {first[:_NAMED_COUNT]!r}" if first else f"{self.kind} {self.number}"


def differences(deployed: Mapping[str, Any], coded: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for each difference between two CloudWatch bodies; nothing when they show the same."""
    then, now = (
        {key: value for key, value in body.items() if key != "widgets"} for body in (deployed, coded)
    )  # fmt: skip
    return (
        *(f"the dashboard's {line}" for line in leaf_differences(then, now)),
        *panel_differences(_widgets(deployed), _widgets(coded)),
    )


def panel_differences(deployed: Sequence[Panel], coded: Sequence[Panel]) -> Iterator[str]:
    """One line for each panel that is missing, new or moved, and for each value of one that is changed."""
    pairs = _matched(deployed, coded)
    known = {id(each) for pair in pairs for each in pair}
    yield from (f"only deployed: {each.name}" for each in deployed if id(each) not in known)
    yield from (f"only in the code: {each.name}" for each in coded if id(each) not in known)
    for before, after in sorted(pairs, key=lambda pair: pair[1].number):
        changed = [f"changed: {after.name}: {line}" for line in leaf_differences(before.shows, after.shows)]
        yield from changed
        if not changed and before.place != after.place:
            yield f"moved: {after.name}"


def _matched(deployed: Sequence[Panel], coded: Sequence[Panel]) -> list[tuple[Panel, Panel]]:
    """Which panel of the code is which of those deployed: the surest first."""
    keys: tuple[Callable[[Panel], Any], ...] = (
        lambda each: (each.kind, each.title, canonical(each.shows), each.place),
        lambda each: (each.kind, each.title, canonical(each.shows)),
        lambda each: None if each.title is None else (each.kind, each.title),
        lambda each: None if each.title is not None else (each.kind, each.place),
    )
    left, found = list(deployed), list[tuple[Panel, Panel]]()
    waiting = list(coded)
    for key in keys:
        missed: list[Panel] = []
        for after in waiting:
            wanted = key(after)
            before = None if wanted is None else next((each for each in left if key(each) == wanted), None)
            if before is None:
                missed.append(after)
            else:
                left.remove(before)
                found.append((before, after))
        waiting = missed
    return found


def _widgets(body: Mapping[str, Any]) -> tuple[Panel, ...]:
    widgets = body.get("widgets", [])
    # What is deployed may have any form; what is none that is known is compared as the text that it is.
    given = cast("list[object]", widgets if isinstance(widgets, list) else [widgets])
    return tuple(_widget(each, number) for number, each in enumerate(given, start=1))


def _widget(given: object, number: int) -> Panel:
    widget = cast("dict[str, Any]", given) if isinstance(given, dict) else {"properties": given}
    shown = cast("object", widget.get("properties", {}))
    properties: dict[str, Any] = (
        dict(cast("dict[str, Any]", shown)) if isinstance(shown, dict) else {"properties": shown}
    )
    title = properties.pop("title", None)
    if "metrics" in properties:
        properties["metrics"] = _metrics(properties["metrics"])
    beside = {key: value for key, value in widget.items() if key not in (*_PLACE, "type", "properties")}
    return Panel(
        number=number,
        kind=str(widget.get("type", "widget")),
        title=title if title is None or isinstance(title, str) else json.dumps(title),
        shows={**properties, **beside},
        place=tuple(widget.get(key) for key in _PLACE),
    )


def _metrics(given: object) -> object:
    """The rows by their ids, abbreviated or not; what are none stay what they are."""
    try:
        rows = read_rows(given)
    except InputError:
        return given
    ids = [_name_of(row.id, number) for number, row in enumerate(rows, start=1)]
    if len(set(ids)) < len(ids):
        ids = [f"row {number}" for number in range(1, len(rows) + 1)]
    return dict(zip(ids, map(_row, rows), strict=True))


def _name_of(given: object, number: int) -> str:
    """What a row is known by: its id, where that is a text."""
    return given if isinstance(given, str) and given else f"row {number}"


def _row(row: DashboardMetric) -> dict[str, Any]:
    settings = {key: value for key, value in asdict(row).items() if value is not None and key != "source"}
    if isinstance(settings.get("id"), str):
        # It is the row's name here.
        del settings["id"]
    return {"metric" if not isinstance(row.source, str) else "expression": str(row.source), **settings}
