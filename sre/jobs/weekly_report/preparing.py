"""What a weekly report is asked, and the sources that answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from alarms.plan import plan_of
from canaries.definitions import Canaries
from foundation.costs.quantities import Work
from foundation.errors import InputError, about
from foundation.readings import NoData
from foundation.service.stage import Stage, with_what_ifs
from foundation.slo.incidents import read_incidents
from infra.checkout import current_commit
from reports.bill_filter import BillFilter
from reports.cost_explorer import complete_through
from reports.weekly.actions import read_actions
from reports.weekly.reading import ReportRequest, Sources
from reports.weekly.week import last_complete_week, read_week, week_of
from sre.jobs.weekly_report.sources import Watched, aws_sources, recorded_sources, simulated_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Whose report, and which files stand in for AWS; a file that is None is not there, and AWS is asked.

    `bill_filter` says which rows of `costs` are the service's. `traffic` is no data where the month cannot be estimated.
    `week` is None for the last complete one, `canaries` of a service that has none. With a `simulation_seed` the metrics are made
    up, and the page says so.
    """

    stage: Stage
    canaries: Canaries | None
    traffic: Work | NoData
    region: str
    week: str | None = None
    metrics: Path | None = None
    costs: Path | None = None
    bill_filter: BillFilter = field(default_factory=BillFilter)
    deployments: Path | None = None
    actions: Path | None = None
    incidents: Path | None = None
    commit: str | None = None
    keeps_what_it_reads: bool = False
    simulation_seed: int | None = None


def prepare(options: ReportOptions, *, now: datetime) -> tuple[ReportRequest, Sources]:
    """The request and its sources. Raises InputError for a week or a file that is wrong."""
    with about("--week"):
        week = last_complete_week(now) if options.week is None else read_week(options.week)
    if week.start_at > now:
        raise InputError(f"--week {week}: it has not begun; the current one is {week_of(now)}")
    stage, recording = options.stage, options.metrics
    names = [each.name for each in stage.objectives]
    incidents = () if options.incidents is None else read_incidents(options.incidents, objectives=names)
    complete_on = complete_through(now)
    source = f"{stage.name}, from {_origin(options)}"
    request = ReportRequest(
        objectives=stage.objectives,
        stage=stage.name,
        label=with_what_ifs(source, stage.what_ifs),
        week=week,
        now=now,
        commit=options.commit or current_commit(),
        # A week's report says its own money, also when it is written later.
        cost_through_on=min(complete_on, week.end_at.date() - timedelta(days=1)),
        cost_complete_on=complete_on,
        traffic=options.traffic,
        actions=() if options.actions is None else read_actions(options.actions),
        incidents=incidents,
    )
    canaries = () if options.canaries is None else options.canaries.canaries
    watched = Watched(
        plan=plan_of(stage),
        canaries=tuple((each.name, each.every_minutes) for each in canaries),
        own=stage.own,
        incidents=incidents,
        costs=options.costs,
        bill_filter=options.bill_filter,
        deployments=options.deployments,
        now=now,
        canary_timeout=timedelta(seconds=max((each.timeout_seconds for each in canaries), default=0)),
    )
    if options.simulation_seed is not None:
        return request, simulated_sources(options.simulation_seed, watched)
    if recording is not None:
        return request, recorded_sources(recording, watched)
    return request, aws_sources(watched, region=options.region, keep=options.keeps_what_it_reads)


def _origin(options: ReportOptions) -> str:
    if options.simulation_seed is not None:
        return "a simulation: made-up numbers, which judge nothing"
    return "CloudWatch" if options.metrics is None else "recorded metrics"
