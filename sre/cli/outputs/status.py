"""`sre status`: its JSON. A block is null where there is nothing to know, such as canaries of a service that has none."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from alarms.current import AlarmsNow
from foundation.readings import NoData
from foundation.slo.burn_rate import Severity
from reports.deployments import Operation
from reports.weekly.inputs import CanaryWeek
from reports.weekly.output_model import Cost, Interval, KnownTime, Objective, Unknown
from reports.weekly.output_parts import cost_output, known_output, objective_output, state_of
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.report import outcome_of_state
from sre.cli.outputs.words import Outcome
from sre.jobs.status.headline import headline
from sre.jobs.status.model import Absent, ObjectiveNow, Status, Told


class Asked(Part):
    """Who answered, of which time, until when that is known, and how old it is; null where nothing of that time is known."""

    source: str
    window: Interval
    as_of: datetime | None
    age_seconds: float | None


class ObjectiveStatus(Objective):
    """An objective as the weekly report has it, whose week is the last seven days here; an outcome of no data is not known."""

    outcome: Outcome


class FiringAlarm(Part):
    """An alarm that is in ALARM; `began_at` is null where that was before `seen_from`, since when it is known."""

    alarm: str
    severity: Severity
    began_at: datetime | None
    seen_from: datetime
    as_of: datetime


class UnknownAlarm(Part):
    """An alarm whose state is not known."""

    alarm: str
    reason: str


class Alarms(Part):
    """The alarms that notify somebody, evaluated here on the source's metrics; the oldest of their states is of `oldest_at`."""

    asked: Asked
    oldest_at: datetime | None
    firing: tuple[FiringAlarm, ...]
    quiet_count: int
    unknown: tuple[UnknownAlarm, ...]


class Deployment(Part):
    """An operation on a stack."""

    stack: str
    status: str
    outcome: Literal["pass", "fail"]
    ended_at: datetime


class Deployments(Part):
    """The operations that had ended, the last first."""

    asked: Asked
    operations: tuple[Deployment, ...]


class Canary(Part):
    """A canary's runs in the window, as far as that is known; the reason says why they could not be read."""

    canary: str
    run_count: int | None
    failed_count: int | None
    expected_count: int | None
    known: KnownTime
    reason: str | None


class Canaries(Part):
    """The canaries."""

    asked: Asked
    canaries: tuple[Canary, ...]


class Bill(Part):
    """The bill of the month, and what an objective says that a month may cost."""

    asked: Asked
    limit_usd: Decimal | None
    cost: Cost


class StatusOutput(Output):
    """How a service stands `at` a moment: that of asking, or a recording's end. What is not known has a reason in its place."""

    service: str
    stage: str
    source: str
    at: datetime
    asked_at: datetime
    headline: str
    exit_code: int
    objectives: tuple[ObjectiveStatus, ...]
    alarms: Alarms | Unknown
    deployments: Deployments | Unknown | None
    canaries: Canaries | Unknown | None
    cost: Bill | Unknown | None


def output_of_status(status: Status) -> StatusOutput:
    """A status as data."""
    at = status.at
    return StatusOutput(
        service=status.service,
        stage=status.stage,
        source=status.source,
        at=at,
        asked_at=status.asked_at,
        headline=headline(status),
        exit_code=int(status.exit_code),
        objectives=tuple(map(_objective, status.objectives)),
        alarms=_alarms(status.alarms, at) if isinstance(status.alarms, Told) else _unknown(status.alarms),
        deployments=Deployments(
            asked=_asked(status.deployments, at), operations=tuple(map(_operation, status.deployments.answer))
        )
        if isinstance(status.deployments, Told)
        else _nothing(status.deployments),
        canaries=Canaries(asked=_asked(status.canaries, at), canaries=tuple(map(_canary, status.canaries.answer)))
        if isinstance(status.canaries, Told)
        else _nothing(status.canaries),
        cost=Bill(asked=_asked(status.cost, at), limit_usd=status.limit_usd, cost=cost_output(status.cost.answer))
        if isinstance(status.cost, Told)
        else _nothing(status.cost),
    )


def _objective(objective: ObjectiveNow) -> ObjectiveStatus:
    state = state_of(objective.health)
    row = objective_output(objective.name, objective.budget or NoData(reason=objective.reason))
    told = {"state": state, "as_of": objective.as_of, "source": objective.source or None}
    return ObjectiveStatus.model_validate({**dict(row), **told, "outcome": outcome_of_state(state)})


def _alarms(told: Told[AlarmsNow], at: datetime) -> Alarms:
    now = told.answer
    return Alarms(
        asked=_asked(told, at),
        oldest_at=now.oldest_at,
        firing=tuple(
            FiringAlarm(
                alarm=each.name,
                severity=each.severity,
                began_at=each.began_at,
                seen_from=each.seen_from,
                as_of=each.as_of,
            )
            for each in now.firing
        ),
        quiet_count=now.quiet_count,
        unknown=tuple(UnknownAlarm(alarm=each.name, reason=each.reason) for each in now.unknown),
    )


def _operation(operation: Operation) -> Deployment:
    return Deployment(
        stack=operation.stack,
        status=operation.status,
        outcome="pass" if operation.has_succeeded else "fail",
        ended_at=operation.ended_at,
    )


def _canary(canary: CanaryWeek) -> Canary:
    is_read = canary.problem is None
    return Canary(
        canary=canary.name,
        run_count=canary.run_count if is_read else None,
        failed_count=canary.failed_count if is_read else None,
        expected_count=canary.expected_count,
        known=known_output(canary.coverage),
        reason=None if canary.problem is None else canary.problem.reason,
    )


def _asked(told: Told[object], at: datetime) -> Asked:
    age = told.age(at)
    return Asked(
        source=told.source,
        window=Interval(start_at=told.window.start_at, end_at=told.window.end_at),
        as_of=told.as_of,
        age_seconds=None if age is None else age.total_seconds(),
    )


def _nothing(block: NoData | Absent) -> Unknown | None:
    return None if isinstance(block, Absent) else _unknown(block)


def _unknown(block: NoData) -> Unknown:
    return Unknown(reason=block.reason)
