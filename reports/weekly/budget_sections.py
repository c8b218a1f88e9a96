"""The sections of a weekly report on error budgets: where each stands, how it went over its window, and what consumed them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from foundation.pages.numbers import (
    count,
    counted,
    duration,
    percent,
    percent_range,
    points,
    quantity,
    ratio,
)
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from reports.page_model import Block, Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import charts
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.objectives import LEAST_EVENTS_COUNT, Health, ObjectiveWeek

_DAY_SECONDS = 86_400


def budgets_section(inputs: WeeklyInputs) -> Section:
    """Section 2: every objective, what is left of its budget, and the week itself; sorted by what is left."""
    known = _known(inputs)
    silent = [(name, row) for name, _, row in inputs.objectives if isinstance(row, NoData)]
    rows = [
        (
            row.name,
            row.state,
            row.target,
            _good(row.window),
            # Of the others nobody can say what is left: what is known of them is no budget's window.
            *(_spent(row) if row.is_judged else ("–",) * 6),
        )
        for row in known
    ]
    rows += [(name, "no data", *["–"] * 8) for name, _ in silent]
    weeks = [
        (
            row.name,
            _good(row.week),
            "–" if row.interval is None else percent_range(*row.interval),
            percent(row.covered_ratio, rounding=ROUND_FLOOR),
            row.coverage.percent,
            "–" if row.week_coverage is None else row.week_coverage.percent,
            "–" if row.coverage.newest_at is None else f"{row.coverage.newest_at:%m-%d %H:%M}",
            _burn(row.burn_1h),
            _burn(row.burn_6h),
            _burn(row.burn_3d),
            "–"
            if row.remaining_week_ago_ratio is None or not row.is_judged
            else points(row.remaining_ratio - row.remaining_week_ago_ratio),
        )
        for row in known
    ]
    weeks += [(name, *["–"] * 10) for name, _ in silent]
    reasons = [f"{name}: {row.reason}." for name, row in silent]
    reasons += [f"{row.name}: {row.reason}; counted in {row.unit} by {row.source}{_rests_on(row)}." for row in known]
    blocks: list[Block] = [
        Table(
            caption="Error budgets over their windows, which end with the week; the least left first",
            columns=(
                *text_columns("objective", "state", "target"),
                *number_columns("good events", "good", "bad / allowed", "spent", "spent this week", "left", "runs out in"),
            ),
            rows=tuple(rows),
        ),
        _spent_picture(known, [name for name, _ in silent]),
        Table(
            caption="The week itself, and the burn rates at its end (1.0 spends exactly the budget over its window)",
            columns=(
                *text_columns("objective"),
                *number_columns(
                    "good events", "95 % interval", "hours with data", "window known", "week known", "as of",
                    "burn rate 1 h", "6 h", "3 d", "left: change in points",
                ),
            ),
            rows=tuple(weeks),
        ),
        Text(text=" ".join(reasons)),
        Text(text=f"{_burned(known)} An interval is given from {LEAST_EVENTS_COUNT} events on."),
        Text(text=_cross_check(inputs)),
    ]  # fmt: skip
    return Section(number=2, title="Objectives and budgets", blocks=tuple(blocks))


def _spent_picture(known: Sequence[ObjectiveWeek], silent: Sequence[str]) -> Picture:
    """The budgets, the most spent first; those that cannot be judged say why they have no bar."""
    judged = sorted((row for row in known if row.is_judged), key=lambda row: (-row.spent_ratio, row.name))
    rows = [(row.name, percent(row.spent_ratio), percent(row.remaining_ratio)) for row in judged]
    rows += [(row.name, row.health.value, "–") for row in known if not row.is_judged]
    rows += [(name, Health.NO_DATA.value, "–") for name in silent]
    cut = any(row.spent_ratio * 100 > charts.MOST_PERCENT for row in judged)
    return Picture(
        about="Error budget spent; beyond the line it is exhausted"
        + (". A bar that ends with the picture goes on to its number" if cut else ""),
        draw=charts.spent(known, without=silent),
        numbers=Table(
            caption="Error budget spent and left",
            columns=(*text_columns("objective"), *number_columns("spent", "left")),
            rows=tuple(rows),
            empty="no budget can be judged",
        ),
    )


def burn_down_section(inputs: WeeklyInputs) -> Section:
    """Section 3: each budget over its window, the most spent first, with what happened meanwhile."""
    marks = _marks(inputs)
    blocks: list[Block] = [
        Picture(
            about=_about(row),
            draw=charts.burn_down(row, marks),
            numbers=Table(
                caption=f"Error budget of {row.name} left",
                columns=(*text_columns("day"), *number_columns("left")),
                rows=tuple((f"{at:%Y-%m-%d %H:%M}", percent(left)) for at, left in _thinned(row.burn_down)),
            ),
        )
        for row in _known(inputs)
        if row.target_ratio < 1 and row.is_judged
    ]
    if not blocks:
        blocks = [Text(text="No data: no error budget can be judged.")]
    elif marks:
        table = Table(
            caption="Events that the pictures mark",
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
            count(cause.bad_count),
            percent(cause.bad_count / total[cause.objective]),
            percent(cause.bad_count / allowed[cause.objective]) if allowed.get(cause.objective) else "–",
        )
        for cause in sorted(inputs.causes, key=lambda each: (each.objective, -each.bad_count, each.what))
        if cause.bad_count
    )
    table = Table(
        caption="Bad events of the week by what else happened in the same hour",
        columns=(
            *text_columns("objective", "same hour as"),
            *number_columns("bad events", "of all bad events", "of the budget"),
        ),
        rows=rows,
        empty="no bad event was counted in this week",
    )
    about = Text(
        text="What happened in the same hour is a hint, not a proof. An hour counts once, as the first of: a labelled "
        "incident, a load test, a deployment, throttling by Bedrock. All other hours are unknown."
    )
    if inputs.causes_without:
        about = Text(text=f"{about.text} Could not be checked: {'; '.join(inputs.causes_without)}.")
    picture = Picture(
        about="Bad events by objective and by what else happened then", draw=charts.causes(inputs.causes), numbers=table
    )
    return Section(number=4, title="Budget consumption by cause", blocks=(picture, about))


def _known(inputs: WeeklyInputs) -> list[ObjectiveWeek]:
    known = [row for _, _, row in inputs.objectives if isinstance(row, ObjectiveWeek)]
    return sorted(known, key=lambda row: (row.remaining_ratio, row.name))


def _cross_check(inputs: WeeklyInputs) -> str:
    """The faults as unsampled metrics have them; who counted those, the source says."""
    if isinstance(inputs.gateway, NoData):
        return f"Cross-check with API Gateway's metrics Count and 5XXError: no data: {inputs.gateway.reason}."
    total, bad = inputs.gateway.counts.total_count, inputs.gateway.counts.bad_count
    known = "" if inputs.gateway.coverage.is_whole else f", of which {inputs.gateway.coverage.known_of} are known"
    return (
        f"Cross-check with API Gateway's metrics Count and 5XXError, which sample nothing: {counted(total, 'request')} and "
        f"{counted(bad, '5XX answer')} ({percent(Decimal(bad) / total)}) in the week{known}. "
        f"Counted by: {inputs.metrics_name}."
    )


def _good(counts: Counts) -> str:
    return f"{count(counts.total_count - counts.bad_count)} of {count(counts.total_count)}"


def _spent(row: ObjectiveWeek) -> tuple[str, ...]:
    return (
        percent(row.sli_ratio, apart_from=row.target_ratio),
        f"{count(row.window.bad_count)} / {quantity(row.allowed_count, rounding=ROUND_FLOOR)}",
        percent(row.spent_ratio),
        "–" if row.spent_in_week_ratio is None else percent(row.spent_in_week_ratio),
        percent(row.remaining_ratio),
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
    left_out = "One is left out where less than nine tenths of its time is known, or all of its events are in the shorter time."
    if len(ended) == 1:
        return f"Burn rates are as of {next(iter(ended))}. {left_out}"
    said = "; ".join(f"{at}: {', '.join(names)}" for at, names in sorted(ended.items()))
    return f"Burn rates are as of {said}. {left_out}"


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
    length = duration(row.window_length)
    if row.burn_down[-1][0] - row.burn_down[0][0] < timedelta(days=1):
        shown = f"Error budget of {row.name} left, in the hours that have data; its window is {length}"
    else:
        shown = f"Error budget of {row.name} left over {length}; the dashed line spends it evenly"
    if not row.coverage.is_whole:
        shown += "; nothing is known of the grey time"
    if row.remaining_ratio * 100 < charts.LEAST_PERCENT:
        shown += f"; it fell to {percent(row.remaining_ratio)}, below the picture"
    return shown


def _thinned(points: tuple[tuple[datetime, Decimal], ...]) -> list[tuple[datetime, Decimal]]:
    if points[-1][0] - points[0][0] < timedelta(days=1):
        return list(points)
    return [point for number, point in enumerate(points) if number % 4 == 0 or number == len(points) - 1]


def _burn(rate: Decimal | None) -> str:
    return "–" if rate is None else ratio(rate)


def _lasts(days: Decimal | None) -> str:
    if days is None:
        return "–"
    # A budget is not said to last longer than it does.
    return "spent" if days == 0 else duration(days * _DAY_SECONDS)
