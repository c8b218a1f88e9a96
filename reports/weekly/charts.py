"""The pictures of a weekly report, as SVG in the page's own colours; the numbers of each stand in a table beside it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import altair as alt

from foundation.readings import Interval, Known
from reports.charts import COLOURS, as_svg
from reports.money import CostActuals
from reports.weekly.inputs import Cause, LatencyWeek
from reports.weekly.objectives import Health, ObjectiveWeek

_WIDTH, _HEIGHT = 820, 180
# Days are UTC, wherever the page is drawn.
_DAY, _TIME = "%m-%d", "%H:%M"
_HOUR_MINUTES = 60
_MOMENT = timedelta(seconds=1)
_TICKS_COUNT = 8
# A budget that is overspent many times over would flatten the rest of its picture.
LEAST_PERCENT = -100.0
# Okabe and Ito's eight, without black, which a dark page would swallow, and with a grey for the rest.
_MANY_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#8C8C8C")
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


def left(rows: Sequence[ObjectiveWeek]) -> str | None:
    """What is left of each budget as a bar; overspent budgets have none."""
    if not rows:
        return None
    values = [
        {"objective": row.name, "left": float(min(1, max(0, row.remaining_ratio))) * 100, "state": row.health.value}
        for row in rows
    ]
    present = [each for each in Health if any(row.health is each for row in rows)]
    chart = alt.Chart(alt.Data(values=values)).mark_bar()
    encoded = chart.encode(
        y=alt.Y("objective:N").sort([row.name for row in rows]).title(None),
        x=alt.X("left:Q").scale(domain=[0, 100]).title("budget left (%)"),
        color=alt.Color("state:N")
        .scale(domain=[each.value for each in present], range=[_HEALTH_COLOURS[each] for each in present])
        .legend(orient="top", title=None),
    )
    return as_svg(encoded.properties(width=_WIDTH - 60))


def burn_down(row: ObjectiveWeek, marks: Sequence[tuple[datetime, str]]) -> str:
    """What was left of a budget over the window, the line of even spending, and what happened meanwhile.

    The line is broken where nothing is known, and a band says so.
    """
    points = [
        {"at": at.isoformat(), "left": None if _is_unknown(row, at) else max(LEAST_PERCENT, float(left) * 100)}
        for at, left in row.burn_down
    ]
    even = [{"at": points[0]["at"], "left": 100}, {"at": points[-1]["at"], "left": 0}]
    y = alt.Y("left:Q").title(f"{row.name}: budget left (%)")
    x = alt.X("at:T").scale(type="utc").title(None)
    is_short = row.burn_down[-1][0] - row.burn_down[0][0] < timedelta(days=1)
    x = _timed(x, [at for at, _ in row.burn_down]) if is_short else x.axis(format=_DAY)
    even_line = alt.Chart(alt.Data(values=even)).mark_line(color="currentColor", opacity=0.5, strokeDash=[5, 4])
    shown = Interval(start_at=row.burn_down[0][0], end_at=row.burn_down[-1][0] + _MOMENT)
    layers: list[Any] = [
        *_unknown_bands(row.coverage.missing.within(shown)),
        # Minutes of a window say nothing of even spending over weeks.
        *([] if is_short else [even_line.encode(x=x, y=y)]),
        alt.Chart(alt.Data(values=points)).mark_line(color=COLOURS["good"], interpolate="step-after").encode(x=x, y=y),
    ]
    inside = [
        {"at": at.isoformat(), "what": what} for at, what in marks if row.burn_down[0][0] <= at <= row.burn_down[-1][0]
    ]
    if inside:
        present = [what for what in _MARK_COLOURS if any(each["what"] == what for each in inside)]
        rules = alt.Chart(alt.Data(values=inside)).mark_rule(opacity=0.8)
        colour = alt.Color("what:N").scale(domain=present, range=[_MARK_COLOURS[what] for what in present])
        layers.append(rules.encode(x=x, color=colour.legend(orient="top", title=None)))
    return as_svg(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))


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


def causes(found: Sequence[Cause]) -> str | None:
    """Bad events by objective and by what else happened."""
    rows = [{"objective": each.objective, "what": each.what, "bad": each.bad_count} for each in found if each.bad_count]
    if not rows:
        return None
    chart = alt.Chart(alt.Data(values=rows)).mark_bar()
    encoded = chart.encode(
        y=alt.Y("objective:N").title(None),
        x=alt.X("bad:Q").title("bad events of the week"),
        color=alt.Color("what:N").scale(range=list(_MANY_COLOURS)).legend(orient="top", title=None, labelLimit=400),
    )
    return as_svg(encoded.properties(width=_WIDTH - 60))


def ecdf(latency: LatencyWeek) -> str | None:
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
    limit = alt.Data(values=[{"ms": latency.slow_after_ms, "label": f"objective: {latency.slow_after_ms:,.0f} ms"}])
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
    return as_svg(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))


def heatmap(latency: LatencyWeek) -> str | None:
    """Requests by latency over time: over the week, or the few hours in which all of it was."""
    rows = [
        {
            "at": bucket.at.isoformat(),
            "until": (bucket.at + timedelta(minutes=latency.period_minutes)).isoformat(),
            "bucket": f"up to {bucket.to_ms:,.0f} ms"
            if bucket.to_ms is not None
            else f"above {bucket.from_ms:,.0f} ms",
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
        x = x.scale(type="utc", domain=[_moment(window.start_at), _moment(window.end_at)]).axis(format=_DAY)
    order = [text for _, text in sorted({(float(row["from"]), str(row["bucket"])) for row in rows}, reverse=True)]
    chart = alt.Chart(alt.Data(values=rows)).mark_rect()
    encoded = chart.encode(
        x=x,
        x2="until:T",
        y=alt.Y("bucket:N").sort(order).title(None),
        color=alt.Color("count:Q").scale(scheme="viridis", type="log").legend(title="requests", format=",.0f"),
    )
    missing = Known.nothing() if is_of_hours(latency) else latency.coverage.missing
    return as_svg(alt.layer(*_unknown_bands(missing), encoded).properties(width=_WIDTH - 120, height=_HEIGHT))


def is_of_hours(latency: LatencyWeek) -> bool:
    """Whether all requests were within a few hours, which are then all that is drawn."""
    return latency.period_minutes < _HOUR_MINUTES


def _timed(x: Any, moments: Sequence[datetime]) -> Any:
    """An axis with a tick at some of the moments, which Vega would choose between them."""
    chosen = moments[:: max(1, len(moments) // _TICKS_COUNT)]
    return x.axis(format=_TIME, values=[_moment(at) for at in chosen])


def _moment(at: datetime) -> alt.DateTime:
    return alt.DateTime(year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, utc=True)


def cumulative_cost(
    cost: CostActuals, *, limit_usd: Decimal, deployed_on: Sequence[date] = (), missing_on: Collection[date] = ()
) -> str:
    """Cost since the 1st, the forecast of the rest with its interval, the limit, and when something was deployed.

    The line is broken at the days that are missing from the bill.
    """
    total, actual = Decimal(0), list[dict[str, Any]]()
    for on, day in cost.days:
        total += day
        actual.append({"on": on.isoformat(), "usd": None if on in missing_on else float(total)})
    end, low, high, _ = cost.month_end
    last_on = cost.known_on + timedelta(days=cost.remaining_days)
    fan = [
        {"on": cost.known_on.isoformat(), "usd": float(total), "low": float(total), "high": float(total)},
        {
            "on": last_on.isoformat(), "usd": float(end),
            "low": float(end if low is None else low), "high": float(end if high is None else high),
        },
    ]  # fmt: skip
    x = alt.X("on:T").scale(type="utc").title(None).axis(format=_DAY)
    y = alt.Y("usd:Q").scale(zero=True).title("USD since the 1st, gross")
    limit = alt.Data(values=[{"usd": float(limit_usd), "label": f"limit: ${limit_usd:,}"}])
    deployed = [{"on": on.isoformat()} for on in sorted(set(deployed_on)) if cost.month_on <= on <= last_on]
    layers = (
        alt.Chart(alt.Data(values=deployed)).mark_rule(color=COLOURS["refused"], strokeDash=[2, 3]).encode(x=x),
        alt.Chart(alt.Data(values=fan))
        .mark_area(opacity=0.25, color=COLOURS["slow"])
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(alt.Data(values=fan)).mark_line(color=COLOURS["slow"], strokeDash=[4, 3]).encode(x=x, y=y),
        alt.Chart(alt.Data(values=actual)).mark_line(color=COLOURS["good"], point=True).encode(x=x, y=y),
        alt.Chart(limit).mark_rule(color=COLOURS["fault"], strokeWidth=2, strokeDash=[6, 3]).encode(y="usd:Q"),
        alt.Chart(limit)
        .mark_text(align="left", dy=-7, dx=4, color="currentColor")
        .encode(x=alt.value(0), y="usd:Q", text="label:N"),
    )
    return as_svg(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT + 40))


def waterfall(now: dict[str, Decimal], before: dict[str, Decimal]) -> str | None:
    """From last week's total to this week's, a step for each service."""
    if not any(now.values()) and not any(before.values()):
        return None
    at = sum(before.values(), Decimal(0))
    rows = [{"step": "7 days before", "from": 0.0, "to": float(at), "kind": "total"}]
    for name in sorted(now, key=lambda each: (-abs(now[each] - before[each]), each)):
        change = now[name] - before[name]
        rows.append(
            {"step": name, "from": float(at), "to": float(at + change), "kind": "more" if change > 0 else "less"}
        )
        at += change
    rows.append({"step": "these 7 days", "from": 0.0, "to": float(at), "kind": "total"})
    chart = alt.Chart(alt.Data(values=rows)).mark_bar()
    encoded = chart.encode(
        y=alt.Y("step:N").sort([str(row["step"]) for row in rows]).title(None).axis(labelLimit=260),
        x=alt.X("from:Q").scale(zero=True).title("USD in seven days, gross"),
        x2="to:Q",
        color=alt.Color("kind:N")
        .scale(domain=["total", "more", "less"], range=[COLOURS["refused"], COLOURS["fault"], COLOURS["good"]])
        .legend(orient="top", title=None),
    )
    return as_svg(encoded.properties(width=_WIDTH - 220))


def service_days(days: Sequence[tuple[date, dict[str, Decimal]]]) -> str:
    """Gross of each day, stacked by service."""
    names = list(dict.fromkeys(name for _, found in days for name in found))
    rows = [
        {"on": on.isoformat(), "service": name, "usd": float(usd), "order": names.index(name)}
        for on, found in days
        for name, usd in found.items()
    ]
    encoded = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("on:O")
            .title(None)
            .axis(labelExpr="substring(datum.value, 5)", labelAngle=0, labelOverlap="greedy"),
            y=alt.Y("usd:Q").scale(zero=True).title("USD a day, gross"),
            color=alt.Color("service:N")
            .scale(domain=names, range=list(_MANY_COLOURS[: len(names)]))
            .legend(orient="top", title=None, columns=4, labelLimit=200),
            order="order:Q",
        )
    )
    return as_svg(encoded.properties(width=_WIDTH, height=_HEIGHT))


def crossing(points: Sequence[tuple[Decimal, Decimal]], *, limit_usd: Decimal, per_day: Decimal) -> str:
    """The estimated month by traffic, the limit, and today's traffic."""
    rows = [{"per_day": float(rate), "usd": float(cost)} for rate, cost in points]
    limit = alt.Data(values=[{"usd": float(limit_usd), "label": f"limit: ${limit_usd:,}"}])
    today = alt.Data(values=[{"per_day": float(per_day), "label": f"now: {per_day:,.0f} a day"}])
    layers = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(color=COLOURS["good"])
        .encode(
            x=alt.X("per_day:Q").title("pipelines a day"),
            y=alt.Y("usd:Q").scale(zero=True).title("USD a month, estimated"),
        ),
        alt.Chart(limit).mark_rule(color=COLOURS["fault"], strokeWidth=2, strokeDash=[6, 3]).encode(y="usd:Q"),
        alt.Chart(limit)
        .mark_text(align="left", dy=-7, dx=4, color="currentColor")
        .encode(x=alt.value(_WIDTH / 2), y="usd:Q", text="label:N"),
        alt.Chart(today).mark_rule(color="currentColor", strokeDash=[3, 3]).encode(x="per_day:Q"),
        alt.Chart(today)
        .mark_text(align="left", dx=5, color="currentColor")
        .encode(x="per_day:Q", y=alt.value(12), text="label:N"),
    )
    return as_svg(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))
