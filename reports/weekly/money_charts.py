"""The pictures of a weekly report on money: axes begin at zero, and what is an estimate says so."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import altair as alt

from foundation.pages.numbers import exact_usd, plural_of, quantity
from foundation.pages.template import Drawing
from reports.charts import COLOURS, DAY, MANY_COLOURS, as_svg, drawing, legend_of
from reports.money import CostActuals

_HEIGHT = 180
_CHANGE_COLOURS = MappingProxyType({"total": COLOURS["refused"], "more": COLOURS["fault"], "less": COLOURS["good"]})


def cumulative_cost(
    cost: CostActuals, *, limit_usd: Decimal | None, deployed_on: Sequence[date] = (), missing_on: Collection[date] = ()
) -> Drawing:
    """Cost since the 1st, the forecast of the rest with its interval, the limit if there is one, and when something was deployed.

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
    x = alt.X("on:T").scale(type="utc").title(None).axis(format=DAY)
    y = alt.Y("usd:Q").scale(zero=True).title("USD since the 1st, gross")
    deployed = [{"on": on.isoformat()} for on in sorted(set(deployed_on)) if cost.month_on <= on <= last_on]
    layers = (
        alt.Chart(alt.Data(values=deployed)).mark_rule(color=COLOURS["refused"], strokeDash=[2, 3]).encode(x=x),
        alt.Chart(alt.Data(values=fan))
        .mark_area(opacity=0.25, color=COLOURS["slow"])
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(alt.Data(values=fan)).mark_line(color=COLOURS["slow"], strokeDash=[4, 3]).encode(x=x, y=y),
        alt.Chart(alt.Data(values=actual)).mark_line(color=COLOURS["good"], point=True).encode(x=x, y=y),
        *_limit(limit_usd, x=0),
    )
    return drawing(alt.layer(*layers).properties(height=_HEIGHT + 40))


def _limit(limit_usd: Decimal | None, *, x: int) -> tuple[alt.Chart, ...]:
    """A line at the limit, with its label so far from the left; none where there is no limit."""
    if limit_usd is None:
        return ()
    limit = alt.Data(values=[{"usd": float(limit_usd), "label": f"limit: {exact_usd(limit_usd)}"}])
    return (
        alt.Chart(limit).mark_rule(color=COLOURS["fault"], strokeWidth=2, strokeDash=[6, 3]).encode(y="usd:Q"),
        alt.Chart(limit)
        .mark_text(align="left", dy=-7, dx=4, color="currentColor")
        .encode(x=alt.value(x), y="usd:Q", text="label:N"),
    )


def waterfall(now: dict[str, Decimal], before: dict[str, Decimal]) -> Drawing | None:
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
    rows.append({"step": "last 7 days", "from": 0.0, "to": float(at), "kind": "total"})
    present = [kind for kind in _CHANGE_COLOURS if any(row["kind"] == kind for row in rows)]

    def drawn(width: int) -> str:
        steps = alt.Y("step:N").sort([str(row["step"]) for row in rows]).title(None)
        return as_svg(
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                y=steps.axis(labelLimit=min(260, width * 2 // 5)),
                x=alt.X("from:Q").scale(zero=True).title("USD in seven days, gross"),
                x2="to:Q",
                color=alt.Color("kind:N")
                .scale(domain=present, range=[_CHANGE_COLOURS[kind] for kind in present])
                .legend(orient="top", title=None),
            ),
            width,
        )

    return drawn


def service_days(days: Sequence[tuple[date, dict[str, Decimal]]]) -> Drawing:
    """Gross of each day, stacked by service."""
    names = list(dict.fromkeys(name for _, found in days for name in found))
    rows = [
        {"on": on.isoformat(), "service": name, "usd": float(usd), "order": names.index(name)}
        for on, found in days
        for name, usd in found.items()
    ]

    def drawn(width: int) -> str:
        services = alt.Color("service:N").scale(domain=names, range=list(MANY_COLOURS[: len(names)]))
        return as_svg(
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("on:O")
                .title(None)
                .axis(labelExpr="substring(datum.value, 5)", labelAngle=0, labelOverlap="greedy"),
                y=alt.Y("usd:Q").scale(zero=True).title("USD a day, gross"),
                color=services.legend(orient="top", title=None, **legend_of(width, most=200)),
                order="order:Q",
            )
            .properties(height=_HEIGHT),
            width,
        )

    return drawn


def crossing(
    points: Sequence[tuple[Decimal, Decimal]], *, limit_usd: Decimal | None, per_day: Decimal, unit: str
) -> Drawing:  # fmt: skip
    """The estimated month by traffic, the limit if there is one, and today's traffic."""
    rows = [{"per_day": float(rate), "usd": float(cost)} for rate, cost in points]
    today = alt.Data(values=[{"per_day": float(per_day), "label": f"now: {quantity(per_day)} a day"}])
    layers = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(color=COLOURS["good"])
        .encode(
            x=alt.X("per_day:Q").title(f"{plural_of(unit)} a day"),
            y=alt.Y("usd:Q").scale(zero=True).title("USD a month, estimated"),
        ),
        *_limit(limit_usd, x=4),
        alt.Chart(today).mark_rule(color="currentColor", strokeDash=[3, 3]).encode(x="per_day:Q"),
        alt.Chart(today)
        .mark_text(align="left", dx=5, color="currentColor")
        .encode(x="per_day:Q", y=alt.value(12), text="label:N"),
    )
    return drawing(alt.layer(*layers).properties(height=_HEIGHT))
