"""A weekly report as verdicts: a spent budget is a miss, and what is not known never passes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import pytest

from reports.weekly.output import report_output
from reports.weekly.output_model import Events, Money, Objective, State, WeeklyReport
from sre.cli.outputs.words import Outcome
from sre.cli.report.verdicts import report_verdicts
from tests.reports.weekly.test_page import page_of_a_bad_week

OUTCOMES: dict[State, Outcome] = {
    "healthy": Outcome.PASS, "at_risk": Outcome.PASS, "exhausted": Outcome.MISS, "too_little_data": Outcome.INCONCLUSIVE,
    "no_data": Outcome.NO_DATA,
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> WeeklyReport:
    return report_output(page_of_a_bad_week())


def with_state(report: WeeklyReport, state: State) -> WeeklyReport:
    changed = tuple(each.model_copy(update={"state": state}) for each in report.values.objectives)
    money = report.values.money.model_copy(update={"state": state})
    return report.model_copy(
        update={"values": report.values.model_copy(update={"objectives": changed, "money": money})}
    )


@pytest.mark.parametrize("state", get_args(State))
def test_each_state_has_its_outcome(state: State, report: WeeklyReport) -> None:
    rows = report_verdicts(with_state(report, state)).rows
    assert {row.outcome for row in rows} == {OUTCOMES[state]}
    assert {row.cells[0] for row in rows} == {state.replace("_", " ")}


def test_every_objective_and_money_has_a_row_and_the_headline_says_whether_to_release(report: WeeklyReport) -> None:
    made = report_verdicts(report)
    assert [row.name for row in made.rows] == [*(each.objective for each in report.values.objectives), "monthly-cost"]
    assert made.headline.startswith(f"Releases: {report.releases}. ")


def test_what_was_not_counted_has_dashes_and_what_was_has_its_events() -> None:
    def row_of(window: Events | None) -> tuple[str, ...]:
        nothing = dict.fromkeys(Objective.model_fields)
        objective = Objective.model_validate(
            {**nothing, "objective": "o", "state": "healthy", "reason": "r", "window": window}
        )
        return report_verdicts(a_report(objective)).rows[0].cells

    assert row_of(None) == ("healthy", "–", "–")
    assert row_of(Events(sample_count=1_200, bad_count=3)) == ("healthy", "3", "1,200 events")


def a_report(objective: Objective) -> WeeklyReport:
    whole = report_output(page_of_a_bad_week())
    money = Money(
        objective=None, limit_usd=Decimal(500), state="healthy", over_limit=False, reason="on pace", rests_on=None
    )  # fmt: skip
    values = whole.values.model_copy(update={"objectives": (objective,), "money": money})
    return whole.model_copy(update={"values": values})


def test_a_report_has_moments_with_an_offset(report: WeeklyReport) -> None:
    assert report.values.start_at == datetime(2026, 11, 9, tzinfo=UTC)
    assert report.schema_version == 4
