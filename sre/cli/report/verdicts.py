"""A weekly report as verdicts: each budget, and money."""

from foundation.pages.numbers import count, counted
from reports.weekly.output_model import Events, Money, Objective, WeeklyReport
from sre.cli.outputs.report import outcome_of_state
from sre.cli.verdicts.model import VerdictRow, Verdicts


def report_verdicts(report: WeeklyReport) -> Verdicts:
    """A budget that is spent is a miss; what is at risk still passes, and its reason says so."""
    values = report.values
    return Verdicts(
        title=report.title, of="objective", columns=("state", "bad", "of"), number_columns=frozenset({"bad", "of"}),
        rows=(*(_row(each) for each in values.objectives), _money(values.money)),
        headline=f"Releases: {report.releases}. {report.reason}",
        notes=(f"Numbers are of {report.label}.",),
    )  # fmt: skip


def _row(objective: Objective) -> VerdictRow:
    bad, sample = _counts(objective.window)
    return VerdictRow(
        name=objective.objective, outcome=outcome_of_state(objective.state), reason=objective.reason,
        cells=(objective.state.replace("_", " "), bad, sample),
    )  # fmt: skip


def _money(money: Money) -> VerdictRow:
    return VerdictRow(
        name=money.objective or "money", outcome=outcome_of_state(money.state), reason=money.reason,
        cells=(money.state.replace("_", " "), "–", "–"),
    )  # fmt: skip


def _counts(events: Events | None) -> tuple[str, str]:
    return ("–", "–") if events is None else (count(events.bad_count), counted(events.sample_count, "event"))
