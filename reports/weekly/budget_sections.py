"""The sections of a weekly report on error budgets: where each stands, how it went over its window, and what consumed it."""

import math
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from foundation.files.durations import spoken_duration
from foundation.readings import NoData
from reports.page_model import Block, Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import charts
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.objectives import ObjectiveWeek

# Less than so many are told in hours.
_SAID_IN_DAYS = 3


def budgets_section(inputs: WeeklyInputs) -> Section:
    """Section 2: every objective, what is left of its budget, and the week itself; sorted by what is left."""
    known = _known(inputs)
    # Of the others nobody can say what is left: what is known of them is no budget's window.
    judged = [row for row in known if row.is_judged]
    silent = [(name, row) for name, _, row in inputs.objectives if isinstance(row, NoData)]
    rows = [
        (
            row.name,
            row.state,
            row.target,
            f"{row.window.total_count - row.window.bad_count:,} of {row.window.total_count:,}",
            *(_spent(row) if row.is_judged else ("–",) * 6),
        )
        for row in known
    ]
    rows += [(name, "no data", *["–"] * 8) for name, _ in silent]
    weeks = [
        (
            row.name,
            f"{row.week.total_count - row.week.bad_count:,} of {row.week.total_count:,}",
            outward_percent(*row.interval),
            f"{row.covered_ratio:.0%}",
            row.coverage.percent,
            "–" if row.week_coverage is None else row.week_coverage.percent,
            "–" if row.coverage.newest_at is None else f"{row.coverage.newest_at:%m-%d %H:%M}",
            _burn(row.burn_1h),
            _burn(row.burn_6h),
            _burn(row.burn_3d),
            "–"
            if row.remaining_week_ago_ratio is None or not row.is_judged
            else signed_percent(row.remaining_ratio - row.remaining_week_ago_ratio),
        )
        for row in known
    ]
    weeks += [(name, "–", "–", "0%", *["–"] * 7) for name, _ in silent]
    reasons = [f"{name}: {row.reason}." for name, row in silent]
    reasons += [f"{row.name}: {row.reason}; counted in {row.unit} by {row.source}{_rests_on(row)}." for row in known]
    left = Table(
        caption="What is left of each budget",
        columns=(*text_columns("objective"), *number_columns("left")),
        rows=tuple((row.name, percent(row.remaining_ratio, 1)) for row in judged),
        empty="no budget can be judged",
    )
    blocks: list[Block] = [
        Table(
            caption="Budgets: the window ends with the week; sorted by what is left",
            columns=(
                *text_columns("objective", "state"),
                *number_columns("target", "good", "SLI", "bad of allowed", "spent", "in this week", "left", "lasts"),
            ),
            rows=tuple(rows),
        ),
        Picture(about="What is left of each budget, at most all of it and at least none", svg=charts.left(judged), numbers=left),
        Table(
            caption="The week itself, and how fast the budgets burned at its end",
            columns=(
                *text_columns("objective"),
                *number_columns(
                    "good", "95 % interval", "hours with data", "known of the window", "of the week", "as of",
                    "burn over 1 h", "6 h", "3 d", "left, against last week (points)",
                ),
            ),
            rows=tuple(weeks),
        ),
        Text(text=" ".join(reasons)),
        Text(text=_burned(known)),
        Text(text=_cross_check(inputs)),
    ]  # fmt: skip
    return Section(number=2, title="Objectives and budgets", blocks=tuple(blocks))


def burn_down_section(inputs: WeeklyInputs) -> Section:
    """Section 3: each budget over its window, the most spent first, with what happened meanwhile."""
    marks = _marks(inputs)
    blocks: list[Block] = [
        Picture(
            about=_about(row),
            svg=charts.burn_down(row, marks),
            numbers=Table(
                caption=f"Budget left of {row.name}",
                columns=(*text_columns("day"), *number_columns("left")),
                rows=tuple((f"{at:%Y-%m-%d %H:%M}", percent(left, 1)) for at, left in _thinned(row.burn_down)),
            ),
        )
        for row in _known(inputs)
        if row.target_ratio < 1 and row.is_judged
    ]
    if not blocks:
        blocks = [Text(text="No data: no objective with a budget can be judged.")]
    elif marks:
        table = Table(
            caption="What happened in the window, as the pictures mark it",
            columns=text_columns("when", "what"),
            rows=tuple((f"{at:%Y-%m-%d %H:%M} UTC", what) for at, what in marks),
        )
        blocks.append(table)
    return Section(number=3, title="Budget burn-down", blocks=tuple(blocks))


def causes_section(inputs: WeeklyInputs) -> Section:
    """Section 4: the week's bad events by what else happened in their hour, as shares of them and of the budget."""
    total: dict[str, int] = {}
    for cause in inputs.causes:
        total[cause.objective] = total.get(cause.objective, 0) + cause.bad_count
    allowed = {row.name: row.allowed_count for row in _known(inputs) if row.is_judged}
    rows = tuple(
        (
            cause.objective,
            cause.what,
            f"{cause.bad_count:,}",
            f"{cause.bad_count / total[cause.objective]:.1%}",
            percent(cause.bad_count / allowed[cause.objective], 1) if allowed.get(cause.objective) else "–",
        )
        for cause in sorted(inputs.causes, key=lambda each: (each.objective, -each.bad_count, each.what))
        if cause.bad_count
    )
    table = Table(
        caption="Bad events of the week by what else happened in their hour",
        columns=(
            *text_columns("objective", "in an hour with"),
            *number_columns("bad events", "share", "of the budget"),
        ),
        rows=rows,
        empty="no bad event was counted in this week",
    )
    about = Text(
        text="What happened in the same hour is a hint and no proof. An hour with several counts as the first of: a labelled "
        "incident, load test, deployment, throttling by Bedrock; all other hours are unknown."
    )
    if inputs.causes_without:
        about = Text(text=f"{about.text} Could not be looked at: {'; '.join(inputs.causes_without)}.")
    picture = Picture(
        about="Bad events by objective and by what else happened then", svg=charts.causes(inputs.causes), numbers=table
    )
    return Section(number=4, title="What consumed it", blocks=(picture, about))


def percent(ratio: Decimal, digits: int = 3) -> str:
    """A ratio in percent."""
    return f"{ratio * 100:.{digits}f} %".replace("-", "−")


def outward_percent(low_ratio: float, high_ratio: float) -> str:
    """An interval in percent, each end rounded away from the other, so that it holds what it held before."""
    return f"{math.floor(low_ratio * 10_000) / 100:.2f}–{math.ceil(high_ratio * 10_000) / 100:.2f} %"


def signed_percent(ratio: Decimal) -> str:
    """A difference of ratios in points of a percent, with its sign."""
    return f"{ratio * 100:+.1f}".replace("-", "−")


def _known(inputs: WeeklyInputs) -> list[ObjectiveWeek]:
    known = [row for _, _, row in inputs.objectives if isinstance(row, ObjectiveWeek)]
    return sorted(known, key=lambda row: (row.remaining_ratio, row.name))


def _cross_check(inputs: WeeklyInputs) -> str:
    if isinstance(inputs.gateway, NoData):
        return f"Cross-check of faults with API Gateway's own count: no data: {inputs.gateway.reason}."
    total, bad = inputs.gateway.counts.total_count, inputs.gateway.counts.bad_count
    known = "" if inputs.gateway.coverage.is_whole else f", of which {inputs.gateway.coverage.known_of} are known"
    return (
        f"Cross-check: API Gateway itself, which samples nothing, counted {bad:,} answers of 5XX to {total:,} requests of the "
        f"week{known} ({percent(Decimal(bad) / total)})."
    )


def _spent(row: ObjectiveWeek) -> tuple[str, ...]:
    return (
        percent(row.sli_ratio),
        f"{row.window.bad_count:,} of {_rounded_down(row.allowed_count, 1):,.1f}",
        percent(row.spent_ratio, 1),
        "–" if row.spent_in_week_ratio is None else percent(row.spent_in_week_ratio, 1),
        percent(row.remaining_ratio, 1),
        _lasts(row.exhausted_in_days),
    )


def _rests_on(row: ObjectiveWeek) -> str:
    return "" if row.coverage.is_whole else f"; not known is {row.coverage.missing_said}"


def _burned(rows: list[ObjectiveWeek]) -> str:
    """Since when the burn rates speak: of the last whole hour that is known, which not every objective shares."""
    ended: dict[str, list[str]] = {}
    for row in rows:
        if row.target_ratio < 1:
            at = "no whole hour that is known" if row.burn_as_of is None else f"{row.burn_as_of:%Y-%m-%d %H:%M} UTC"
            ended.setdefault(at, []).append(row.name)
    if not ended:
        return "No objective has a burn rate."
    if len(ended) == 1:
        return f"Burn rates are as of {next(iter(ended))}; one of which less than nine tenths is known is not told."
    said = "; ".join(f"as of {at}: {', '.join(names)}" for at, names in sorted(ended.items()))
    return f"Burn rates, of which one is not told where less than nine tenths is known: {said}."


def _marks(inputs: WeeklyInputs) -> list[tuple[datetime, str]]:
    load_tests = () if isinstance(inputs.load_tests, NoData) else inputs.load_tests
    marks = [(began_at, "load test") for began_at, _ in load_tests]
    marks += [(each.start_at, "incident") for each in inputs.incidents]
    if not isinstance(inputs.operations, NoData):
        marks += [
            (each.ended_at, "deployment" if each.has_succeeded else "failed deployment") for each in inputs.operations
        ]
    return sorted(marks)


def _about(row: ObjectiveWeek) -> str:
    length = spoken_duration(row.window_length)
    if row.burn_down[-1][0] - row.burn_down[0][0] < timedelta(days=1):
        shown = f"What was left of the budget of {row.name} in the hours that have data; its window is {length}"
    else:
        shown = f"What was left of the budget of {row.name} over {length}, with the line of even spending"
    if not row.coverage.is_whole:
        shown += "; grey is time of which nothing is known"
    if row.remaining_ratio * 100 < charts.LEAST_PERCENT:
        shown += f"; it fell to {percent(row.remaining_ratio, 0)}, which is below the picture"
    return shown


def _thinned(points: tuple[tuple[datetime, Decimal], ...]) -> list[tuple[datetime, Decimal]]:
    if points[-1][0] - points[0][0] < timedelta(days=1):
        return list(points)
    return [point for number, point in enumerate(points) if number % 4 == 0 or number == len(points) - 1]


def _burn(rate: Decimal | None) -> str:
    return "–" if rate is None else f"{rate:.1f}"


def _lasts(days: Decimal | None) -> str:
    if days is None:
        return "–"
    if days == 0:
        return "gone"
    # A budget is not said to last longer than it does.
    whole_days, whole_hours = _rounded_down(days, 0), _rounded_down(days * 24, 0)
    return f"{whole_days:,.0f} d" if days >= _SAID_IN_DAYS else f"{whole_hours:,.0f} h"


def _rounded_down(number: Decimal, digits: int) -> Decimal:
    """What is allowed or lasts, never more than it is."""
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR)
