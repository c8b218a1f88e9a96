"""The sources of a weekly report: AWS, recorded metrics, or a local platform that is up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from alarms.evaluation import CombinedSource, Part, evaluate_live
from alarms.model import Plan, PlannedAlarm
from alarms.paging import pager_of
from alarms.placeholders import fill_placeholders, placeholders_in
from alarms.states import Firing
from dashboards.simulation import Simulation
from foundation.aws_errors import connecting, patient
from foundation.cloudwatch.aws import connect_everywhere
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.recorder import RecordingSource
from foundation.cloudwatch.regional_source import RegionalSource
from foundation.cloudwatch.retention import RetainedSource
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.statement import Stated
from foundation.cloudwatch.suppression import notified_at
from foundation.errors import SourceError, about
from foundation.readings import Interval, Known, NoData, Reading
from foundation.service.own_metrics import OwnMetrics
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import detect
from foundation.slo.incidents import Incident
from infra.outputs import deployed_parameters
from reports.bill_filter import BillFilter
from reports.cost_explorer import CostExplorer
from reports.deployments import Operation, read_events_file, read_operations
from reports.focus_export import FocusExport
from reports.money import CostActuals, CostSource
from reports.weekly.inputs import AlarmsWeek, AlarmWeek, PartlyKnown
from reports.weekly.reading import Sources
from sre.jobs.weekly_report.subscribers import subscribers_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# An alarm counts as evaluated from such a share of the week on.
_EVALUATED_FROM = 0.9
_NOTHING = "nothing is known of their metrics in this time"
_TOO_LITTLE = "less than 90 % of this time is known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched, and which files stand in for AWS. A canary that runs on no schedule has no minutes.

    A canary's datapoint is put when its run ends, at `canary_timeout` the latest.
    """

    plan: Plan
    canaries: Sequence[tuple[str, int | None]]
    own: OwnMetrics | None
    incidents: Sequence[Incident]
    costs: Path | None
    bill_filter: BillFilter
    deployments: Path | None
    now: datetime
    canary_timeout: timedelta


def aws_sources(watched: Watched, *, region: str, keep: bool = False) -> Sources:
    """CloudWatch, CloudFormation and Cost Explorer (or files instead) of the account that AWS tools find.

    `keep` makes a RecordingSource of the metrics.
    """
    plan, deployments = watched.plan, watched.deployments
    stacks, live = connected(region, canary_timeout=watched.canary_timeout)
    metrics = RecordingSource(source=live) if keep else live

    def operations(prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
        return (
            read_operations(stacks, prefix=prefix, now=watched.now)
            if deployments is None
            else read_events_file(deployments, prefix=prefix)
        )

    def alarms(start_at: datetime, until: datetime) -> AlarmsWeek | NoData:
        filled, everything = deployed_alarms(plan, stacks, metrics, now=watched.now)
        return evaluated_alarms(filled, everything, start_at, min(until, watched.now), incidents=watched.incidents)

    return Sources(
        metrics=metrics,
        metrics_name=f"CloudWatch in {region}",
        operations=cache(operations),
        cost=_cost(watched),
        alarms=alarms,
        canaries=watched.canaries,
        subscribers=lambda: subscribers_of(plan, region=region),
        own=watched.own,
    )


def recorded_sources(file: Path, watched: Watched) -> Sources:
    """Recorded metrics; CloudFormation is not asked, since a recording is of another time. Raises SourceError."""
    metrics = ParquetSource(file=file)
    recorded = all_recorded(metrics)
    return Sources(
        metrics=metrics,
        metrics_name=f"recording {file.name}",
        operations=partial(recorded_operations, watched.deployments),
        cost=_cost(watched),
        alarms=lambda start_at, until: evaluated_alarms(
            watched.plan, recorded, start_at, min(until, watched.now), incidents=watched.incidents
        ),
        canaries=watched.canaries,
        subscribers=lambda: NoData(reason="a recording does not say"),
        own=watched.own,
    )


def connected(region: str, *, canary_timeout: timedelta) -> tuple["CloudFormationClient", RegionalSource]:
    """CloudFormation and CloudWatch of the account that AWS tools find; nobody is asked yet.

    Raises InputError when AWS's settings cannot be used.
    """
    with connecting():
        stacks = boto3.client("cloudformation", region_name=region, config=patient())
    return stacks, connect_everywhere(region, longest={"CloudWatchSynthetics": canary_timeout})


def deployed_alarms(
    plan: Plan, stacks: "CloudFormationClient", metrics: MetricSource, *, now: datetime
) -> tuple[Plan, CombinedSource]:
    """The plan with what its deployed stack knows, and what its alarms are evaluated on: all that is still kept."""
    try:
        parameters = deployed_parameters(stacks, stack=f"{plan.context.prefix}-platform")
    except SourceError:
        # The alarms that need nothing of the stack are evaluated all the same.
        parameters = dict[str, str]()
    filled = fill_placeholders(plan, parameters)
    known = (alarm for alarm in filled.metric_alarms if not placeholders_in(alarm))
    seen = frozenset(stat.metric for alarm in known for stat in alarm.stats)
    return filled, CombinedSource(parts=(Part(source=RetainedSource(source=metrics, now=now), metrics=seen),))


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoBill:
    """Nobody has a bill."""

    reason: str

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """As CostSource says."""
        del through_on, complete_on
        return NoData(reason=self.reason)


def simulated_sources(seed: int, watched: Watched) -> Sources:
    """Made-up metrics, by a seed; nothing else is made up."""
    emitted = () if watched.own is None else watched.own.emitted
    metrics = Simulation(seed=seed, own=emitted)
    below = (alarm for planned in watched.plan for alarm in watched.plan.metric_alarms_below(planned))
    everything = CombinedSource(
        parts=(Part(source=metrics, metrics=frozenset(stat.metric for each in below for stat in each.stats)),)
    )
    return Sources(
        metrics=metrics,
        metrics_name="simulation",
        operations=partial(recorded_operations, watched.deployments),
        cost=_NoBill(reason="a simulation has no bill; --costs FILE brings one")
        if watched.costs is None
        else _cost(watched),
        alarms=lambda start_at, until: evaluated_alarms(
            watched.plan, everything, start_at, min(until, watched.now), incidents=watched.incidents
        ),
        canaries=watched.canaries,
        subscribers=lambda: NoData(reason="a simulation does not say"),
        own=watched.own,
    )


def all_recorded(metrics: ParquetSource) -> CombinedSource:
    """What alarms are evaluated on: all that a recording has. Raises SourceError for a file that is none."""
    with about("--metrics"):
        return CombinedSource(parts=(Part(source=metrics, metrics=_asked(metrics)),))


def recorded_operations(file: Path | None, prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
    """The operations of a file beside a recording. Raises InputError for a file that is none."""
    if file is None:
        return NoData(reason="a recording has no stack operations; --deployments FILE brings them")
    return read_events_file(file, prefix=prefix)


def cost_explorer(now: datetime) -> CostExplorer:
    """The bill of the account that AWS tools find. Raises InputError when AWS's settings cannot be used."""
    # Its only endpoint; and whatever is asked again may be paid for again.
    with connecting():
        client = boto3.client("ce", region_name="us-east-1", config=patient(attempt_count=2))
    return CostExplorer(client=client, today_on=now.astimezone(UTC).date())


def _asked(recording: ParquetSource) -> frozenset[Metric]:
    """The metrics that have datapoints, and those that the recording states it asked for."""
    held = recording.held
    return recording.metrics | frozenset(held.statistics if isinstance(held, Stated) else ())


def evaluated_alarms(
    plan: Plan,
    combined: CombinedSource,
    start_at: datetime,
    until: datetime,
    *,
    incidents: Sequence[Incident] = (),
    from_earlier: bool = True,
) -> AlarmsWeek | NoData:
    """When the planned alarms were in alarm, worked out here: CloudWatch keeps its own history for thirty days only.

    They are evaluated `from_earlier` than `start_at` on, so that what began before is told with its beginning, or as older than
    what is known. An incident is judged where all alarms that page were known.
    """
    try:
        week = Interval(start_at=start_at, end_at=until)
        live = evaluate_live(plan, combined, start_at=start_at, end_at=until, from_earlier=from_earlier)
    except SourceError as error:
        return NoData(reason=f"the alarms could not be evaluated: {error}")
    firings = {name: evaluated.in_alarm(name, week) for name, evaluated in live.evaluated.items()}
    known = {name: evaluated.histories[name].known.within(week) for name, evaluated in live.evaluated.items()}
    found = [
        _alarm_week(planned, each, incidents)
        for planned in plan.notifying
        for each in firings.get(planned.name, ())
    ]  # fmt: skip
    unknown = Counter(each.missing(week) for each in known.values())
    partly = [
        PartlyKnown(count=count, known_ratio=1 - missing.share(week), missing=missing)
        for missing, count in unknown.items()
        if missing.spans
    ]
    without = Counter(each.reason for each in live.without.values())
    without[_NOTHING] += sum(each.count for each in partly if not each.known_ratio)
    without[_TOO_LITTLE] += sum(each.count for each in partly if 0 < each.known_ratio < _EVALUATED_FROM)
    pagers = [
        pager_of(planned, firings.get(planned.name, ()), known.get(planned.name, Known.nothing()), week)
        for planned in plan.notifying
        if planned.severity is Severity.PAGE
    ]
    return AlarmsWeek(
        fired=tuple(sorted(found, key=lambda each: (each.began_at or each.seen_from, each.name))),
        evaluated_count=sum(each.share(week) >= _EVALUATED_FROM for each in known.values()),
        without_count=tuple(sorted(((+without).items()), key=lambda pair: (-pair[1], pair[0]))),
        partly_known=tuple(sorted(partly, key=lambda each: (each.known_ratio, each.missing.spans))),
        detections=tuple(
            (incident, detect(incident, pagers, until=until))
            for incident in incidents
            if incident.lies_in(start_at, until)
        ),
    )


def _alarm_week(planned: PlannedAlarm, firing: Firing, incidents: Sequence[Incident]) -> AlarmWeek:
    told_at = notified_at(firing.notification)
    return AlarmWeek(
        name=planned.name,
        severity="" if planned.severity is None else planned.severity.value,
        began_at=firing.began_at,
        seen_from=firing.seen_from,
        seen_until=firing.seen_until,
        ended_at=firing.ended_at,
        notification=firing.notification,
        incidents=()
        if told_at is None
        else tuple(incident for incident in incidents if incident.explains(told_at, planned.objective)),
    )


def _cost(watched: Watched) -> CostSource:
    if watched.costs is not None:
        return FocusExport(path=watched.costs, filter=watched.bill_filter)
    return cost_explorer(watched.now)
