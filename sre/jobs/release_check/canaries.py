"""The canaries before and after the load, as the page shows them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from canaries.definitions import Canaries
from canaries.runs import CanaryRun, NotRun
from foundation.machine.disturbance import Disturbance
from foundation.machine.recording import LocalTarget
from reports.release_check.model import CanaryOutcome, CanaryRow
from sre.local.canaries import run_beside


def check_canaries(
    defined: Canaries,
    settings: Mapping[str, str],
    *,
    when: str,
    directory: Path,
    local: LocalTarget | None,
    ended: Callable[[CanaryRow], None] = lambda _row: None,
) -> tuple[CanaryRow, ...]:
    """Run every canary once; `when` is before or after the load, and `ended` gets each run when it has ended.

    What they check on this machine, other work may disturb: that is known when all have ended.
    """
    runs, disturbance = run_beside(
        defined.canaries,
        settings,
        directory=directory / when,
        local=local,
        ended=lambda run: ended(_row(run, when=when, disturbance=None)),
    )
    return tuple(_row(run, when=when, disturbance=disturbance) for run in runs)


def _row(run: CanaryRun | NotRun, *, when: str, disturbance: Disturbance | None) -> CanaryRow:
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
        slow_count=len(run.slow),
        slowest_ms=run.slowest_ms,
        disturbance=None if run.has_passed or disturbance is None else disturbance.sentence,
    )
