"""The pictures of a weekly report on budgets and latency; the numbers of each stand in a table beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import altair as alt

from foundation.pages.numbers import milliseconds, percent
from foundation.pages.template import Drawing
from foundation.readings import Interval, Known
from reports.charts import COLOURS, DAY, MANY_COLOURS, as_svg, drawing, legend_of
from reports.weekly.inputs import Cause, LatencyWeek
from reports.weekly.objectives import Health, ObjectiveWeek

_HEIGHT = 180
_TIME = "%H:%M"
_HOUR_MINUTES = 60
_MOMENT = timedelta(seconds=1)
_TICKS_COUNT = 8
# A budget that is overspent many times over would flatten the rest of its picture.
LEAST_PERCENT = -100.0
MOST_PERCENT = 250.0
_MARK_COLOURS = MappingProxyType(
    {
        "deployment": COLOURS["refused"], "failed deployment": COLOURS["fault"], "incident": "#CC79A7",
        "load test": COLOURS["slow"],
    }
)  # fmt: skip
_HEALTH_COLOURS = MappingProxyType(
    {
        Health.HEALTHY: COLOURS["good"], Health.AT_RISK: COLOURS["slow"], Health.EXHAUSTED: COLOURS["fault"],
        Health.TOO_LITTLE: COLOURS["refused"], Health.NO_DATA: COLOURS["refused"],
    }
)  # fmt: skip


def spent(rows: Sequence[ObjectiveWeek], *, without: Sequence[str] = ()) -> Drawing | None:
    """What is spent of each budget as a bar, the most first, beyond the line of all of it where it is more.

    A bar that would flatten the others ends with the picture, and its number says how far it goes. An objective whose budget
    cannot be judged, and each of those `without` data, has no bar and says so.
    """
    if not rows:
        return None
    judged = sorted((row for row in rows if row.is_judged), key=lambda row: (-row.spent_ratio, row.name))
    end = min(MOST_PERCENT, max([100.0, *(float(row.spent_ratio) * 100 for row in judged)]) * 1.1)
    bars = [
        {"objective": row.name, "spent": min(end, float(row.spent_ratio) * 100), "state": row.health.value}
        for row in judged
    ]
    said = [
        {"objective": row.name, "label": percent(row.spent_ratio), "at": min(end, float(row.spent_ratio) * 100)}
        for row in judged
    ]
    unjudged = [(row.name, row.health.value) for row in rows if not row.is_judged]
    silent = [*unjudged, *((name, Health.NO_DATA.value) for name in without)]
    said += [{"objective": name, "label": why, "at": 0.0} for name, why in silent]
    order = [str(each["objective"]) for each in said]
    present = [each for each in Health if any(row.health is each for row in judged)]
    inside = f"datum.at > {end * 0.8}"

    def drawn(width: int) -> str:
        y = alt.Y("objective:N").sort(order).title(None).axis(labelLimit=width // 3)
        bar = alt.Chart(alt.Data(values=bars)).mark_bar()
        texts = alt.Chart(alt.Data(values=said))
        whole = alt.Chart(alt.Data(values=[{"at": 100.0}]))
        layers = [
            bar.encode(
                y=y,
                x=alt.X("spent:Q").scale(domain=[0, end], nice=False).title("budget spent (%); the line is all of it"),
                color=alt.Color("state:N")
                .scale(domain=[each.value for each in present], range=[_HEALTH_COLOURS[each] for each in present])
                .legend(orient="top", title=None),
            ),
            whole.mark_rule(color="currentColor", strokeWidth=2, strokeDash=[6, 3]).encode(x="at:Q"),
            # Beside its bar; where that has no room, in it.
            texts.transform_filter(f"!({inside})")
            .mark_text(align="left", dx=5, color="currentColor")
            .encode(y=y, x="at:Q", text="label:N"),
            texts.transform_filter(inside)
            .mark_text(align="right", dx=-5, color="#000000", fontWeight="bold")
            .encode(y=y, x="at:Q", text="label:N"),
        ]
        return as_svg(alt.layer(*layers).properties(height=alt.Step(24)), width)

    return drawn


def burn_down(row: ObjectiveWeek, marks: Sequence[tuple[datetime, str]]) -> Drawing:
    """What was left of a budget over the window, the line of even spending, and what happened meanwhile.

    The line is broken where nothing is known, and a band says so; where it falls out of the picture, its number stands there.
    """
    points = [
        {"at": at.isoformat(), "left": None if _is_unknown(row, at) else max(LEAST_PERCENT, float(left) * 100)}
        for at, left in row.burn_down
    ]
    below = next((at for at, left in row.burn_down if left * 100 < LEAST_PERCENT), None)
    even = [{"at": points[0]["at"], "left": 100}, {"at": points[-1]["at"], "left": 0}]
    y = alt.Y("left:Q").title(f"{row.name}: budget left (%)")
    x = alt.X("at:T").scale(type="utc").title(None)
    is_short = row.burn_down[-1][0] - row.burn_down[0][0] < timedelta(days=1)
    x = _timed(x, [at for at, _ in row.burn_down]) if is_short else x.axis(format=DAY)
    even_line = alt.Chart(alt.Data(values=even)).mark_line(color="currentColor", opacity=0.5, strokeDash=[5, 4])
    shown = Interval(start_at=row.burn_down[0][0], end_at=row.burn_down[-1][0] + _MOMENT)
    layers: list[Any] = [
        *_unknown_bands(row.coverage.missing.within(shown)),
        # Minutes of a window say nothing of even spending over weeks.
        *([] if is_short else [even_line.encode(x=x, y=y)]),
        alt.Chart(alt.Data(values=points)).mark_line(color=COLOURS["good"], interpolate="step-after").encode(x=x, y=y),
    ]
    if below is not None:
        lowest = min(left for _, left in row.burn_down)
        fallen = [
            {
                "at": below.isoformat(),
                "left": LEAST_PERCENT,
                "label": f"▼ down to {percent(lowest)}, below this picture",
            }
        ]
        is_late = below - row.burn_down[0][0] > (row.burn_down[-1][0] - row.burn_down[0][0]) / 2
        side: dict[str, Any] = {"align": "right", "dx": -4} if is_late else {"align": "left", "dx": 4}
        text = alt.Chart(alt.Data(values=fallen)).mark_text(**side, dy=-8, color="currentColor", fontWeight="bold")
        layers.append(text.encode(x=x, y=y, text="label:N"))
    inside = [
        {"at": at.isoformat(), "what": what} for at, what in marks if row.burn_down[0][0] <= at <= row.burn_down[-1][0]
    ]
    if inside:
        present = [what for what in _MARK_COLOURS if any(each["what"] == what for each in inside)]
        rules = alt.Chart(alt.Data(values=inside)).mark_rule(opacity=0.8)
        colour = alt.Color("what:N").scale(domain=present, range=[_MARK_COLOURS[what] for what in present])
        layers.append(rules.encode(x=x, color=colour.legend(orient="top", title=None)))
    return drawing(alt.layer(*layers).properties(height=_HEIGHT))


def _is_unknown(row: ObjectiveWeek, at: datetime) -> bool:
    """Whether nothing is known of the time that ends with a point."""
    return bool(row.coverage.missing.within(Interval(start_at=at - _MOMENT, end_at=at)).spans)


def _unknown_bands(missing: Known) -> list[Any]:
    """A grey band for each time of which nothing is known."""
    values = [
        {"from": each.start_at.isoformat(), "to": each.end_at.isoformat(), "what": "not known"}
        for each in missing.intervals
    ]
    if not values:
        return []
    bands = alt.Chart(alt.Data(values=values)).mark_rect(color=COLOURS["refused"], opacity=0.25)
    # Its axis and its domain are those of the other layers.
    return [bands.encode(x=alt.X("from:T").scale(type="utc").title(None), x2="to:T")]


def causes(found: Sequence[Cause]) -> Drawing | None:
    """Bad events by objective and by what else happened."""
    rows = [{"objective": each.objective, "what": each.what, "bad": each.bad_count} for each in found if each.bad_count]
    if not rows:
        return None

    def drawn(width: int) -> str:
        what = alt.Color("what:N").scale(range=list(MANY_COLOURS))
        return as_svg(
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                y=alt.Y("objective:N").title(None).axis(labelLimit=width // 3),
                x=alt.X("bad:Q").title("bad events of the week"),
                color=what.legend(orient="top", title=None, **legend_of(width, most=400)),
            ),
            width,
        )

    return drawn


def ecdf(latency: LatencyWeek) -> Drawing | None:
    """The share of requests that were answered within a time, and the objective's line."""
    of_bucket: dict[float, float] = {}
    for bucket in latency.buckets:
        if bucket.to_ms is not None:
            of_bucket[bucket.to_ms] = of_bucket.get(bucket.to_ms, 0) + bucket.count
    total = sum(bucket.count for bucket in latency.buckets)
    if not total:
        return None
    below, rows = 0.0, list[dict[str, float]]()
    for to_ms, count in sorted(of_bucket.items()):
        below += count
        rows.append({"ms": to_ms, "share": below / total * 100})
    line = alt.Chart(alt.Data(values=rows)).mark_line(color=COLOURS["good"], interpolate="step-after", point=True)
    limit = alt.Data(
        values=[{"ms": latency.slow_after_ms, "label": f"objective: {milliseconds(latency.slow_after_ms)}"}]
    )
    layers = (
        line.encode(
            x=alt.X("ms:Q").scale(type="log").title("answered within (ms, logarithmic)"),
            y=alt.Y("share:Q").scale(domain=[0, 100]).title("share of requests (%)"),
        ),
        alt.Chart(limit).mark_rule(color=COLOURS["fault"], strokeDash=[6, 3], strokeWidth=2).encode(x="ms:Q"),
        alt.Chart(limit)
        .mark_text(align="right", dx=-6, color="currentColor")
        .encode(x="ms:Q", y=alt.value(160), text="label:N"),
    )
    return drawing(alt.layer(*layers).properties(height=_HEIGHT))


def heatmap(latency: LatencyWeek) -> Drawing | None:
    """Requests by latency over time: over the week, or the few hours in which all of it was."""
    rows = [
        {
            "at": bucket.at.isoformat(),
            "until": (bucket.at + timedelta(minutes=latency.period_minutes)).isoformat(),
            "bucket": f"up to {milliseconds(bucket.to_ms)}"
            if bucket.to_ms is not None
            else f"above {milliseconds(bucket.from_ms)}",
            "from": bucket.from_ms,
            "count": round(bucket.count),
        }
        for bucket in latency.buckets
        if bucket.count >= 1
    ]
    if not rows:
        return None
    x = alt.X("at:T").title(None)
    if is_of_hours(latency):
        x = _timed(x.scale(type="utc"), sorted({bucket.at for bucket in latency.buckets}))
    else:
        window = latency.coverage.window
        x = x.scale(type="utc", domain=[_moment(window.start_at), _moment(window.end_at)]).axis(format=DAY)
    order = [text for _, text in sorted({(float(row["from"]), str(row["bucket"])) for row in rows}, reverse=True)]
    chart = alt.Chart(alt.Data(values=rows)).mark_rect()
    encoded = chart.encode(
        x=x,
        x2="until:T",
        y=alt.Y("bucket:N").sort(order).title(None),
        color=alt.Color("count:Q").scale(scheme="viridis", type="log").legend(title="requests", format=",.0f"),
    )
    missing = Known.nothing() if is_of_hours(latency) else latency.coverage.missing
    return drawing(alt.layer(*_unknown_bands(missing), encoded).properties(height=_HEIGHT))


def is_of_hours(latency: LatencyWeek) -> bool:
    """Whether all requests were within a few hours, which are then all that is drawn."""
    return latency.period_minutes < _HOUR_MINUTES


def _timed(x: Any, moments: Sequence[datetime]) -> Any:
    """An axis with a tick at some of the moments, which Vega would choose between them."""
    chosen = moments[:: max(1, len(moments) // _TICKS_COUNT)]
    return x.axis(format=_TIME, values=[_moment(at) for at in chosen])


def _moment(at: datetime) -> alt.DateTime:
    return alt.DateTime(year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, utc=True)
