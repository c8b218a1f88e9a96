"""A status from readings: the weekly report's own judgements of budgets and money, at a moment instead of a week's end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.current import AlarmsNow
from foundation.readings import Interval, NoData, Reading
from foundation.slo.model import CostObjective, Objectives
from reports.deployments import Operation
from reports.money import CostActuals, midnight
from reports.slo_actuals import History
from reports.weekly.inputs import CanaryWeek
from reports.weekly.money_judgement import money_state
from reports.weekly.objectives import Health, week_of_objective
from sre.jobs.status.model import Absent, ObjectiveNow, Status, Told

_ORDER = (Health.EXHAUSTED, Health.NO_DATA, Health.TOO_LITTLE, Health.AT_RISK, Health.HEALTHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRead:
    """What was read for a status: of each objective its events, and of everything else its answer, or why there is none.

    `week` is the last seven days, and `day` the last one, which alarms and canaries are about. `source` is who has the metrics.
    """

    objectives: Objectives
    source: str
    at: datetime
    asked_at: datetime
    week: Interval
    day: Interval
    histories: Mapping[str, History | NoData]
    alarms: AlarmsNow | NoData
    operations: Reading[tuple[Operation, ...]] | NoData | Absent
    canaries: tuple[CanaryWeek, ...] | NoData | Absent
    bill: Reading[CostActuals] | NoData | Absent


def make_status(read: StatusRead) -> Status:
    """Judge all of it; nothing is read here."""
    found = [_objective(read, name) for name in (each.name for each in read.objectives)]
    return Status(
        service=read.objectives.service,
        stage=read.objectives.stage,
        source=read.source,
        at=read.at,
        asked_at=read.asked_at,
        objectives=tuple(sorted(found, key=lambda each: _ORDER.index(each.health))),
        limit_usd=next((each.limit_usd for each in read.objectives if isinstance(each, CostObjective)), None),
        alarms=read.alarms if isinstance(read.alarms, NoData) else _alarms(read, read.alarms),
        deployments=_deployments(read),
        canaries=_canaries(read, read.canaries) if isinstance(read.canaries, tuple) else read.canaries,
        cost=_cost(read.bill) if isinstance(read.bill, Reading) else read.bill,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    cost_objective: CostObjective
    cost: Reading[CostActuals] | NoData


def _objective(read: StatusRead, name: str) -> ObjectiveNow:
    objective = next(each for each in read.objectives if each.name == name)
    if isinstance(objective, CostObjective):
        bill = NoData(reason=read.bill.reason) if isinstance(read.bill, Absent) else read.bill
        health, reason = money_state(_Month(cost_objective=objective, cost=bill))
        is_told = isinstance(bill, Reading)
        return ObjectiveNow(
            name=name, health=health, reason=reason, budget=None,
            source=bill.answer.source if is_told else "", as_of=bill.known.newest_at if is_told else None,
        )  # fmt: skip
    week = week_of_objective(objective, read.histories[name], read.week, by_whole_hours=False)
    if isinstance(week, NoData):
        return ObjectiveNow(
            name=name, health=Health.NO_DATA, reason=week.reason, budget=None, source="", as_of=None
        )  # fmt: skip
    return ObjectiveNow(
        name=name,
        health=week.health,
        reason=week.reason,
        budget=week,
        source=week.source,
        as_of=week.coverage.newest_at,
    )


def _alarms(read: StatusRead, alarms: AlarmsNow) -> Told[AlarmsNow]:
    return Told(source=read.source, window=read.day, as_of=alarms.newest_at, answer=alarms)


def _deployments(read: StatusRead) -> Told[tuple[Operation, ...]] | NoData | Absent:
    """What had ended by the moment that is asked about, the last first."""
    operations = read.operations
    if not isinstance(operations, Reading):
        return operations
    ended = sorted((each for each in operations.answer if each.ended_at <= read.at), key=_ended_at, reverse=True)
    known = operations.known.newest_at
    if not ended:
        return NoData(reason=f"no stack operation of {operations.origin.source} had ended then")
    return Told(
        source=operations.origin.source,
        window=operations.asked,
        as_of=None if known is None else min(known, read.at),
        answer=tuple(ended),
    )


def _ended_at(operation: Operation) -> datetime:
    return operation.ended_at


def _canaries(read: StatusRead, canaries: Sequence[CanaryWeek]) -> Told[tuple[CanaryWeek, ...]]:
    """As old as the one of which the newest known moment is the oldest."""
    newest = [at for each in canaries if (at := each.coverage.newest_at) is not None]
    return Told(source=read.source, window=read.day, as_of=min(newest, default=None), answer=tuple(canaries))


def _cost(bill: Reading[CostActuals]) -> Told[Reading[CostActuals]] | NoData:
    """Of the month that the bill reports; of what is no bill of the service nothing is known."""
    cost = bill.answer
    if cost.not_a_bill is not None:
        return NoData(reason=cost.not_a_bill)
    month = Interval(start_at=midnight(cost.month_on), end_at=midnight(cost.through_on + timedelta(days=1)))
    return Told(source=cost.source, window=month, as_of=bill.known.newest_at, answer=bill)
