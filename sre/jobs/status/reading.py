"""Reads everything that a status is made from; a source that fails leaves its reason and never stops the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from alarms.current import AlarmsNow
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError, SreError
from foundation.readings import Interval, NoData, Reading
from foundation.slo.model import CostObjective, Objectives
from reports.cost_explorer import complete_through
from reports.deployments import Operation
from reports.known_values import Span
from reports.money import CostActuals, CostSource
from reports.weekly.canary_runs import read_canaries
from reports.weekly.inputs import CanaryWeek
from reports.weekly.reading import prefix_of_stacks, read_budget
from sre.jobs.status.making import StatusRead, make_status
from sre.jobs.status.model import Absent, Status

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
# A canary's metric is read in periods of so long, and hours of budgets begin with the hour.
_CANARY_SECONDS, _HOUR_SECONDS, _MINUTE_SECONDS = 300, 3_600, 60
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSources:
    """Where everything comes from; each may raise SreError, and is then not known.

    `at` is the moment that is asked about: None is that of asking. `alarms` takes the day that they are looked at over.
    """

    name: str
    at: datetime | None
    metrics: MetricSource
    operations: Callable[[str], Reading[tuple[Operation, ...]] | NoData]
    alarms: Callable[[Interval], AlarmsNow]
    bill: CostSource | NoData
    canaries: Sequence[tuple[str, int | None]]


def _silently(_line: str) -> None:
    pass


def read_status(
    objectives: Objectives, sources: StatusSources, *, now: datetime, say: Callable[[str], None] = _silently
) -> Status:
    """Read all of it and judge it, and `say` what is being read."""
    at = now if sources.at is None else sources.at
    # Metrics have no period that is shorter; a stack operation is told to the second.
    until = _floor(at, _MINUTE_SECONDS)
    week = Interval(start_at=_floor(until - _WEEK, _HOUR_SECONDS), end_at=until)
    day = Interval(start_at=_floor(until - _DAY, _CANARY_SECONDS), end_at=until)
    say(f"reading {sources.name}")
    histories = {
        each.name: _attempt(
            partial(read_budget, each, sources.metrics, sources.operations, week=week, until=until, now=now)
        )
        for each in objectives
        if not isinstance(each, CostObjective)
    }
    prefix = prefix_of_stacks(objectives)
    has_limit = any(isinstance(each, CostObjective) for each in objectives)
    return make_status(
        StatusRead(
            objectives=objectives,
            source=sources.name,
            at=at,
            asked_at=now,
            week=week,
            day=day,
            histories=histories,
            alarms=_attempt(lambda: sources.alarms(day)),
            operations=Absent(reason="no objective is on stack operations")
            if prefix is None
            else _attempt(lambda: sources.operations(prefix)),
            canaries=_attempt(lambda: _canaries(objectives, sources, day, now))
            if sources.canaries
            else Absent(reason="the service has no canary"),
            bill=_attempt(lambda: _bill(sources.bill, at)) if has_limit else Absent(reason="no objective is on cost"),
        )
    )


def unread_status(
    objectives: Objectives, canaries: Sequence[tuple[str, int | None]], *, source: str, reason: str, now: datetime
) -> Status:
    """The status of a place that is not there any more: nothing of it is known, for this reason."""
    nowhere, nothing = _Nowhere(reason=reason), NoData(reason=reason)
    sources = StatusSources(
        name=source, at=None, metrics=nowhere, operations=lambda _prefix: nothing, alarms=nowhere.alarms, bill=nothing,
        canaries=canaries,
    )  # fmt: skip
    return read_status(objectives, sources, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nowhere:
    reason: str

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        del wanted, start_at, end_at
        raise SourceError(self.reason)

    def alarms(self, _day: Interval) -> AlarmsNow:
        raise SourceError(self.reason)


def _attempt(read: Callable[[], _Answer]) -> _Answer | NoData:
    try:
        return read()
    except SreError as error:
        return NoData(reason=str(error))


def _canaries(
    objectives: Objectives, sources: StatusSources, day: Interval, now: datetime
) -> tuple[CanaryWeek, ...] | NoData:  # fmt: skip
    scope = Scope(service=objectives.service, stage=objectives.stage)
    span = Span(start_at=day.start_at, until=day.end_at, now=now, name="day")
    return read_canaries(sources.metrics, sources.canaries, scope, span)


def _bill(bill: CostSource | NoData, at: datetime) -> Reading[CostActuals] | NoData:
    """The month of the last day that the bill has in full at a moment."""
    if isinstance(bill, NoData):
        return bill
    through_on = complete_through(at)
    return bill.read(through_on=through_on, complete_on=through_on)


def _floor(at: datetime, seconds: int) -> datetime:
    return at - timedelta(seconds=at.timestamp() % seconds)
