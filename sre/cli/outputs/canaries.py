"""`sre canaries`: the JSON of runs, and of what is defined."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime

from canaries.runs import CanaryRun, NotRun, StepRun
from foundation.errors import Exit
from foundation.machine.disturbance import Disturbance
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.words import RunOutcome


class Step(Part):
    """One step of a run; the reason says why it failed."""

    step: str
    outcome: RunOutcome
    took_seconds: float
    reason: str | None


class Run(Part):
    """One run of a canary; one that could not run here has no data, and its reason says why.

    `network_retry_count` calls were tried again because the network broke. `slow_count` answers were slower than the threshold of
    the objective on latency, the slowest took `slowest_ms`; they fail no run. `disturbance` is the other work on this machine on
    account of which a failure decides nothing, null without any.
    """

    canary: str
    outcome: RunOutcome
    reason: str | None
    failed_step: str | None
    has_timed_out: bool
    network_retry_count: int
    slow_count: int
    slowest_ms: float | None
    disturbance: str | None
    run_id: str | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    took_seconds: float | None
    steps: tuple[Step, ...]


class CanaryRuns(Output):
    """All runs of one command: a fail where one failed, else no data where one could not run.

    One that failed beside other work on the machine of a local platform counts as one that could not run.
    """

    outcome: RunOutcome
    exit_code: int
    stage: str
    api_url: str
    log_directory: str
    runs: tuple[Run, ...]


class RuntimesSource(StrEnum):
    """Who says how old a runtime is."""

    FILE = "file"
    AWS = "aws"


class Runtime(Part):
    """A runtime of Synthetics that the canaries have; the reason says what is to be known of its age."""

    runtime: str
    is_newest: bool
    must_be_replaced: bool
    reason: str | None


class CanaryDefinition(Part):
    """One canary, with its price of a month of 730 hours; so many calls may be tried again when the network breaks."""

    canary: str
    description: str
    every_minutes: int
    timeout_seconds: int
    memory_mib: int
    network_retry_count: int
    monthly_run_count: Decimal
    monthly_usd: Decimal


class CanaryList(Output):
    """What is defined; with a Region, AWS is asked how old the runtimes are. A file that is too old does not know it."""

    canaries: tuple[CanaryDefinition, ...]
    monthly_usd: Decimal
    runtimes: tuple[Runtime, ...]
    runtimes_source: RuntimesSource
    runtimes_read_on: date
    runtimes_are_known: bool


def run_of(run: CanaryRun | NotRun, *, disturbance: Disturbance | None) -> Run:
    """One run, and the other work on this machine that disturbed it."""
    if isinstance(run, NotRun):
        return Run(
            canary=run.name, outcome=RunOutcome.NO_DATA, reason=run.reason, failed_step=None, has_timed_out=False,
            network_retry_count=0, slow_count=0, slowest_ms=None, disturbance=None,
            run_id=None, started_at=None, ended_at=None, took_seconds=None, steps=(),
        )  # fmt: skip
    return Run(
        canary=run.name,
        outcome=RunOutcome.PASS if run.has_passed else RunOutcome.FAIL,
        reason=run.reason,
        failed_step=run.failed_step,
        has_timed_out=run.has_timed_out,
        network_retry_count=run.retry_count,
        slow_count=len(run.slow),
        slowest_ms=run.slowest_ms,
        disturbance=None if run.has_passed or disturbance is None else disturbance.sentence,
        run_id=run.run_id,
        started_at=run.started_at,
        ended_at=run.ended_at,
        took_seconds=run.took_seconds,
        steps=tuple(_step(each) for each in run.steps),
    )


def exit_of_runs(runs: Sequence[Run]) -> Exit:
    """One that failed decides, then one that could not run, or failed beside other work on its machine."""
    if any(run.outcome is RunOutcome.FAIL and run.disturbance is None for run in runs):
        return Exit.MISSED
    return Exit.MET if all(run.outcome is RunOutcome.PASS for run in runs) else Exit.NOT_ENOUGH_EVIDENCE


def outcome_of_runs(code: Exit) -> RunOutcome:
    """The outcome of all of them."""
    match code:
        case Exit.MET:
            return RunOutcome.PASS
        case Exit.MISSED:
            return RunOutcome.FAIL
        case _:
            return RunOutcome.NO_DATA


def _step(step: StepRun) -> Step:
    return Step(
        step=step.name,
        outcome=RunOutcome.PASS if step.reason is None else RunOutcome.FAIL,
        took_seconds=step.took_seconds,
        reason=step.reason,
    )
