"""A weekly report as a page: header, verdict, actions, appendix, and the other modules' sections between them.

Texts are made here once, so HTML and Markdown say the same.
"""

from collections.abc import Iterable

from foundation.pages.numbers import counted, points
from foundation.readings import NoData
from reports.charts import unchecked
from reports.page_model import Page, Section, Table, Text, Tile, Tiles, text_columns
from reports.weekly.budget_sections import budgets_section, burn_down_section, causes_section
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.money_judgement import money_caveat, money_state
from reports.weekly.money_sections import money_sections
from reports.weekly.objectives import Health, ObjectiveWeek
from reports.weekly.output import values_of
from reports.weekly.signal_sections import agents_section, alarms_section, latency_section, moment

_TONES = {
    Health.HEALTHY: "pass", Health.AT_RISK: "inconclusive", Health.EXHAUSTED: "miss", Health.TOO_LITTLE: "no-data",
    Health.NO_DATA: "no-data",
}  # fmt: skip


@unchecked
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
            budgets_section(inputs),
            burn_down_section(inputs),
            causes_section(inputs),
            latency_section(inputs),
            alarms_section(inputs),
            agents_section(inputs),
            *money_sections(inputs),
            _actions(inputs),
            _appendix(inputs),
        ),
        values=values_of(inputs),
    )


def release_verdict(inputs: WeeklyInputs) -> tuple[str, str, str]:
    """Frozen, undecided or allowed; its tone; and by which rule. What is not known is never healthy, and is named first."""
    found = [(name, row) for name, _, row in inputs.objectives]
    known = [row for _, row in found if isinstance(row, ObjectiveWeek)]
    exhausted = [row.name for row in known if row.health is Health.EXHAUSTED]
    state, reason = money_state(inputs)
    if exhausted or state is Health.EXHAUSTED:
        because = [f"{name} has spent its error budget" for name in exhausted]
        because += [reason] if state is Health.EXHAUSTED else []
        return "frozen", "miss", f"Releases are frozen except for fixes: {'; '.join(because)}."
    silent = [name for name, row in found if isinstance(row, NoData)]
    silent += [] if state is not Health.NO_DATA else ["money"]
    broken = [source.name for source in inputs.sources if source.problem is not None]
    unsure = [(row.name, row.reason) for row in known if row.health is Health.TOO_LITTLE]
    unsure += [("money", reason)] if state is Health.TOO_LITTLE else []
    if silent or broken or unsure:
        parts = [f"no data for {', '.join(silent)}"] if silent else []
        parts += [f"too little data for {_by_reason(unsure)}"] if unsure else []
        parts += [f"{', '.join(broken)} could not be read"] if broken else []
        return "undecided", "inconclusive", f"Undecided: {'; '.join(parts)}."
    risky = [row.name for row in known if row.health is Health.AT_RISK]
    risky += ["money"] if state is Health.AT_RISK else []
    caveat = money_caveat(inputs)
    rests_on = "" if caveat is None else f"; the bill is judged {caveat}"
    partial = [row for row in known if row.is_partial]
    if partial:
        states = ", ".join(f"{row.name} is {row.state}{_not_known(row)}" for row in partial)
        others = [name for name in risky if name not in {row.name for row in partial}]
        more = f"; {', '.join(others)} at risk" if others else ""
        return "allowed", "inconclusive", f"Releases are allowed, on what is known: {states}{more}{rests_on}."
    if risky:
        return "allowed", "inconclusive", f"Releases are allowed; {', '.join(risky)} at risk{rests_on}."
    if caveat is not None:
        said = f"Releases are allowed: every objective has budget left, and the month's bill is on pace {caveat}."
        return "allowed", "inconclusive", said
    return "allowed", "pass", "Releases are allowed: every objective has budget left, and the month's bill is on pace."


def _by_reason(unsure: Iterable[tuple[str, str]]) -> str:
    """The names, and the reason of those that have it in common once."""
    named: dict[str, list[str]] = {}
    for name, reason in unsure:
        named.setdefault(reason, []).append(name)
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in named.items())


def _not_known(row: ObjectiveWeek) -> str:
    return "" if row.coverage.is_whole else f" (no data for {row.coverage.missing_said})"


def _header(inputs: WeeklyInputs) -> Section:
    week = inputs.week
    is_over = inputs.until >= week.end_at
    so_far = f"The week is still in progress; figures are up to {moment(inputs.until)} at the latest"
    whole = "The week is over" if is_over else so_far
    unread = ", ".join(each.name for each in inputs.sources if each.problem is not None)
    lacking = [
        name for name, _, row in inputs.objectives if isinstance(row, NoData) or row.is_partial or not row.is_judged
    ]
    if unread:
        read = f"not everything could be read ({unread})"
    elif lacking:
        read = f"every source answered, but not everything is known ({', '.join(lacking)})"
    else:
        read = "every source could be read"
    return Section(
        number=0,
        title="About this report",
        blocks=(
            Text(
                text=f"{inputs.service} on {inputs.stage}, week {week}: {moment(week.start_at)} to {moment(week.end_at)}. "
                f"Generated {moment(inputs.generated_at)} by commit {inputs.commit}{_with_book(inputs)}. "
                f"{whole}; {read}."
            ),
            Table(
                caption="Sources and how recent they are",
                columns=text_columns("source", "state", "as of", "note"),
                rows=tuple(
                    (
                        each.name,
                        "could be read" if each.problem is None else "could not be read",
                        each.as_of,
                        each.problem or each.note,
                    )
                    for each in inputs.sources
                ),
            ),
        ),
    )


def _with_book(inputs: WeeklyInputs) -> str:
    if isinstance(inputs.estimate, NoData):
        return ""
    return f", with price book {inputs.estimate.book_version}, read {inputs.estimate.book_on} or later"


def _verdict(inputs: WeeklyInputs, verdict: str, tone: str, sentence: str) -> Section:
    health = [row.health if isinstance(row, ObjectiveWeek) else Health.NO_DATA for _, _, row in inputs.objectives]
    words = [row.state if isinstance(row, ObjectiveWeek) else Health.NO_DATA.value for _, _, row in inputs.objectives]
    in_order = sorted(zip(health, words, strict=True), key=lambda pair: list(Health).index(pair[0]))
    counts = ", ".join(f"{words.count(each)} {each}" for each in dict.fromkeys(word for _, word in in_order))
    worst = next(
        (each for each in (Health.EXHAUSTED, Health.NO_DATA, Health.TOO_LITTLE, Health.AT_RISK) if each in health),
        Health.HEALTHY,
    )
    partial = any(isinstance(row, ObjectiveWeek) and row.is_partial for _, _, row in inputs.objectives)
    if partial and worst in (Health.HEALTHY, Health.AT_RISK):
        word, objectives_tone = f"{worst.value} on what is known", "inconclusive"
    else:
        word, objectives_tone = worst.value, _TONES[worst]
    state, reason = money_state(inputs)
    tiles = (
        Tile(title="releases", word=verdict, tone=tone, detail=sentence),
        Tile(title="objectives", word=word, tone=objectives_tone, detail=counts),
        Tile(title="money", word=state.value, tone=_TONES[state], detail=reason),
    )
    return Section(number=1, title="Verdict", blocks=(Tiles(tiles=tiles), Text(text=_changes(inputs))))


def _changes(inputs: WeeklyInputs) -> str:
    changed = [
        f"{row.name} {points(row.remaining_ratio - row.remaining_week_ago_ratio)}"
        for _, _, row in inputs.objectives
        if isinstance(row, ObjectiveWeek) and row.is_judged and row.remaining_week_ago_ratio is not None
    ]
    if not changed:
        return "No comparison with last week: no budget is known for both weeks."
    return f"Change of the budget left since last week, in percentage points: {', '.join(changed)}."


def _actions(inputs: WeeklyInputs) -> Section:
    table = Table(
        caption="Actions, owners and due dates",
        columns=text_columns("action", "owner", "due", "expected effect", "status"),
        rows=tuple(
            (each.what, each.owner, each.due_on.isoformat(), each.effect, each.status) for each in inputs.actions
        ),
        empty="none recorded; --actions FILE adds them",
    )
    return Section(number=14, title="Actions", blocks=(table,))


def _appendix(inputs: WeeklyInputs) -> Section:
    requests = 0 if isinstance(inputs.cost, NoData) else inputs.cost.answer.request_count
    asked = (
        f"{counted(requests, 'request')} to Cost Explorer, at $0.01 each."
        if requests
        else "No request to Cost Explorer."
    )
    texts = (
        "Good: good events over all events of the window. Budget: (1 − target) × all events. Spent: bad events over the "
        "budget. Burn rate: bad share over (1 − target); at 1.0 the budget lasts exactly its window.",
        "Availability counts slices of time in which a canary ran; a slice without a run counts as neither good nor bad. A "
        "target of 100 % has no budget: one bad event exhausts it.",
        "Gross cost excludes credits, refunds and tax; net includes them. Days are UTC. The expected end of the month is the "
        "actual cost through the last complete day plus a forecast of the rest, without one-time charges. A bill is judged "
        "where every day so far is known; the end of the last month is judged in the first week of the next.",
        "Releases are frozen when an objective has spent its budget or the month is at its limit, undecided when an objective "
        "has no data or too little, or a source could not be read, and allowed otherwise. Too little: less than nine tenths of "
        "the window or of the week is known, nothing was counted for three days, or canaries ran in fewer than nine of ten "
        "slices. A budget that is spent on what is known is spent even if all else was good.",
        asked,
    )
    return Section(number=15, title="Appendix", blocks=tuple(Text(text=each) for each in texts))
