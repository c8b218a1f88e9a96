"""The sources of a weekly report: AWS, recorded metrics, or a local platform that is up."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import boto3

from alarms.live import Joined, Part, evaluate_live
from alarms.model import Plan
from cloudwatch.aws import CloudWatchSource
from cloudwatch.evaluation import AlarmState
from cloudwatch.parquet import ParquetSource
from cloudwatch.source import SourceError
from errors import InputError
from reports.cost_explorer import CostExplorer
from reports.deployments import read_operations
from reports.focus_export import FocusExport
from reports.money import CostSource
from reports.weekly_inputs import AlarmWeek
from reports.weekly_reading import Sources
from slo.error_budget import NoData

_Canaries = Sequence[tuple[str, int | None]]


def aws_sources(
    *, region: str, plan: Plan, canaries: _Canaries, costs: Path | None, today_on: date
) -> Sources:  # fmt: skip
    """CloudWatch, CloudFormation and Cost Explorer (or an export) of the account that AWS tools find."""
    session = boto3.Session(region_name=region)
    metrics = CloudWatchSource(client=session.client("cloudwatch"))
    watched = frozenset(stat.metric for alarm in plan.metric_alarms for stat in alarm.stats)
    everything = Joined(parts=(Part(source=metrics, metrics=watched),))
    return Sources(
        metrics=metrics,
        metrics_name=f"CloudWatch in {region}",
        operations=lambda prefix: read_operations(session.client("cloudformation"), prefix=prefix),
        cost=_cost(costs, today_on),
        alarms=lambda start_at, until: evaluated_alarms(plan, everything, start_at, until),
        canaries=canaries,
    )


def recorded_sources(
    file: Path, *, plan: Plan, canaries: _Canaries, costs: Path | None, today_on: date
) -> Sources:  # fmt: skip
    """Recorded metrics; CloudFormation is not asked, since a recording is of another time. Raises InputError."""
    metrics = ParquetSource(file=file)
    try:
        recorded = Joined(parts=(Part(source=metrics, metrics=metrics.metrics),))
    except SourceError as error:
        raise InputError(f"--metrics {file}: {error}") from error
    return Sources(
        metrics=metrics,
        metrics_name=f"recording {file.name}",
        operations=lambda _prefix: NoData(reason="a recording has no stack operations"),
        cost=_cost(costs, today_on),
        alarms=lambda start_at, until: evaluated_alarms(plan, recorded, start_at, until),
        canaries=canaries,
    )


def evaluated_alarms(
    plan: Plan, joined: Joined, start_at: datetime, until: datetime
) -> tuple[AlarmWeek, ...] | NoData:  # fmt: skip
    """When the planned alarms were in alarm, worked out here: CloudWatch keeps its own history for thirty days only."""
    try:
        live = evaluate_live(plan, joined, start_at=start_at, end_at=until)
    except SourceError as error:
        return NoData(reason=f"the alarms could not be evaluated: {error}")
    found: list[AlarmWeek] = []
    for name, evaluated in live.evaluated.items():
        severity = plan[name].severity
        for began_at, ended_at in evaluated.histories[name].intervals(AlarmState.ALARM):
            # What was so before the first datapoint is the silence before it.
            if began_at > start_at and severity is not None:
                ended = None if ended_at >= until else ended_at
                found.append(AlarmWeek(name=name, severity=severity.value, began_at=began_at, ended_at=ended))
    return tuple(sorted(found, key=lambda each: (each.began_at, each.name)))


def _cost(costs: Path | None, today_on: date) -> CostSource:
    if costs is not None:
        return FocusExport(file=costs)
    # Its only endpoint.
    return CostExplorer(client=boto3.client("ce", region_name="us-east-1"), today_on=today_on)
