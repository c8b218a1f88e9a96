"""What a check is worth of which a step failed: everything that was measured, and never a pass or a miss of the release."""

from dataclasses import replace

from foundation.errors import Exit
from foundation.readings import NoData
from foundation.slo.evidence import EvidenceSource
from foundation.slo.outcome import Inconclusive, Miss
from reports.release_check.model import ObjectiveRow, ReleaseCheck
from reports.release_check.outcome_words import OUTCOME_WORDS
from sre.jobs.release_check.steps import Steps


def with_steps(check: ReleaseCheck, steps: Steps, *, ended: str | None = None) -> ReleaseCheck:
    """The check with its steps. `ended` says what of the platform ended by itself while it was measured.

    Of a check that is not whole the exit code says so: interrupted, a bug, not enough evidence where anything was judged, and
    else bad input.
    """
    check = replace(check, steps=tuple(steps.rows), failures=steps.failures)
    if ended is not None:
        check = replace(check, objectives=tuple(_undecided(row, ended) for row in check.objectives))
    code = _code(check, steps)
    if code is None:
        return check
    missing = (f"{row.name}: {row.failure}" for row in steps.failures)
    return replace(
        check,
        interrupted=code is Exit.INTERRUPTED,
        outcome=OUTCOME_WORDS[code],
        exit_code=code,
        not_measured=tuple(dict.fromkeys((*check.not_measured, *missing))),
    )


def is_judged(check: ReleaseCheck) -> bool:
    """Whether anything that was counted in this check, and not estimated, has a verdict."""
    return any(
        row.evidence.source is EvidenceSource.LOAD_TEST and not isinstance(row.verdict, NoData)
        for row in check.objectives
    )


def _code(check: ReleaseCheck, steps: Steps) -> Exit | None:
    if steps.bug is not None:
        return Exit.BUG
    if steps.was_interrupted:
        return Exit.INTERRUPTED
    if steps.failures:
        return Exit.NOT_ENOUGH_EVIDENCE if is_judged(check) else Exit.BAD_INPUT
    return None


def _undecided(row: ObjectiveRow, ended: str) -> ObjectiveRow:
    """A miss of requests that nobody was there to answer is none of the code under test."""
    if row.evidence.source is not EvidenceSource.LOAD_TEST or not isinstance(row.verdict, Miss):
        return row
    verdict = Inconclusive(reasoning=f"{row.reasoning}; but {ended}", missing_count=None)
    return replace(row, evidence=replace(row.evidence, verdict=verdict))
