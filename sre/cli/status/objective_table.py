"""The objectives of a status as lines: a table where it fits the width, else a sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from foundation.pages.numbers import count, duration, percent, ratio
from reports.weekly.objectives import Health, ObjectiveWeek
from sre.cli.status.words import clean, wrapped
from sre.jobs.status.model import ObjectiveNow, Standing, Status

_MOST_ROWS, _REASON_LINES = 8, 2
_LITTLE_RATIO = Decimal("0.25")
_HEADS = ("objective", "state", "left", "burn 1 h", "6 h", "3 d", "known", "age")
_TEXT_COUNT, _GAP = 2, "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Cells under the heads, all of which are dashes but the first two where only the reason says something."""

    cells: tuple[str, ...]
    reason: str | None
    is_known: bool


def objective_lines(status: Status, width: int) -> list[str]:
    """The first few, those that are missed or not known before all others, and how many more there are."""
    if not status.objectives:
        return ["Objectives: there is none"]
    shown = status.objectives[:_MOST_ROWS]
    rows = [_row(each, status) for each in shown]
    told = [row for row in rows if row.is_known]
    lengths = [
        max(len(head), *(len(row.cells[place]) for row in (rows if place < _TEXT_COUNT else told)), 0)
        for place, head in enumerate(_HEADS)
    ]
    is_table = sum(lengths) + len(_GAP) * (len(_HEADS) - 1) <= width
    lines = wrapped(f"Objectives ({clean(status.source)}, each over its window)", width)
    lines += [_in_columns(_HEADS, lengths)] if is_table and told else []
    for row in rows:
        lines += _lines(row, lengths, width, is_table=is_table)
    return [*lines, *_rest(status.objectives[_MOST_ROWS:])]


def _lines(row: _Row, lengths: list[int], width: int, *, is_table: bool) -> list[str]:
    if not row.is_known:
        name, state = (f"{cell:{length}}" for cell, length in zip(row.cells, lengths, strict=False))
        start = f"{name}{_GAP}{state}{_GAP}" if is_table else f"{row.cells[0]}: {row.cells[1]}: "
        hanging = " " * len(start) if is_table and len(start) < width // 2 else "  "
        return wrapped(f"{start}{row.reason}", width, hanging=hanging, most=_REASON_LINES)
    if is_table:
        lines = [_in_columns(row.cells, lengths)]
    else:
        named = ", ".join(f"{head} {cell}" for head, cell in zip(_HEADS[2:], row.cells[2:], strict=True) if cell != "–")
        lines = wrapped(f"{row.cells[0]}: {row.cells[1]}{', ' if named else ''}{named}", width)
    if row.reason is not None:
        lines += wrapped(f"  {row.reason}", width, hanging="  ", most=_REASON_LINES)
    return lines


def _row(objective: ObjectiveNow, status: Status) -> _Row:
    is_known = objective.standing is not Standing.NOT_KNOWN
    name = clean(objective.name)
    age = "–" if objective.as_of is None else duration(max(timedelta(0), status.at - objective.as_of))
    if not is_known:
        return _Row(cells=(name, objective.standing.value), reason=clean(objective.reason), is_known=False)
    state = objective.standing.value if objective.health is Health.EXHAUSTED else objective.health.value
    # Of money the block on cost has the numbers.
    budget = ("–",) * 5 if objective.budget is None else _budget(objective.budget)
    says_more = objective.health is not Health.HEALTHY and not _shows_why(objective.budget)
    return _Row(cells=(name, state, *budget, age), reason=clean(objective.reason) if says_more else None, is_known=True)


def _shows_why(week: ObjectiveWeek | None) -> bool:
    """Whether the row itself shows why a budget is spent or at risk; of money, the block on cost does."""
    if week is None:
        return True
    is_burning = week.burn_3d is not None and week.burn_3d > 1
    return week.target_ratio < 1 and (week.remaining_ratio < _LITTLE_RATIO or is_burning)


def _budget(week: ObjectiveWeek) -> tuple[str, str, str, str, str]:
    left = "–" if week.target_ratio == 1 else percent(week.remaining_ratio)
    burns = ("–" if each is None else ratio(each) for each in (week.burn_1h, week.burn_6h, week.burn_3d))
    one, six, three = burns
    return left, one, six, three, week.coverage.known_of


def _in_columns(cells: tuple[str, ...], lengths: list[int]) -> str:
    padded = [
        f"{cell:{length}}" if place < _TEXT_COUNT else f"{cell:>{length}}"
        for place, (cell, length) in enumerate(zip(cells, lengths, strict=True))
    ]
    return _GAP.join(padded).rstrip()


def _rest(more: Sequence[ObjectiveNow]) -> list[str]:
    """How many more there are, and what became of them: what is missed or not known is never left out silently."""
    if not more:
        return []
    return [f"and {count(len(more))} more: {_standings(more)}"]


def _standings(objectives: Sequence[ObjectiveNow]) -> str:
    """How many are missed, not known and met."""
    numbers = ((standing, sum(each.standing is standing for each in objectives)) for standing in Standing)
    return ", ".join(f"{count(number)} {standing.value}" for standing, number in numbers if number)
