"""A release check in one line, to be pasted into a pull request, and what its steps took in another."""

from datetime import datetime

from foundation.pages.numbers import count, duration, moment, percent, quantity
from foundation.readings import NoData
from foundation.slo.evidence import EvidenceSource
from foundation.slo.model import BudgetedObjective
from foundation.slo.outcome import Inconclusive, Miss
from reports.release_check.model import CanaryOutcome, ObjectiveRow, ReleaseCheck
from reports.release_check.outcome_words import OUTCOME_WORDS

# As git shortens a name: enough to find the run among all that are kept.
_RUN_ID_LENGTH = 8


def summary_line(check: ReleaseCheck) -> str:
    """The verdict of the whole, of each objective that decides, the canaries, the load, and what it was measured on and when."""
    parts = [f"release check: {OUTCOME_WORDS[check.exit_code]}", *_incomplete(check)]
    parts += [_of_objective(row) for row in check.objectives if _decides(row)]
    if ran := [row for row in check.canaries if row.outcome is not CanaryOutcome.NOT_RUN]:
        passed = sum(row.outcome is CanaryOutcome.PASSED for row in ran)
        parts.append(f"canaries {count(passed)} of {count(len(ran))}")
    if check.load is not None and check.measured_seconds:
        # Of a load whose users somebody changed no rate was planned.
        sent_rps = sum(row.sent_count for row in check.requests) / check.measured_seconds
        rate = quantity(check.load.planned_rps or sent_rps)
        parts.append(f"{rate} rps for {quantity(check.measured_seconds, digits=0)} s")
    parts += [f"what if: {each}" for each in check.what_ifs]
    parts += [check.label, *_of_machine(check), moment(datetime.fromisoformat(check.started_at))]
    if check.run_id is not None:
        parts.append(f"run {check.run_id[:_RUN_ID_LENGTH]}")
    return " · ".join(parts)


def took_line(check: ReleaseCheck) -> str:
    """How long each step took, in order; one that took no time worth a word is left out."""
    shown = [f"{row.name} {duration(row.took_seconds)}" for row in check.steps if row.took_seconds >= 0.1]
    return ", ".join(shown) or "no time"


def _of_machine(check: ReleaseCheck) -> list[str]:
    """Whether other work disturbed what was measured, where what was loaded runs on this machine, and that is known."""
    machine = check.machine
    if machine is None or not machine.holds_target or machine.others_cores is None:
        return []
    if machine.disturbance is None:
        return ["quiet machine"]
    return ["busy machine" if machine.disturbance.is_throughout else "machine busy for moments"]


def _incomplete(check: ReleaseCheck) -> list[str]:
    return [f"{', '.join(row.name for row in check.failures)} failed"] if check.failures else []


def _decides(row: ObjectiveRow) -> bool:
    """What the load has measured, and all else that keeps a release back."""
    is_measured = row.evidence.source is EvidenceSource.LOAD_TEST and not isinstance(row.verdict, NoData)
    return is_measured or isinstance(row.verdict, (Miss, Inconclusive))


def _of_objective(row: ObjectiveRow) -> str:
    counts = row.evidence.counts
    if counts is None or not isinstance(row.objective, BudgetedObjective):
        return f"{row.name} {row.word}"
    allowed = percent(row.objective.budget_ratio)
    return f"{row.name} {row.word} ({count(counts.bad_count)} of {count(counts.total_count)} bad, ≤ {allowed})"
