"""The sources of a weekly report: AWS, recorded metrics, or a local platform that is up."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import boto3

from alarms.evaluation import CombinedSource, Part, evaluate_live
from alarms.model import Plan
from alarms.placeholders import fill_placeholders, placeholders_in
from foundation.aws_errors import connecting, patient
from foundation.cloudwatch.aws import connect
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.recorder import RecordingSource
from foundation.cloudwatch.suppression import notified_at
from foundation.errors import SourceError, about
from foundation.readings import NoData, Reading
from foundation.service.own_metrics import OwnMetrics
from foundation.slo.incidents import Incident
from infra.outputs import deployed_parameters
from reports.cost_explorer import CostExplorer
from reports.deployments import Operation, read_events_file, read_operations
from reports.focus_export import FocusExport
from reports.money import CostSource
from reports.weekly.inputs import AlarmsWeek, AlarmWeek
from reports.weekly.reading import Sources
from sre.jobs.weekly_report.subscribers import subscribers_of


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
    deployments: Path | None
    now: datetime
    canary_timeout: timedelta


def aws_sources(watched: Watched, *, region: str, keep: bool = False) -> Sources:
    """CloudWatch, CloudFormation and Cost Explorer (or files instead) of the account that AWS tools find.

    `keep` makes a RecordingSource of the metrics.
    """
    plan, deployments = watched.plan, watched.deployments
    with connecting():
        stacks = boto3.client("cloudformation", region_name=region, config=patient())
    live = connect(region, longest={"CloudWatchSynthetics": watched.canary_timeout})
    metrics = RecordingSource(source=live) if keep else live

    def operations(prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
        return (
            read_operations(stacks, prefix=prefix, now=watched.now)
            if deployments is None
            else read_events_file(deployments, prefix=prefix)
        )

    def alarms(start_at: datetime, until: datetime) -> AlarmsWeek | NoData:
        try:
            parameters = deployed_parameters(stacks, stack=f"{plan.context.prefix}-platform")
        except SourceError:
            # The alarms that need nothing of the stack are evaluated all the same.
            parameters = dict[str, str]()
        filled = fill_placeholders(plan, parameters)
        known = (alarm for alarm in filled.metric_alarms if not placeholders_in(alarm))
        seen = frozenset(stat.metric for alarm in known for stat in alarm.stats)
        everything = CombinedSource(parts=(Part(source=metrics, metrics=seen),))
        return evaluated_alarms(filled, everything, start_at, until, incidents=watched.incidents)

    return Sources(
        metrics=metrics,
        metrics_name=f"CloudWatch in {region}",
        operations=cache(operations),
        cost=_cost(watched.costs, watched.now),
        alarms=alarms,
        canaries=watched.canaries,
        subscribers=lambda: subscribers_of(plan, region=region),
        own=watched.own,
    )


def recorded_sources(file: Path, watched: Watched) -> Sources:
    """Recorded metrics; CloudFormation is not asked, since a recording is of another time. Raises SourceError."""
    deployments = watched.deployments

    def operations(prefix: str) -> Reading[tuple[Operation, ...]] | NoData:
        if deployments is None:
            return NoData(reason="a recording has no stack operations; --deployments FILE brings them")
        return read_events_file(deployments, prefix=prefix)

    metrics = ParquetSource(file=file)
    with about("--metrics"):
        recorded = CombinedSource(parts=(Part(source=metrics, metrics=metrics.metrics),))
    return Sources(
        metrics=metrics,
        metrics_name=f"recording {file.name}",
        operations=operations,
        cost=_cost(watched.costs, watched.now),
        alarms=lambda start_at, until: evaluated_alarms(
            watched.plan, recorded, start_at, until, incidents=watched.incidents
        ),
        canaries=watched.canaries,
        subscribers=lambda: NoData(reason="a recording does not say"),
        own=watched.own,
    )


def evaluated_alarms(
    plan: Plan, combined: CombinedSource, start_at: datetime, until: datetime, *, incidents: Sequence[Incident] = ()
) -> AlarmsWeek | NoData:  # fmt: skip
    """When the planned alarms were in alarm, worked out here: CloudWatch keeps its own history for thirty days only."""
    try:
        live = evaluate_live(plan, combined, start_at=start_at, end_at=until)
    except SourceError as error:
        return NoData(reason=f"the alarms could not be evaluated: {error}")
    found: list[AlarmWeek] = []
    for name, evaluated in live.evaluated.items():
        planned = plan[name]
        for each in evaluated.in_alarm(name):
            # What was so before the first datapoint is the silence before it.
            if each.began_at <= start_at or planned.severity is None:
                continue
            told_at = notified_at(each.notification)
            found.append(
                AlarmWeek(
                    name=name,
                    severity=planned.severity.value,
                    began_at=each.began_at,
                    ended_at=each.ended_at,
                    notification=each.notification,
                    incidents=()
                    if told_at is None
                    else tuple(incident for incident in incidents if incident.explains(told_at, planned.objective)),
                )
            )
    without = Counter(_without_names(reason) for reason in live.without.values())
    return AlarmsWeek(
        fired=tuple(sorted(found, key=lambda each: (each.began_at, each.name))),
        evaluated_count=len(live.evaluated),
        without_count=tuple(sorted(without.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _without_names(reason: str) -> str:
    """A reason as it is printed of several alarms: without the alarm or the metric that it names, and what there was instead."""
    plain = re.sub(r"^alarm \S+:? ", "it ", reason)
    return re.sub(r"^.*? per \d+ s:? ", "a metric ", plain).split(": ")[0]


def _cost(costs: Path | None, now: datetime) -> CostSource:
    if costs is not None:
        return FocusExport(path=costs)
    # Its only endpoint; and whatever is asked again may be paid for again.
    with connecting():
        client = boto3.client("ce", region_name="us-east-1", config=patient(attempt_count=2))
    return CostExplorer(client=client, today_on=now.astimezone(UTC).date())
