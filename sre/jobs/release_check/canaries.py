"""The canaries before and after the load, as the page shows them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from canaries.definitions import Canaries
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun
from reports.release_check.model import CanaryOutcome, CanaryRow


def check_canaries(
    defined: Canaries,
    settings: Mapping[str, str],
    *,
    when: str,
    directory: Path,
    ended: Callable[[CanaryRow], None] = lambda _row: None,
) -> tuple[CanaryRow, ...]:
    """Run every canary once; `when` is before or after the load, and `ended` gets each run when it has ended."""
    runs = run_canaries(
        defined.canaries, settings, directory=directory / when, ended=lambda run: ended(_row(run, when=when))
    )
    return tuple(_row(run, when=when) for run in runs.answer)


def _row(run: CanaryRun | NotRun, *, when: str) -> CanaryRow:
    if isinstance(run, NotRun):
        return CanaryRow(
            name=run.name, when=when, outcome=CanaryOutcome.NOT_RUN, took_seconds=None, because=run.reason
        )  # fmt: skip
    return CanaryRow(
        name=run.name,
        when=when,
        outcome=CanaryOutcome.PASSED if run.has_passed else CanaryOutcome.FAILED,
        took_seconds=run.took_seconds,
        because=run.reason or ", ".join(step.name for step in run.steps),
    )
