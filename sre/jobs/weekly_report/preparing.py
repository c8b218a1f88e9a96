"""What a weekly report is asked, and the sources that answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from canaries.definitions import read_canaries
from foundation.errors import InputError
from foundation.service.files import ServiceFiles
from foundation.slo.incidents import read_incidents
from infra.checkout import current_commit
from infra.plan import plan_of
from infra.service import metrics_of
from infra.traffic import expected_traffic
from reports.cost_explorer import complete_through
from reports.weekly.actions import read_actions
from reports.weekly.reading import ReportRequest, Sources
from reports.weekly.week import last_complete_week, read_week, week_of
from sre.jobs.weekly_report.sources import Watched, aws_sources, recorded_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Whose report, and which files stand in for AWS; a file that is None is not there, and AWS is asked.

    `week` is None for the last complete one.
    """

    files: ServiceFiles
    stage: str
    region: str
    week: str | None = None
    metrics: Path | None = None
    costs: Path | None = None
    deployments: Path | None = None
    actions: Path | None = None
    incidents: Path | None = None
    commit: str | None = None
    keeps_what_it_reads: bool = False


def prepare(options: ReportOptions, *, now: datetime) -> tuple[ReportRequest, Sources]:
    """The request and its sources. Raises InputError for a week or a file that is wrong."""
    week = last_complete_week(now) if options.week is None else read_week(options.week)
    if week.start_at > now:
        raise InputError(f"--week {week}: it has not begun; the current one is {week_of(now)}")
    stage, recording = options.stage, options.metrics
    plan, objectives = plan_of(stage, files=options.files)
    defined = read_canaries(options.files.canaries)
    names = [each.name for each in objectives]
    incidents = () if options.incidents is None else read_incidents(options.incidents, objectives=names)
    complete_on = complete_through(now)
    request = ReportRequest(
        objectives=objectives,
        stage=stage,
        label=f"{stage}, from CloudWatch" if recording is None else f"{stage}, from recorded metrics",
        week=week,
        now=now,
        commit=options.commit or current_commit(),
        # A week's report says its own money, also when it is written later.
        cost_through_on=min(complete_on, week.end_at.date() - timedelta(days=1)),
        cost_complete_on=complete_on,
        traffic=expected_traffic(options.files),
        actions=() if options.actions is None else read_actions(options.actions),
        incidents=incidents,
    )
    watched = Watched(
        plan=plan,
        canaries=tuple((each.name, each.every_minutes) for each in defined.canaries),
        own=metrics_of(objectives.service, stage),
        incidents=incidents,
        costs=options.costs,
        deployments=options.deployments,
        now=now,
        canary_timeout=timedelta(seconds=max((each.timeout_seconds for each in defined.canaries), default=0)),
    )
    if recording is not None:
        return request, recorded_sources(recording, watched)
    return request, aws_sources(watched, region=options.region, keep=options.keeps_what_it_reads)
