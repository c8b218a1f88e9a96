"""A weekly report as a page: header, verdict, budgets, what consumed them, actions, appendix, and the other modules' sections.

Texts are made here once, so HTML, Markdown and JSON say the same.
"""

from datetime import datetime
from decimal import Decimal

from reports import weekly_charts as charts
from reports.page_model import Block, Page, Picture, Section, Table, Text, Tile, Tiles
from reports.weekly_inputs import WeeklyInputs
from reports.weekly_money import money_sections, money_state
from reports.weekly_objectives import Health, ObjectiveWeek
from reports.weekly_signals import agents_section, alarms_section, latency_section, moment
from slo.error_budget import NoData

_TONES = {
    Health.HEALTHY: "pass", Health.AT_RISK: "inconclusive", Health.EXHAUSTED: "miss", Health.TOO_LITTLE: "no-data",
    Health.NO_DATA: "no-data",
}  # fmt: skip


def make_page(inputs: WeeklyInputs) -> Page:
    """The whole report."""
    verdict, tone, sentence = release_verdict(inputs)
    return Page(
        title=f"{inputs.service}, {inputs.stage}: week {inputs.week}",
        label=inputs.label,
        verdict=verdict,
        sentence=sentence,
        sections=(
            _header(inputs),
            _verdict(inputs, verdict, tone, sentence),
            _budgets(inputs),
            _burn_down(inputs),
            _causes(inputs),
            latency_section(inputs),
            alarms_section(inputs),
            agents_section(),
            *money_sections(inputs),
            _actions(inputs),
            _appendix(inputs),
        ),
    )


def release_verdict(inputs: WeeklyInputs) -> tuple[str, str, str]:
    """Frozen, unknown or allowed; its tone; and by which rule. What cannot be read is never healthy."""
    found = [(name, row) for name, _, row in inputs.objectives]
    exhausted = [name for name, row in found if isinstance(row, ObjectiveWeek) and row.health is Health.EXHAUSTED]
    state, reason = money_state(inputs)
    if exhausted or state is Health.EXHAUSTED:
        because = [f"{name} has spent its error budget" for name in exhausted]
        because += [reason] if state is Health.EXHAUSTED else []
        return "frozen", "miss", f"Releases are frozen but for repairs: {'; '.join(because)}."
    silent = [name for name, row in found if isinstance(row, NoData)]
    silent += [] if state is not Health.NO_DATA else ["money"]
    broken = [source.name for source in inputs.sources if source.problem is not None]
    unsure = [name for name, row in found if isinstance(row, ObjectiveWeek) and row.health is Health.TOO_LITTLE]
    if silent or broken or unsure:
        parts = [f"nothing is known of {', '.join(silent)}"] if silent else []
        parts += [f"too little is known of {', '.join(unsure)}"] if unsure else []
        parts += [f"{', '.join(broken)} could not be read"] if broken else []
        return "unknown", "inconclusive", f"Nobody can say whether to release: {'; '.join(parts)}."
    risky = [name for name, row in found if isinstance(row, ObjectiveWeek) and row.health is Health.AT_RISK]
    risky += ["money"] if state is Health.AT_RISK else []
    if risky:
        return "allowed", "inconclusive", f"Releases are allowed; {', '.join(risky)} at risk."
    return "allowed", "pass", "Releases are allowed: every objective has budget left, and the month's bill is on pace."


def _header(inputs: WeeklyInputs) -> Section:
    week = inputs.week
    whole = "" if inputs.until >= week.end_at else " The week is not over: it is told so far."
    return Section(
        number=0,
        title="What this is",
        blocks=(
            Text(
                text=f"{inputs.service} on {inputs.stage}, week {week}: {moment(week.start_at)} to {moment(week.end_at)}, "
                f"half-open. Generated {moment(inputs.generated_at)} by commit {inputs.commit}; prices read "
                f"{inputs.price_book_on} or later.{whole}"
            ),
            Table(
                caption="Sources, each with its age",
                columns=("source", "state", "as of", "note"),
                rows=tuple(
                    (each.name, "read" if each.problem is None else "not read", each.as_of, each.problem or each.note)
                    for each in inputs.sources
                ),
            ),
        ),
    )


def _verdict(inputs: WeeklyInputs, verdict: str, tone: str, sentence: str) -> Section:
    health = [row.health if isinstance(row, ObjectiveWeek) else Health.NO_DATA for _, _, row in inputs.objectives]
    counts = ", ".join(f"{health.count(each)} {each.value}" for each in Health if each in health)
    worst = next(
        (each for each in (Health.EXHAUSTED, Health.NO_DATA, Health.TOO_LITTLE, Health.AT_RISK) if each in health),
        Health.HEALTHY,
    )
    state, reason = money_state(inputs)
    tiles = (
        Tile(title="releases", word=verdict, tone=tone, detail=sentence),
        Tile(title="objectives", word=worst.value, tone=_TONES[worst], detail=counts),
        Tile(title="money", word=state.value, tone=_TONES[state], detail=reason),
    )
    return Section(number=1, title="Verdict", blocks=(Tiles(tiles=tiles), Text(text=_changes(inputs))))


def _changes(inputs: WeeklyInputs) -> str:
    changed = [
        f"{row.name} {_signed_percent(row.remaining_ratio - row.remaining_week_ago_ratio)}"
        for _, _, row in inputs.objectives
        if isinstance(row, ObjectiveWeek) and row.remaining_week_ago_ratio is not None
    ]
    if not changed:
        return "Since last week: no budget was known a week ago."
    return f"Budget left since last week, in points: {', '.join(changed)}."


def _budgets(inputs: WeeklyInputs) -> Section:
    known = sorted(
        (row for _, _, row in inputs.objectives if isinstance(row, ObjectiveWeek)), key=lambda row: row.remaining_ratio
    )
    silent = [(name, row) for name, _, row in inputs.objectives if isinstance(row, NoData)]
    rows = [
        (
            row.name,
            row.health.value,
            f"{percent(row.target_ratio)} / {row.window_days} d",
            f"{row.window.total_count - row.window.bad_count:,} of {row.window.total_count:,}",
            percent(row.sli_ratio),
            f"{row.window.bad_count:,} of {row.allowed_count:,.1f}",
            percent(row.spent_ratio, 1),
            percent(row.remaining_ratio, 1),
            _lasts(row.exhausted_in_days),
        )
        for row in known
    ]
    rows += [(name, "no data", *["–"] * 7) for name, _ in silent]
    weeks = [
        (
            row.name,
            f"{row.week.total_count - row.week.bad_count:,} of {row.week.total_count:,}",
            f"{row.interval[0] * 100:.2f}–{row.interval[1] * 100:.2f} %",
            f"{row.covered_ratio:.0%}",
            _burn(row.burn_1h),
            _burn(row.burn_6h),
            _burn(row.burn_3d),
        )
        for row in known
    ]
    weeks += [(name, "–", "–", "0%", "–", "–", "–") for name, _ in silent]
    reasons = [f"{name}: {row.reason}." for name, row in silent]
    reasons += [f"{row.name}: {row.reason}; counted in {row.unit} by {row.source}." for row in known]
    return Section(
        number=2,
        title="Objectives and budgets",
        blocks=(
            Table(
                caption="Budgets: the window ends with the week; sorted by what is left",
                columns=("objective", "state", "target#", "good#", "SLI#", "bad of allowed#", "spent#", "left#", "lasts#"),
                rows=tuple(rows),
            ),
            Table(
                caption="The week itself, and how fast the budgets burned at its end",
                columns=(
                    "objective", "good#", "95 % interval#", "hours with data#", "burn over 1 h#", "6 h#", "3 d#",
                ),
                rows=tuple(weeks),
            ),
            Text(text=" ".join(reasons)),
        ),
    )  # fmt: skip


def _burn_down(inputs: WeeklyInputs) -> Section:
    rows = [row for _, _, row in inputs.objectives if isinstance(row, ObjectiveWeek) and row.target_ratio < 1]
    marks = _marks(inputs)
    blocks: list[Block] = [
        Picture(
            about=f"What was left of the budget of {row.name} over {row.window_days} days, with the line of even spending",
            svg=charts.burn_down(row, marks),
            numbers=Table(
                caption=f"Budget left of {row.name}, at the end of each day",
                columns=("day", "left#"),
                rows=tuple((f"{at:%Y-%m-%d %H:%M}", percent(left, 1)) for at, left in _thinned(row.burn_down)),
            ),
        )
        for row in sorted(rows, key=lambda row: row.remaining_ratio)
    ]
    if not blocks:
        blocks = [Text(text="No data: no objective with a budget was measured.")]
    return Section(number=3, title="Budget burn-down", blocks=tuple(blocks))


def _marks(inputs: WeeklyInputs) -> list[tuple[datetime, str]]:
    marks = [(began_at, "load test") for began_at, _ in inputs.load_tests]
    if not isinstance(inputs.operations, NoData):
        marks += [
            (each.ended_at, "deployment" if each.has_succeeded else "failed deployment") for each in inputs.operations
        ]
    return sorted(marks)


def _thinned(points: tuple[tuple[datetime, Decimal], ...]) -> list[tuple[datetime, Decimal]]:
    return [point for number, point in enumerate(points) if number % 4 == 0 or number == len(points) - 1]


def _causes(inputs: WeeklyInputs) -> Section:
    total: dict[str, int] = {}
    for cause in inputs.causes:
        total[cause.objective] = total.get(cause.objective, 0) + cause.bad_count
    rows = tuple(
        (cause.objective, cause.what, f"{cause.bad_count:,}", f"{cause.bad_count / total[cause.objective]:.1%}")
        for cause in sorted(inputs.causes, key=lambda each: (each.objective, -each.bad_count, each.what))
        if cause.bad_count
    )
    table = Table(
        caption="Bad events of the week by what else happened in their hour",
        columns=("objective", "in an hour with", "bad events#", "share#"),
        rows=rows,
        empty="no bad event was counted in this week",
    )
    about = Text(
        text="What happened in the same hour is a hint and no proof. An hour with several is told under the first of: "
        "load test, deployment; all other hours are unknown."
    )
    picture = Picture(
        about="Bad events by objective and by what else happened then", svg=charts.causes(inputs.causes), numbers=table
    )
    return Section(number=4, title="What consumed it", blocks=(picture, about))


def _actions(inputs: WeeklyInputs) -> Section:
    table = Table(
        caption="What is done about it, and by when",
        columns=("action", "owner", "due", "expected effect", "status"),
        rows=tuple(
            (each.what, each.owner, each.due_on.isoformat(), each.effect, each.status) for each in inputs.actions
        ),
        empty="none are recorded; --actions FILE brings them",
    )
    return Section(number=14, title="Actions", blocks=(table,))


def _appendix(inputs: WeeklyInputs) -> Section:
    requests = 0 if isinstance(inputs.cost, NoData) else inputs.cost.request_count
    texts = (
        "SLI: good events over all events of the window. Budget: (1 − target) × all events. Spent: bad events over the "
        "budget. Burn rate: bad share over (1 − target); at 1 a window spends exactly its budget.",
        "Availability counts slices of time in which a canary ran; a slice without a run is in neither number. An objective of "
        "100 % has no budget: one bad event exhausts it.",
        "Gross cost leaves credits, refunds and tax out; net has them. Days are UTC. A month's end is the actual cost through "
        "the last complete day plus a forecast of the rest.",
        "Releases are frozen when an objective has spent its budget or the month is at its limit, unknown when an objective has "
        "no data, or too little (fewer than nine in ten of its slices of the week watched), or a source could not be read, and "
        "allowed otherwise.",
        f"Cost Explorer was asked {requests} times, at $0.01 each.",
    )
    return Section(number=15, title="Appendix", blocks=tuple(Text(text=each) for each in texts))


def percent(ratio: Decimal, digits: int = 3) -> str:
    """A ratio in percent."""
    return f"{ratio * 100:.{digits}f} %".replace("-", "−")


def _signed_percent(ratio: Decimal) -> str:
    return f"{ratio * 100:+.1f}".replace("-", "−")


def _burn(rate: Decimal | None) -> str:
    return "–" if rate is None else f"{rate:.1f}"


def _lasts(days: Decimal | None) -> str:
    if days is None:
        return "–"
    return "gone" if days == 0 else f"{days:,.0f} d"
