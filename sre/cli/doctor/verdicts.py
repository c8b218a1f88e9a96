"""What was found as verdicts, for Markdown and JUnit: what is missing is a failure, what is not known an error."""

from typing import assert_never

from sre.cli.doctor.text import headline, subject_of
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.jobs.doctor.findings import Diagnosis, Finding, State


def verdicts_of(found: Diagnosis) -> Verdicts:
    """A row for each line, metric and permission."""
    rows = (
        *(_row(each, section.value) for section, each in found.lines),
        *(_row(each.finding, "metrics") for each in found.metrics),
        *(_row(each.finding, "permissions", ", ".join(each.needed_by)) for each in found.permissions),
    )
    return Verdicts(
        title=f"Doctor: {subject_of(found)}",
        of="what",
        columns=("section", "for"),
        rows=rows,
        headline=headline(found),
    )


def _row(found: Finding, section: str, needed_by: str = "") -> VerdictRow:
    reason = f"{found.said}; {found.to_do}" if found.to_do else found.said
    return VerdictRow(
        name=found.name,
        outcome=_outcome(found.state),
        reason=reason,
        cells=(section, needed_by),
        group=section,
    )


def _outcome(state: State) -> Outcome | RunOutcome:
    match state:
        case State.OK:
            return RunOutcome.PASS
        case State.NORMAL:
            return RunOutcome.NO_DATA
        case State.MISSING:
            return RunOutcome.FAIL
        case State.NOT_KNOWN:
            return Outcome.INCONCLUSIVE
        case _:
            assert_never(state)
