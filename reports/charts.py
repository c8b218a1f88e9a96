"""Charts as inline SVG, drawn with Altair and vl-convert, without a browser, for the width that they are shown in.

Text and lines take the page's own colour (`currentColor`), so one picture serves light and dark.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from foundation.pages.numbers import milliseconds
from foundation.pages.template import Drawing
from reports.release_check.model import LatencyBucket, SecondRow

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart (https://jfly.uni-koeln.de/color/).
COLOURS = {"good": "#0072B2", "slow": "#E69F00", "fault": "#D55E00", "refused": "#8C8C8C"}
# Okabe and Ito's eight, without black, which a dark page would swallow, and with a grey for the rest.
MANY_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#8C8C8C")
# Days are UTC, wherever the page is drawn.
DAY = "%m-%d"
_HEIGHT = 220
# A label at the top stands above the highest bar, on the page's own colour: a line of text, of that height.
_HEADROOM = 1.12
# The figure around a chart says what it shows: a role of its own would need a label for each group of marks.
_ROLES = re.compile(r' (?:role="graphics-[^"]*"|aria-roledescription="[^"]*")')

# Text is measured here in another font than the reader's, which may be a fifth wider: hence the room on the left.
_ROOM = {"left": 12, "right": 12, "top": 5, "bottom": 5}
# The figure around it says what it shows, and a table has its numbers: its marks need no labels of their own.
_CONFIG = {
    "aria": False,
    "axis": {
        "domainColor": "currentColor", "gridColor": "currentColor", "gridOpacity": 0.12, "labelColor": "currentColor",
        "labelFontSize": 12, "labelSeparation": 12, "tickColor": "currentColor", "titleColor": "currentColor",
        "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "legend": {
        "columnPadding": 28, "labelColor": "currentColor", "labelFontSize": 12, "titleColor": "currentColor",
        "titleFontWeight": "normal",
    },
    "padding": _ROOM,
    "view": {"continuousHeight": 300, "continuousWidth": 300, "stroke": None},
}  # fmt: skip
# Charts are held against Vega-Lite's schema by a test, and not whenever one is made: that takes longer than to draw it.
unchecked = debug_mode(False)


def latency_distribution(buckets: tuple[LatencyBucket, ...], *, slow_after_ms: float | None) -> Drawing | None:
    """Requests by latency on a logarithmic axis, with the objective's line; None without any request."""
    if not buckets:
        return None
    rows = [{"from_ms": bucket.from_ms, "to_ms": bucket.to_ms, "count": bucket.count} for bucket in buckets]
    low = min([bucket.from_ms for bucket in buckets] + ([slow_after_ms / 1.5] if slow_after_ms else []))
    high = max([bucket.to_ms for bucket in buckets] + ([slow_after_ms * 1.5] if slow_after_ms else []))
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(color=COLOURS["good"])
        .encode(
            x=alt.X("from_ms:Q")
            .scale(type="log", domain=[low, high], nice=False)
            .title("latency from the intended start (ms, logarithmic)"),
            x2="to_ms:Q",
            y=alt.Y("count:Q").title("requests").axis(tickMinStep=1).scale(_up_to(bucket.count for bucket in buckets)),
            y2=alt.datum(0),
        )
    )
    layers: list[Any] = [bars]
    if slow_after_ms is not None:
        line = alt.Data(values=[{"at": slow_after_ms, "label": f"objective: {milliseconds(slow_after_ms)}"}])
        layers.append(
            alt.Chart(line).mark_rule(color=COLOURS["fault"], strokeWidth=2, strokeDash=[6, 3]).encode(x="at:Q")
        )
        side: dict[str, Any] = (
            {"align": "right", "dx": -6} if slow_after_ms**2 > low * high else {"align": "left", "dx": 6}
        )
        layers.append(
            alt.Chart(line)
            .mark_text(**side, baseline="top", color="currentColor")
            .encode(x="at:Q", y=alt.value(2), text="label:N")
        )
    return drawing(alt.layer(*layers).properties(height=_HEIGHT))


def requests_over_time(
    seconds: tuple[SecondRow, ...], *, warm_up_seconds: float, measured_seconds: float
) -> Drawing | None:
    """Requests a second by how they ended, over the whole run, with the end of the warm-up; None without any."""
    if not seconds:
        return None
    ended = max(warm_up_seconds + measured_seconds, max(row.second for row in seconds) + 1)
    rows: list[dict[str, Any]] = []
    for row in seconds:
        floor = 0
        parts = zip(COLOURS, (row.good_count, row.slow_count, row.fault_count, row.refused_count), strict=True)
        for outcome, count in parts:
            if count:
                rows.append(
                    {"from": row.second, "to": row.second + 1, "floor": floor, "top": floor + count, "outcome": outcome}
                )
                floor += count
    present = [outcome for outcome in COLOURS if any(row["outcome"] == outcome for row in rows)]
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect()
        .encode(
            x=alt.X("from:Q")
            .title("seconds since the start, by when requests were due")
            .scale(domain=[0, ended], nice=False),
            x2="to:Q",
            y=alt.Y("floor:Q").title("requests a second").scale(_up_to(row["top"] for row in rows)),
            y2="top:Q",
            color=alt.Color("outcome:N")
            .scale(domain=present, range=[COLOURS[outcome] for outcome in present])
            .legend(orient="top", title=None),
        )
    )
    marks = alt.Data(values=[{"at": warm_up_seconds, "label": "measured from here"}])
    rule = alt.Chart(marks).mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="at:Q")
    label = (
        alt.Chart(marks)
        .mark_text(align="left", dx=6, baseline="top", color="currentColor")
        .encode(x="at:Q", y=alt.value(2), text="label:N")
    )
    return drawing(alt.layer(bars, rule, label).properties(height=_HEIGHT))


def _up_to(counts: Iterable[int]) -> alt.Scale:
    return alt.Scale(domain=[0, max(counts, default=1) * _HEADROOM], nice=False)


def legend_of(width: int, *, most: int) -> dict[str, Any]:
    """How many of a legend's labels stand beside one another, and how long each may be."""
    columns = max(1, width // (most + 10))
    return {"columns": columns, "labelLimit": min(most, width // columns - 40)}


def drawing(chart: Any) -> Drawing:
    """How a chart is drawn for some width."""
    return lambda width: as_svg(chart, width)


def as_svg(chart: Any, width: int) -> str:
    """An Altair chart as SVG in the page's colours, all of it so wide."""
    specification = chart.to_dict(validate=False)
    specification |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    specification["config"] = specification.get("config", {}) | _CONFIG
    svg = _ROLES.sub("", vl_convert.vegalite_to_svg(specification))
    return _with_own_ids(svg, json.dumps(specification, sort_keys=True))


def _with_own_ids(svg: str, specification: str) -> str:
    """The same with ids that follow from the chart: the library counts them on, and a page has several charts."""
    prefix = hashlib.sha256(specification.encode()).hexdigest()[:8]
    names = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    for number, name in enumerate(names):
        svg = svg.replace(f'id="{name}"', f'id="c{prefix}-{number}"').replace(
            f"url(#{name})", f"url(#c{prefix}-{number})"
        )
    return svg
