"""A service that is well at a moment of which all is known, and the same with one thing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from alarms.current import AlarmsNow, FiringNow, UnknownNow
from foundation.cloudwatch.source import MetricSource
from foundation.readings import Interval, NoData, Reading
from foundation.slo.burn_rate import Severity
from foundation.slo.model import Objectives
from reports.deployments import Operation
from reports.money import CostActuals
from sre.jobs.status.model import Status
from sre.jobs.status.reading import StatusSources, read_status
from tests.reports.weekly_factories import NOW, WEEK, Bill, a_bill, a_month, asked, of_quarter, some_operations

AT, DAY, MINUTE = WEEK.end_at, timedelta(days=1), timedelta(minutes=1)
# The last day that a bill has in full then.
COMPLETE_ON = date(2026, 11, 14)
# All of T-Developer's: latency, faults, availability, deployments, money, agents.
OBJECTIVES = asked(objectives_without_agents=False).objectives
MONTH = a_month()
PREFIX = "t-developer-production-"


def with_items(keep: Callable[[str], bool]) -> Objectives:
    return replace(OBJECTIVES, items=tuple(each for each in OBJECTIVES if keep(each.name)))


def quiet(*firing: FiringNow, count: int = 40, unknown: tuple[UnknownNow, ...] = ()) -> AlarmsNow:
    return AlarmsNow(
        firing=firing, quiet_count=count - len(firing) - len(unknown), unknown=unknown, oldest_at=AT - 9 * MINUTE,
        newest_at=AT - 3 * MINUTE,
    )  # fmt: skip


def firing(name: str = "api-errors-page-fast", *, severity: Severity = Severity.PAGE, minutes: int = 20) -> FiringNow:
    began_at = AT - minutes * MINUTE
    return FiringNow(
        name=f"{PREFIX}{name}", severity=severity, began_at=began_at, seen_from=began_at, as_of=AT
    )  # fmt: skip


def sources(
    *,
    metrics: MetricSource = MONTH,
    alarms: AlarmsNow | Exception | None = None,
    operations: tuple[Operation, ...] | NoData | Exception | None = None,
    bill: CostActuals | NoData | None = None,
    canaries: tuple[tuple[str, int | None], ...] = (("api", 5),),
    at: datetime | None = AT,
) -> StatusSources:
    """Those of a recording of a month in which all went well, unless something else is said."""

    def told_alarms(_day: Interval) -> AlarmsNow:
        if isinstance(alarms, Exception):
            raise alarms
        return quiet() if alarms is None else alarms

    def told_operations(_prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
        if isinstance(operations, Exception):
            raise operations
        given = some_operations() if operations is None else operations
        return given if isinstance(given, NoData) else of_quarter(given)

    return StatusSources(
        name="a recording of a test", at=at, metrics=metrics, operations=told_operations, alarms=told_alarms,
        bill=Bill(a_bill(through_on=COMPLETE_ON) if bill is None else bill), canaries=canaries,
    )  # fmt: skip


def status(given: StatusSources | None = None, *, objectives: Objectives = OBJECTIVES, now: datetime = NOW) -> Status:
    return read_status(objectives, sources() if given is None else given, now=now)
