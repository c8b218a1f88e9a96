"""A weekly report from a real run: the local platform, some minutes of load with a fault in the middle, canaries, a sample bill.

Everything but the bill was measured in that run.
"""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alarms.evaluation import CombinedSource, Part
from alarms.model import Plan
from alarms.plan import plan_of
from canaries.definitions import Canaries, read_canaries
from foundation.aws_errors import patient
from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.costs.traffic import Profile as Traffic
from foundation.errors import InputError
from foundation.files.writing import make_directory, write_text
from foundation.readings import Known, NoData, Reading, in_memory
from foundation.service.files import CompleteFiles
from foundation.service.stage import Stage
from foundation.slo.incidents import Incident
from infra.checkout import current_commit
from infra.traffic import expected_traffic
from loadtests.result import LoadResult
from loadtests.run import Progress, kept_result
from reports.cost_explorer import complete_through
from reports.deployments import read_operations
from reports.focus_export import FocusExport
from reports.page_model import Page
from reports.weekly.inputs import Action, AlarmsWeek
from reports.weekly.reading import ReportRequest, Sources
from reports.weekly.week import week_of
from sre.jobs.demo.measuring import Demo, Measurements, measure
from sre.jobs.demo.ranks import with_ranks
from sre.jobs.demo.sample_costs import sample_costs
from sre.jobs.release_check.alarms import as_if_alone, client_metrics
from sre.jobs.release_check.steps import Step, Steps
from sre.jobs.release_check.targets import local_target
from sre.jobs.weekly_report.sources import evaluated_alarms
from sre.jobs.weekly_report.writing import write_report
from sre.local.metrics import LocalMetrics, local_metrics
from sre.local.session import root_session
from sre.local.state import LocalPlatform, read_state

_MINUTE_SECONDS = 60
_FIVE_MINUTES_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What came of it: the page of what was measured, None where nothing was, and the steps that it was made in.

    `result_file` is where what its load measured lies, None where that is nothing.
    """

    page: Page | None
    steps: Steps
    result_file: Path | None = None


def demonstrate(
    stage: Stage,
    files: CompleteFiles,
    out: Path,
    *,
    seconds: float,
    say: Callable[[str], None],
    watch: Callable[[Progress], None] = lambda _progress: None,
) -> Demonstration:
    """Run it all and write the page to `out`; a fault on purpose is in it. `stage` is the local one.

    A step that fails or is interrupted costs what it had not measured yet: the page is of the rest, and says what is missing.
    Raises InputError where it is not to be begun.
    """
    traffic, defined = expected_traffic(files), read_canaries(files.canaries)
    make_directory(out)
    steps, opened, measurements = Steps(), ExitStack(), Measurements()
    platform: LocalPlatform | None = None
    try:
        target = steps.attempt(
            Step.PLATFORM,
            lambda: opened.enter_context(local_target(out / "platform", fault_switch="off", say=say, took=steps.took)),
            refusals=(InputError,),
        )
        platform = None if target is None else read_state(out / "platform")
        if target is not None and platform is not None:
            demo = Demo(stage=stage, canaries=defined, target=target, platform=platform, out=out)
            measure(demo, files, measurements, steps, seconds=seconds, say=say, watch=watch)
    except KeyboardInterrupt:
        # Between two steps.
        steps.was_interrupted = True
    page = None
    if platform is not None and measurements.result is not None:
        ran = Ran(
            platform=platform, stage=stage, canaries=defined, result=measurements.result,
            incidents=measurements.incidents,
        )  # fmt: skip
        say("writing the report")
        page = steps.attempt(Step.REPORT, lambda: steps.finish(lambda: _report(ran, traffic, out, say, steps)))
        if page is None:
            # It may have been what the platform was asked: once more of what was counted from outside.
            page = steps.attempt(
                Step.REPORT, lambda: _report(ran, traffic, out, say, steps, asks_the_platform=False)
            )  # fmt: skip
    steps.attempt(Step.END, opened.close)
    kept = None if measurements.test is None else kept_result(measurements.test, out)
    return Demonstration(page=page, steps=steps, result_file=None if kept is None else kept[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What was run: on which platform, for which stage, and what came of it."""

    platform: LocalPlatform
    stage: Stage
    canaries: Canaries
    result: LoadResult
    incidents: tuple[Incident, ...]


def _report(
    ran: Ran, traffic: Traffic, out: Path, say: Callable[[str], None], steps: Steps, *, asks_the_platform: bool = True
) -> Page:  # fmt: skip
    platform, stage, result, incidents = ran.platform, ran.stage, ran.result, ran.incidents
    plan, now = plan_of(stage), datetime.now(UTC)
    # What is told is told in five minutes at the least, and the load is over: nothing comes of the rest of these.
    as_of = _five_minutes_after(now)
    counted = _as_all_there_was(client_metrics(plan, stage, result), as_of)
    own, client = local_metrics(platform), with_ranks(counted, stage.objectives, result)
    # Of a platform that does not answer any more there is what was counted from outside.
    published = steps.attempt(Step.METRICS, own.published) if asks_the_platform else None
    published = published or frozenset[Metric]()
    combined = CombinedSource(
        parts=(
            Part(source=client, metrics=client.metrics),
            Part(source=_AllThereWas(source=own, as_of=as_of), metrics=published - client.metrics),
        )
    )
    costs = out / "sample-costs.csv"
    # With the day after it, as every export has: its newest day is never known to be whole.
    write_text(costs, sample_costs(traffic, through_on=complete_through(now) + timedelta(days=1)))
    began_at = _minute(datetime.fromisoformat(result.started_at))
    session = root_session(platform.region)
    sources = Sources(
        metrics=combined,
        metrics_name=_metrics_name(result),
        operations=lambda prefix: read_operations(
            session.client("cloudformation", endpoint_url=platform.endpoint, config=patient()), prefix=prefix, now=as_of
        ),
        cost=FocusExport(path=costs),
        alarms=lambda _start, _until: steps.attempt(
            Step.ALARMS, lambda: _alarms(plan, client, own, published, (began_at, now), incidents)
        )
        or NoData(reason="the alarms could not be evaluated"),
        canaries=tuple((each.name, None) for each in ran.canaries.canaries),
        subscribers=lambda: NoData(reason="on the local platform a queue of its own hears of every topic, and nobody else"),
        own=stage.own,
    )  # fmt: skip
    request = ReportRequest(
        objectives=stage.objectives,
        stage=stage.name,
        label=f"demonstration: minutes on a local platform, with a fault on purpose and an invented bill{missing(steps)}",
        week=week_of(now),
        now=as_of,
        commit=current_commit(),
        cost_through_on=complete_through(now),
        cost_complete_on=complete_through(now),
        traffic=traffic,
        incidents=incidents,
        actions=(
            Action(
                what="Find out why log ingestion costs forty times as much as a week ago", owner="platform team",
                due_on=now.date() + timedelta(days=7), effect="−$5 a month", status="open",
            ),
        ),
    )  # fmt: skip
    return write_report(request, sources, out, say=say)


def missing(steps: Steps) -> str:
    """What is not in it, and why, as a part of its label."""
    failed = [f"{row.name} ({row.failure})" for row in steps.rows if row.failure is not None]
    return f"; not whole: {'; '.join(failed)}" if failed else ""


def _metrics_name(result: LoadResult) -> str:
    """Where the numbers are from, and which requests are in none of them."""
    refused_count = sum(second.refused_count for second in result.seconds)
    refused = f", without {refused_count:,} requests that were refused (4xx)" if refused_count else ""
    return f"the local platform's metrics, and what the load test counted from outside{refused}"


def _as_all_there_was(client: FrameSource, as_of: datetime) -> FrameSource:
    """What the load test counted, and that there was nothing else to count: the platform came up for it, and goes after it."""
    held = Throughout(held=Known.throughout(datetime.fromtimestamp(0, UTC), as_of), by=in_memory("the load test"))
    return dataclasses.replace(client, held=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AllThereWas:
    """The platform's own metrics, of which nothing was before it came up and nothing comes any more: what it has is settled."""

    source: MetricSource
    as_of: datetime

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        return [
            dataclasses.replace(
                each,
                known=_known_throughout(each.known, start_at, self.as_of),
                origin=dataclasses.replace(each.origin, delay=timedelta(0)),
            )
            for each in self.source.read(wanted, start_at=start_at, end_at=end_at)
        ]


def _known_throughout(known: Known, start_at: datetime, as_of: datetime) -> Known:
    """What is known, and the time before and after it; nothing where nothing is."""
    if not known.spans:
        return known
    first, last = known.intervals[0].start_at, known.intervals[-1].end_at
    return known | Known.throughout(min(start_at, first), first) | Known.throughout(last, max(last, as_of))


def _five_minutes_after(at: datetime) -> datetime:
    """The end of the five minutes that a moment lies in."""
    return at + timedelta(seconds=_FIVE_MINUTES_SECONDS - at.timestamp() % _FIVE_MINUTES_SECONDS)


def _alarms(
    plan: Plan,
    client: FrameSource,
    own: LocalMetrics,
    published: frozenset[Metric],
    ran: tuple[datetime, datetime],
    incidents: tuple[Incident, ...],
) -> AlarmsWeek | NoData:
    """The alarms over the demonstration, as if nothing had come before it: what was so before is the silence then."""
    parts = (
        Part(source=as_if_alone(client), metrics=client.metrics),
        Part(source=own, metrics=published - client.metrics),
    )
    began_at, now = ran
    until = _minute(now) + timedelta(minutes=1)
    found = evaluated_alarms(
        plan, CombinedSource(parts=parts), began_at, until, incidents=incidents, from_earlier=False
    )  # fmt: skip
    if isinstance(found, NoData):
        return found
    return dataclasses.replace(found, fired=tuple(each for each in found.fired if each.began_at is not None))


def _minute(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % _MINUTE_SECONDS)
