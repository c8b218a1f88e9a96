"""Runs of canaries as verdicts: one a canary, and for JUnit one a step."""

from collections.abc import Iterator

from foundation.pages.numbers import counted, milliseconds
from sre.cli.outputs.canaries import CanaryRuns, Run
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.model import VerdictRow, Verdicts

_TITLE = "Canaries"


def run_verdicts(output: CanaryRuns) -> Verdicts:
    """A row a canary, with its steps in a cell."""
    passed = sum(run.outcome is RunOutcome.PASS for run in output.runs)
    return Verdicts(
        title=f"{_TITLE}, {output.stage}", of="canary", columns=("seconds", "steps"), number_columns=frozenset({"seconds"}),
        rows=tuple(_row(run) for run in output.runs),
        headline=f"{passed} of {len(output.runs)} passed against {output.api_url}.",
    )  # fmt: skip


def step_verdicts(output: CanaryRuns) -> Verdicts:
    """A suite a canary and a case a step, as CI shows them."""
    rows = tuple(row for run in output.runs for row in _steps(run))
    return Verdicts(title=_TITLE.lower(), of="step", rows=rows, headline="")


def slow_answers(slow_count: int, slowest_ms: float | None) -> str:
    """How many answers of a run were slow, and how slow; nothing where none was."""
    if slowest_ms is None:
        return ""
    return f"{counted(slow_count, 'slow answer')}, {milliseconds(slowest_ms)} at most, which the objective on latency judges"


def _row(run: Run) -> VerdictRow:
    steps = ", ".join(f"{step.step} {step.took_seconds * 1000:,.0f} ms" for step in run.steps)
    retries = (
        f"the network broke {run.network_retry_count} times and was tried again" if run.network_retry_count else ""
    )
    said = (
        run.reason or retries,
        run.disturbance and f"but {run.disturbance}",
        slow_answers(run.slow_count, run.slowest_ms),
    )
    seconds = "–" if run.took_seconds is None else f"{run.took_seconds:.1f}"
    return VerdictRow(
        name=run.canary, outcome=_outcome(run, run.outcome), reason="; ".join(filter(None, said)), cells=(seconds, steps or "–"),
        took_seconds=run.took_seconds,
    )  # fmt: skip


def _outcome(run: Run, outcome: RunOutcome) -> Outcome | RunOutcome:
    return Outcome.INCONCLUSIVE if outcome is RunOutcome.FAIL and run.disturbance is not None else outcome


def _steps(run: Run) -> Iterator[VerdictRow]:
    for step in run.steps:
        yield VerdictRow(
            name=step.step, outcome=_outcome(run, step.outcome), reason=step.reason or "", group=run.canary,
            took_seconds=step.took_seconds,
        )  # fmt: skip
    if run.outcome is RunOutcome.NO_DATA:
        yield VerdictRow(name=run.canary, outcome=run.outcome, reason=run.reason or "", group=run.canary)
    elif run.reason is not None and run.failed_step is None:
        yield VerdictRow(
            name="run", outcome=_outcome(run, run.outcome), reason=run.reason, group=run.canary, took_seconds=run.took_seconds
        )  # fmt: skip
    elif not run.steps:
        yield VerdictRow(name="run", outcome=run.outcome, reason="", group=run.canary, took_seconds=run.took_seconds)
