"""`sre check`: its JSON, which is also `release-check.json` beside its page."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from foundation.cloudwatch.suppression import NotificationOutcome, notification_outcome, notified_at
from foundation.errors import Exit
from reports.release_check.model import AlarmRow, AlarmsUnderLoad, CanaryOutcome, CanaryRow, ReleaseCheck
from reports.release_check.summary import summary_line
from sre.cli.outputs.load import Load, Request, request_fields
from sre.cli.outputs.machine import Machine, machine_output
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.verdict import ObjectiveVerdict, objective_verdict
from sre.cli.outputs.words import Outcome, RunOutcome, outcome_of_exit

_RUNS = {
    CanaryOutcome.PASSED: RunOutcome.PASS,
    CanaryOutcome.FAILED: RunOutcome.FAIL,
    CanaryOutcome.NOT_RUN: RunOutcome.NO_DATA,
}


class When(StrEnum):
    """Before or after the load."""

    BEFORE = "before"
    AFTER = "after"


class LatencyBucket(Part):
    """How many requests took from `from_ms` to `to_ms`."""

    from_ms: float
    to_ms: float
    count: int


class Second(Part):
    """One second since the load began: requests by when they were due, each in one place."""

    second: int
    good_count: int
    slow_count: int
    fault_count: int
    refused_count: int


class Canary(Part):
    """One run of a canary; the reason says why it failed or did not run, or which steps it took.

    `disturbance` is the other work on this machine on account of which a failure is no miss, null without any. `slow_count`
    answers were slower than the latency objective's threshold, the slowest took `slowest_ms`; they fail no canary.
    """

    canary: str
    when: When
    outcome: RunOutcome
    took_seconds: float | None
    reason: str
    disturbance: str | None
    slow_count: int
    slowest_ms: float | None


class FiredAlarm(Part):
    """An alarm that was in ALARM under load; `after_seconds` since the load began, null where it was so before."""

    alarm: str
    severity: str | None
    after_seconds: float | None
    notification: NotificationOutcome
    notified_at: AwareDatetime | None
    description: str


class Alarms(Part):
    """The planned alarms under load; `messages` say what subscribers received, null where none was sent."""

    fired: tuple[FiredAlarm, ...]
    evaluated_count: int
    partly_known_count: int
    without_data_count: int
    messages: tuple[str, ...] | None


class Fact(Part):
    """What the verdicts rest on, in words."""

    name: str
    description: str


class StepTaken(Part):
    """One step of the check; `failure` is why it failed or was ended, null where it was done."""

    step: str
    took_seconds: float
    failure: str | None


class ReleaseCheckOutput(Output):
    """A whole release check: `outcome` is a miss where an objective is missed or a canary failed; 3 has other keys than 2.

    It is whole unless one of the `steps` failed or it was interrupted; what was measured is there all the same. `summary` says it
    in one line, for a person.
    """

    schema_version: int = 3
    outcome: Outcome
    exit_code: int
    is_interrupted: bool
    headline: str
    summary: str
    stage: str
    target: str
    profile: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    warm_up_seconds: float
    measured_seconds: float
    slow_after_ms: float | None
    objectives: tuple[ObjectiveVerdict, ...]
    canaries: tuple[Canary, ...]
    alarms: Alarms | None
    load: Load | None
    machine: Machine | None
    requests: tuple[Request, ...]
    warm_up_requests: tuple[Request, ...]
    latencies: tuple[LatencyBucket, ...]
    seconds: tuple[Second, ...]
    facts: tuple[Fact, ...]
    not_measured: tuple[str, ...]
    what_ifs: tuple[str, ...]
    run_id: str | None
    steps: tuple[StepTaken, ...]


def check_output(check: ReleaseCheck) -> ReleaseCheckOutput:
    """The numbers of the page."""
    return ReleaseCheckOutput(
        outcome=outcome_of_exit(Exit(check.exit_code)),
        exit_code=check.exit_code,
        is_interrupted=check.interrupted,
        headline=check.headline,
        summary=summary_line(check),
        stage=check.label,
        target=check.target,
        profile=check.profile,
        started_at=datetime.fromisoformat(check.started_at),
        ended_at=datetime.fromisoformat(check.ended_at),
        warm_up_seconds=check.warm_up_seconds,
        measured_seconds=check.measured_seconds,
        slow_after_ms=check.slow_after_ms,
        objectives=tuple(objective_verdict(row.objective, row.evidence) for row in check.objectives),
        canaries=tuple(_canary(row) for row in check.canaries),
        alarms=None if check.alarms is None else _alarms(check.alarms),
        load=None if check.load is None else Load(**asdict(check.load)),
        machine=machine_output(check.machine),
        requests=tuple(Request(**request_fields(row)) for row in check.requests),
        warm_up_requests=tuple(Request(**request_fields(row)) for row in check.warm_up),
        latencies=tuple(LatencyBucket(**asdict(row)) for row in check.latencies),
        seconds=tuple(Second(**asdict(row)) for row in check.seconds),
        facts=tuple(Fact(name=name, description=description) for name, description in check.facts),
        not_measured=check.not_measured,
        what_ifs=check.what_ifs,
        run_id=check.run_id,
        steps=tuple(
            StepTaken(step=row.name, took_seconds=row.took_seconds, failure=row.failure) for row in check.steps
        ),
    )


def _canary(row: CanaryRow) -> Canary:
    return Canary(
        canary=row.name, when=When(row.when), outcome=_RUNS[row.outcome], took_seconds=row.took_seconds, reason=row.because,
        disturbance=row.disturbance, slow_count=row.slow_count, slowest_ms=row.slowest_ms,
    )  # fmt: skip


def _alarms(alarms: AlarmsUnderLoad) -> Alarms:
    return Alarms(
        fired=tuple(_fired(row) for row in alarms.fired),
        evaluated_count=alarms.evaluated_count,
        partly_known_count=alarms.partly_known_count,
        without_data_count=alarms.without_data_count,
        messages=alarms.messages,
    )


def _fired(row: AlarmRow) -> FiredAlarm:
    return FiredAlarm(
        alarm=row.name,
        severity=row.severity or None,
        after_seconds=row.after_seconds,
        notification=notification_outcome(row.notification),
        notified_at=notified_at(row.notification),
        description=row.impact,
    )
