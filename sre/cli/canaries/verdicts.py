"""Runs of canaries as verdicts: one a canary, and for JUnit one a step."""

from collections.abc import Iterator

from sre.cli.outputs.canaries import CanaryRuns, Run
from sre.cli.outputs.words import RunOutcome
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


def _row(run: Run) -> VerdictRow:
    steps = ", ".join(f"{step.step} {step.took_seconds * 1000:,.0f} ms" for step in run.steps)
    retries = (
        f"the network broke {run.network_retry_count} times and was tried again" if run.network_retry_count else ""
    )
    seconds = "–" if run.took_seconds is None else f"{run.took_seconds:.1f}"
    return VerdictRow(
        name=run.canary, outcome=run.outcome, reason=run.reason or retries, cells=(seconds, steps or "–"),
        took_seconds=run.took_seconds,
    )  # fmt: skip


def _steps(run: Run) -> Iterator[VerdictRow]:
    for step in run.steps:
        yield VerdictRow(
            name=step.step, outcome=step.outcome, reason=step.reason or "", group=run.canary, took_seconds=step.took_seconds
        )  # fmt: skip
    if run.outcome is RunOutcome.NO_DATA:
        yield VerdictRow(name=run.canary, outcome=run.outcome, reason=run.reason or "", group=run.canary)
    elif run.reason is not None and run.failed_step is None:
        yield VerdictRow(
            name="run", outcome=run.outcome, reason=run.reason, group=run.canary, took_seconds=run.took_seconds
        )  # fmt: skip
    elif not run.steps:
        yield VerdictRow(name="run", outcome=run.outcome, reason="", group=run.canary, took_seconds=run.took_seconds)
