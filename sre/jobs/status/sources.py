"""The sources of a status: an account, a recording as of its end, or the local platform that is up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path

from alarms.current import AlarmsNow, alarms_now
from alarms.evaluation import evaluate_live
from alarms.model import Plan
from alarms.placeholders import fill_placeholders
from foundation.aws_errors import patient
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.statement import Stated
from foundation.errors import InputError, about
from foundation.readings import Interval, NoData, Reading
from foundation.slo.model import Objectives
from reports.bill_filter import BillFilter
from reports.cost_explorer import complete_through
from reports.deployments import Operation, read_events_file, read_operations
from reports.focus_export import FocusExport
from reports.money import CostActuals, CostSource
from reports.weekly.reading import prefix_of_stacks
from sre.jobs.status.reading import StatusSources
from sre.jobs.weekly_report.sources import (
    all_recorded,
    connected,
    cost_explorer,
    deployed_alarms,
    recorded_operations,
)
from sre.local.alarm_states import evaluate_on_platform
from sre.local.metrics import local_metrics
from sre.local.session import root_session
from sre.local.state import LocalPlatform

# Cost Explorer has a new day once a day, and each of its requests costs a cent.
_BILL_KEPT_FOR = timedelta(hours=1)
_Operations = Reading[tuple[Operation, ...]] | NoData


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedNow:
    """What is watched, its bill, and the files that stand in for AWS, None where none does: `costs` are what `bill` reads.

    A canary that runs on no schedule has no minutes. Its datapoint is put when its run ends, at `canary_timeout` the latest.
    """

    plan: Plan
    canaries: Sequence[tuple[str, int | None]]
    canary_timeout: timedelta
    bill: CostSource | NoData
    costs: Path | None
    deployments: Path | None


def account_sources(watched: WatchedNow, *, region: str, now: datetime) -> StatusSources:
    """CloudWatch and CloudFormation of the account that AWS tools find. Raises InputError for settings that cannot be used."""
    stacks, metrics = connected(region, canary_timeout=watched.canary_timeout)

    def operations(prefix: str) -> _Operations:
        if watched.deployments is not None:
            return read_events_file(watched.deployments, prefix=prefix)
        return read_operations(stacks, prefix=prefix, now=now)

    def alarms(day: Interval) -> AlarmsNow:
        filled, everything = deployed_alarms(watched.plan, stacks, metrics, now=now)
        live = evaluate_live(filled, everything, start_at=day.start_at, end_at=day.end_at, from_earlier=True)
        return alarms_now(filled, live, at=day.end_at)

    return StatusSources(
        name=f"CloudWatch in {region}", at=None, metrics=metrics, operations=cache(operations), alarms=alarms, bill=watched.bill,
        canaries=watched.canaries,
    )  # fmt: skip


def recorded_sources(watched: WatchedNow, *, file: Path, parameters: Mapping[str, str]) -> StatusSources:
    """A recording, as of its end; nobody else is asked, since what is known elsewhere is of another moment.

    Where the file does not state what it knows, that is inferred, and its name says so.

    Raises SourceError for a file that is no recording, InputError for one of which nothing is known.
    """
    metrics, filled = ParquetSource(file=file), fill_placeholders(watched.plan, parameters)
    with about("--metrics"):
        ends_at = metrics.ends_at
        if ends_at is None:
            raise InputError(f"{file}: nothing is known of any time, so there is no moment to tell of")
    recorded = all_recorded(metrics)
    inferred = "" if isinstance(metrics.held, Stated) else ", inferred"

    def alarms(day: Interval) -> AlarmsNow:
        live = evaluate_live(filled, recorded, start_at=day.start_at, end_at=day.end_at, from_earlier=True)
        return alarms_now(filled, live, at=day.end_at)

    return StatusSources(
        name=f"recording {file.name}{inferred}",
        at=ends_at,
        metrics=metrics,
        operations=cache(partial(recorded_operations, watched.deployments)),
        alarms=alarms,
        bill=watched.bill,
        canaries=watched.canaries,
    )


def platform_sources(watched: WatchedNow, *, platform: LocalPlatform, now: datetime) -> StatusSources:
    """The local platform that is up; of the time before it was, nothing is known."""

    def operations(prefix: str) -> _Operations:
        if watched.deployments is not None:
            return read_events_file(watched.deployments, prefix=prefix)
        stacks = root_session(platform.region).client(
            "cloudformation", endpoint_url=platform.endpoint, config=patient()
        )  # fmt: skip
        return read_operations(stacks, prefix=prefix, now=now)

    def alarms(day: Interval) -> AlarmsNow:
        live = evaluate_on_platform(watched.plan, platform, start_at=day.start_at, end_at=day.end_at)
        return alarms_now(watched.plan, live, at=day.end_at)

    return StatusSources(
        name="the local platform",
        at=None,
        metrics=local_metrics(platform),
        operations=cache(operations),
        alarms=alarms,
        bill=watched.bill,
        canaries=watched.canaries,
    )


def bill_of(
    costs: Path | None, bill_filter: BillFilter, *, has_account: bool, clock: Callable[[], datetime]
) -> CostSource | NoData:
    """The bill of an export, of which the filter says which rows count, or else that of the account, where there is one."""
    if costs is not None:
        return KeptBill(made=lambda _now: FocusExport(path=costs, filter=bill_filter), clock=clock)
    if has_account:
        return KeptBill(made=cost_explorer, clock=clock)
    return NoData(reason="there is no bill here; --costs FILE brings one")


@dataclass(slots=True, kw_only=True)
class KeptBill:
    """A bill that is read once an hour at the most; one that could not be read is asked for again."""

    made: Callable[[datetime], CostSource]
    clock: Callable[[], datetime]
    _read_at: datetime | None = field(default=None, init=False)
    _days: tuple[date, date] | None = field(default=None, init=False)
    _kept: Reading[CostActuals] | NoData = field(default=NoData(reason="nobody has asked yet"), init=False)

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """As CostSource says."""
        now, days = self.clock(), (through_on, complete_on)
        is_new = self._read_at is not None and now - self._read_at < _BILL_KEPT_FOR
        if not is_new or days != self._days or isinstance(self._kept, NoData):
            self._kept = self.made(now).read(through_on=through_on, complete_on=complete_on)
            self._read_at, self._days = now, days
        return self._kept


def check_given(watched: WatchedNow, sources: StatusSources, objectives: Objectives, *, now: datetime) -> None:
    """Raise InputError for a file that was named and is none: that is for a person to correct, and not merely not known."""
    if watched.deployments is not None:
        sources.operations(prefix_of_stacks(objectives) or "")
    if watched.costs is not None and not isinstance(watched.bill, NoData):
        through_on = complete_through(sources.at or now)
        watched.bill.read(through_on=through_on, complete_on=through_on)
