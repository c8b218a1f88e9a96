"""Bounds of a budget's table are rounded to their safe side."""

import dataclasses
from decimal import Decimal

import pytest

from foundation.slo.error_budget import Counts
from reports.page_model import Table
from reports.weekly.budget_sections import budgets_section, outward_percent
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.objectives import ObjectiveWeek
from reports.weekly.reading import read_inputs
from tests.reports.weekly_factories import a_month, asked, sources


@pytest.fixture(scope="module")
def inputs() -> WeeklyInputs:
    return read_inputs(asked(), sources(a_month()))


@pytest.fixture(autouse=True)
def _without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.weekly.charts.as_svg", lambda _chart: None)


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
        (Decimal("3.99"), "3 d"),
        (Decimal(3), "3 d"),
        (Decimal("2.999"), "71 h"),
        (Decimal("0.001"), "0 h"),
        (Decimal(0), "gone"),
        (None, "–"),
    ],
)
def test_a_budget_is_not_said_to_last_longer_than_it_does(
    inputs: WeeklyInputs, days: Decimal | None, said: str
) -> None:
    assert row_of(inputs, exhausted_in_days=days)["lasts"] == said


def test_no_more_bad_events_are_said_to_be_allowed_than_are(inputs: WeeklyInputs) -> None:
    counts = Counts(total_count=8_790, bad_count=2)
    assert row_of(inputs, window=counts, allowed_count=Decimal("8.79"))["bad of allowed"] == "2 of 8.7"


def test_an_interval_is_rounded_outward() -> None:
    assert outward_percent(0.99876, 0.99991) == "99.87–100.00 %"
    assert outward_percent(0.0, 1.0) == "0.00–100.00 %"
