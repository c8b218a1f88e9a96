"""The sections of a weekly report on what was seen from moment to moment: latency, alarms, canaries, agents."""

from datetime import datetime, timedelta

from reports import weekly_charts as charts
from reports.page_model import Block, Picture, Section, Table, Text
from reports.weekly_inputs import CanaryWeek, WeeklyInputs
from slo.error_budget import NoData


def moment(at: datetime) -> str:
    """An instant as the report prints it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def latency_section(inputs: WeeklyInputs) -> Section:
    """Section 5: percentiles and bands of latency, with their number of requests."""
    latency = inputs.latency
    if isinstance(latency, NoData):
        return Section(number=5, title="Latency", blocks=(Text(text=f"No data: {latency.reason}."),))
    of_band: dict[tuple[float, float | None], float] = {}
    for band in latency.bands:
        of_band[band.from_ms, band.to_ms] = of_band.get((band.from_ms, band.to_ms), 0) + band.count
    total, below, rows = sum(of_band.values()), 0.0, list[tuple[str, ...]]()
    for (from_ms, to_ms), count in sorted(of_band.items()):
        below += count
        upper = "longer" if to_ms is None else f"{to_ms:,.0f} ms"
        rows.append((f"{from_ms:,.0f} ms", upper, f"{count:,.0f}", f"{below / total:.2%}" if total else "–"))
    numbers = Table(
        caption="Requests of the week by latency",
        columns=("above#", "up to#", "requests#", "share up to here#"),
        rows=tuple(rows),
    )
    longest = max(band.from_ms for band in latency.bands)
    found = ", ".join(
        f"p{percentile:g} {f'above {longest:,.0f} ms' if ms is None else f'up to {ms:,.0f} ms'}"
        for percentile, ms in latency.percentiles_ms
    )
    return Section(
        number=5,
        title="Latency",
        blocks=(
            Text(text=f"{found}; n = {latency.request_count:,}; the objective's line is at {latency.slow_after_ms:,.0f} ms. "
                 "Percentiles are the upper ends of the bands below."),
            Picture(about="Share of requests by latency, with the objective's line", svg=charts.ecdf(latency), numbers=numbers),
            Picture(
                about="Requests by latency over the week, lighter is more",
                svg=charts.heatmap(latency),
                numbers=Table(
                    caption=f"Requests in every {latency.period_minutes} min, by latency",
                    columns=("period", "above#", "up to#", "requests#"),
                    rows=tuple(
                        (f"{band.at:%m-%d %H:%M}", f"{band.from_ms:,.0f} ms",
                         "longer" if band.to_ms is None else f"{band.to_ms:,.0f} ms", f"{band.count:,.0f}")
                        for band in latency.bands if band.count
                    ),
                ),
            ),
        ),
    )  # fmt: skip


def alarms_section(inputs: WeeklyInputs) -> Section:
    """Section 6: which alarms went off, and how the canaries' runs ended."""
    blocks: list[Block] = []
    if isinstance(inputs.alarms, NoData):
        blocks.append(Text(text=f"Alarms: no data: {inputs.alarms.reason}."))
    else:
        rows = tuple(
            (each.name, each.severity, moment(each.began_at),
             "still in alarm" if each.ended_at is None else _lasted(each.ended_at - each.began_at))
            for each in inputs.alarms
        )  # fmt: skip
        blocks.append(
            Table(
                caption="Alarms that went off",
                columns=("alarm", "severity", "began", "lasted#"),
                rows=rows,
                empty="none",
            )
        )
        blocks.append(Text(text="Whether a page was true, and when somebody took it, is known to nobody yet."))
    if isinstance(inputs.canaries, NoData):
        blocks.append(Text(text=f"Canaries: no data: {inputs.canaries.reason}."))
    else:
        rows = tuple(
            (each.name, f"{each.run_count:,}", f"{each.failed_count:,}",
             f"{(each.run_count - each.failed_count) / each.run_count:.2%}" if each.run_count else "–",
             _missed(each))
            for each in inputs.canaries
        )  # fmt: skip
        blocks.append(
            Table(
                caption="Canaries: a run that is missing is neither good nor bad",
                columns=("canary", "runs#", "failed#", "succeeded#", "missed#"),
                rows=rows,
            )
        )
    return Section(number=6, title="Alarms and canaries", blocks=tuple(blocks))


def agents_section() -> Section:
    """Section 7: what is known of the agents."""
    text = (
        "No data: the platform has no agents yet, so there are no runs, tokens, throttles or evaluations to tell, and no prompt "
        "above 100,000 tokens can have been sent."
    )
    return Section(number=7, title="Agent quality", blocks=(Text(text=text),))


def _missed(canary: CanaryWeek) -> str:
    if canary.expected_count is None:
        return "–"
    return f"{max(0, canary.expected_count - canary.run_count):,} of {canary.expected_count:,}"


def _lasted(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:,.0f} min"
