"""The picture of a backtest: a line an alarm, a bar for each time in ALARM, darker where it notified somebody."""

from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from alarms.backtest import AlarmReplay, Backtest
from foundation.cloudwatch.suppression import Notification, Notified, notification_outcome
from foundation.errors import InputError, about
from foundation.files.writing import replacing
from foundation.pages.numbers import counted

_COLOURS = {
    "page": "#c0392b", "ticket": "#d68910", "suppressed": "#95a5a6", "pending": "#d5dbdb", "not known": "#bb8fce",
    "incident": "#2e86c1",
}  # fmt: skip


def write_timeline(result: Backtest, file: Path, *, prefix: str) -> None:
    """Write the picture as SVG, PNG or HTML, by the file's ending; alarms that never fired are left out.

    Raises InputError when the ending is another, or the file cannot be written.
    """
    if file.suffix not in {".svg", ".png", ".html"}:
        raise InputError(f"--picture {file}: the ending must be .svg, .png or .html")
    rows: list[dict[str, Any]] = [
        {
            "alarm": replay.alarm.removeprefix(f"{prefix}-"),
            "from": max(each.firing.began_at or each.firing.seen_from, result.start_at),
            "to": min(each.firing.ended_at or each.firing.seen_until, result.end_at),
            "what": _what(replay, each.firing.notification),
        }
        for replay in result.replays
        for each in replay.firings
    ]
    firing_count = len(rows)
    rows += [
        {"alarm": "incidents", "from": incident.start_at, "to": incident.end_at or result.end_at, "what": "incident"}
        for incident, _ in result.detections
    ]
    bounds = [{"alarm": None, "from": result.start_at, "to": result.end_at, "what": None}]
    chart = (
        alt.Chart(pd.DataFrame([{**row, **_said(row)} for row in rows or bounds]))
        .mark_bar(height=12)
        .encode(
            x=alt.X(
                "from:T",
                title="UTC",
                scale=alt.Scale(domain=[_moment(result.start_at), _moment(result.end_at)], type="utc"),
            ),
            x2="to:T",
            y=alt.Y("alarm:N", title=None, axis=alt.Axis(labelLimit=400)),
            color=alt.Color(
                "what:N", title=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
            ),
            # Texts, because a browser would write a time in the zone of whoever looks.
            tooltip=[alt.Tooltip("alarm:N"), alt.Tooltip("what:N", title="outcome"), "began:N", "ended:N"],
        )
        .properties(
            width=900,
            title=f"{counted(firing_count, 'time')} in ALARM, "
            f"{result.start_at:%Y-%m-%d %H:%M} to {result.end_at:%Y-%m-%d %H:%M} UTC",
        )
    )
    # The path beside has no suffix to read the form from.
    form: Any = file.suffix.removeprefix(".")
    with about("--picture"), replacing(file) as beside:
        chart.save(str(beside), format=form, inline=form == "html")


def _what(replay: AlarmReplay, notification: Notification) -> str:
    if isinstance(notification, Notified):
        return replay.severity.value
    return notification_outcome(notification).words


def _said(row: dict[str, Any]) -> dict[str, str]:
    return {"began": f"{row['from']:%Y-%m-%d %H:%M} UTC", "ended": f"{row['to']:%Y-%m-%d %H:%M} UTC"}


def _moment(at: Any) -> alt.DateTime:
    return alt.DateTime(
        year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, seconds=at.second, utc=True
    )
