"""A release check as verdicts: its objectives, the runs of its canaries, and what is to be known beside them."""

from dataclasses import replace

from foundation.pages.numbers import count, counted
from reports.release_check.model import AlarmsUnderLoad, ReleaseCheck
from sre.cli.canaries.verdicts import slow_answers
from sre.cli.outputs.check import Canary, ReleaseCheckOutput
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.model import VerdictRow, Verdicts

_MEASURED_ON = "measured on"


def check_verdicts(check: ReleaseCheck, output: ReleaseCheckOutput) -> Verdicts:
    """The objectives; the canaries and alarms in a sentence each."""
    rows = tuple(
        VerdictRow(
            name=row.name, outcome=each.outcome, reason=row.reasoning,
            cells=(row.target, row.evidence.events_said or "–"), group="objectives",
        )
        for row, each in zip(check.objectives, output.objectives, strict=True)
    )  # fmt: skip
    return Verdicts(
        title=f"Release check, {check.label}, profile {check.profile}", of="objective", rows=rows,
        columns=("target", _MEASURED_ON), number_columns=frozenset({_MEASURED_ON}), headline=f"{check.headline}.",
        notes=(
            *(f"What if: {each}." for each in check.what_ifs), *_of_canaries(output.canaries), *_of_alarms(check.alarms),
            *_of_machine(check),
        ),
    )  # fmt: skip


def with_canaries(verdicts: Verdicts, output: ReleaseCheckOutput) -> Verdicts:
    """The same with a row for each run of a canary, and for each step that was not done, for a page of CI."""
    runs = tuple(
        VerdictRow(
            name=f"{run.canary} {run.when.value} the load", cells=("–", "1 run"), group="canaries", took_seconds=run.took_seconds,
            outcome=run.outcome if run.disturbance is None else Outcome.INCONCLUSIVE,
            reason=run.reason if run.disturbance is None else f"{run.reason}; but {run.disturbance}",
        )
        for run in output.canaries
    )  # fmt: skip
    undone = tuple(
        VerdictRow(
            name=each.step, outcome=Outcome.INCONCLUSIVE, reason=each.failure, cells=("–", "–"), group="steps",
            took_seconds=each.took_seconds,
        )
        for each in output.steps
        if each.failure is not None
    )  # fmt: skip
    of = "objective, canary or step" if undone else "objective or canary"
    return replace(verdicts, of=of, rows=(*verdicts.rows, *runs, *undone))


def _of_canaries(runs: tuple[Canary, ...]) -> tuple[str, ...]:
    if not runs:
        return ()
    passed = sum(run.outcome is RunOutcome.PASS for run in runs)
    failed = (
        f" Failed: {run.canary} {run.when.value} the load ({run.reason})"
        f"{'' if run.disturbance is None else f', but {run.disturbance}'}."
        for run in runs
        if run.outcome is RunOutcome.FAIL
    )
    slow = (
        f" {run.canary} {run.when.value} the load: {text}."
        for run in runs
        if (text := slow_answers(run.slow_count, run.slowest_ms))
    )
    return (f"Canaries: {count(passed)} of {counted(len(runs), 'run')} passed.{''.join(failed)}{''.join(slow)}",)


def _of_machine(check: ReleaseCheck) -> tuple[str, ...]:
    return () if check.machine is None else (f"This machine: {check.machine.sentence}.",)


def _of_alarms(alarms: AlarmsUnderLoad | None) -> tuple[str, ...]:
    if alarms is None:
        return ()
    messages = (f"Message: {each}." for each in alarms.messages or ())
    return (f"Alarms that notified: {alarms.sentence}.", *messages)
