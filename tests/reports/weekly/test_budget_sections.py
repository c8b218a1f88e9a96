"""Bounds of a budget's table are rounded to their safe side."""

import dataclasses
from decimal import Decimal

import pytest

from foundation.slo.error_budget import Counts
from reports.page_model import Table
from reports.weekly.budget_sections import budgets_section
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.objectives import ObjectiveWeek
from reports.weekly.reading import read_inputs
from tests.reports.weekly_factories import a_month, asked, sources


@pytest.fixture(scope="module")
def inputs() -> WeeklyInputs:
    return read_inputs(asked(), sources(a_month()))


def row_of(inputs: WeeklyInputs, **changes: object) -> dict[str, str]:
    """What the table of budgets says of one objective."""
    ((name, title, row),) = [each for each in inputs.objectives if each[0] == "api-errors"]
    assert isinstance(row, ObjectiveWeek)
    changed = dataclasses.replace(row, **changes)  # type: ignore[arg-type]
    section = budgets_section(dataclasses.replace(inputs, objectives=((name, title, changed),)))
    table = section.blocks[0]
    assert isinstance(table, Table)
    (cells,) = table.rows
    return dict(zip((column.name for column in table.columns), cells, strict=True))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Decimal("3.99"), "3 d 23 h"),
        (Decimal(3), "3 d"),
        (Decimal("2.999"), "2 d 23 h"),
        (Decimal("0.001"), "1 min 26 s"),
        (Decimal(0), "spent"),
        (None, "–"),
    ],
)
def test_a_budget_is_not_said_to_last_longer_than_it_does(
    inputs: WeeklyInputs, days: Decimal | None, said: str
) -> None:
    assert row_of(inputs, exhausted_in_days=days)["runs out in"] == said


def test_no_more_bad_events_are_said_to_be_allowed_than_are(inputs: WeeklyInputs) -> None:
    counts = Counts(total_count=8_790, bad_count=2)
    assert row_of(inputs, window=counts, allowed_count=Decimal("8.79"))["bad / allowed"] == "2 / 8.7"
