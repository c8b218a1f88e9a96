"""A weekly report from a real run: the local platform, some minutes of load with a fault in the middle, canaries, a sample bill.

`python -m sre.jobs.demo.weekly_report OUT [SECONDS]` writes the page; everything but the bill was measured in that run.
"""

import dataclasses
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np

from alarms.evaluation import Joined, Part
from alarms.model import Plan
from alarms.stage_plan import plan_stage
from canaries.definitions import read_canaries
from canaries.metrics import put_runs
from canaries.runner import run_canaries
from canaries.runs import CanaryRun
from canaries.settings import local_settings
from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric
from foundation.slo.incidents import Incident
from foundation.slo.model import BudgetedObjective, Objectives, ThresholdIndicator
from foundation.slo.reader import DEFAULT_FILE
from infra.checkout import current_commit
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, decode_histogram, new_histogram
from loadtests.run import LoadTest, run_load_test
from reports.cost_explorer import complete_through
from reports.deployments import read_operations
from reports.focus_export import FocusExport
from reports.histogram import rank_below
from reports.weekly.inputs import Action
from reports.weekly.latency import EDGES_MS
from reports.weekly.reading import Asked, Sources
from reports.weekly.week import week_of
from sre.cli.report_command import write_report
from sre.jobs.demo.sample_costs import sample_costs
from sre.jobs.release_check.alarms import client_metrics
from sre.jobs.release_check.targets import local_target
from sre.jobs.weekly_report.sources import evaluated_alarms
from sre.local.faults import throw_switch
from sre.local.metrics import local_metrics
from sre.local.session import root_session
from sre.local.state import LocalPlatform, read_state
from tdeveloper.resources import GATES

FAULT = "errors=4%,delay=1500ms@4%"
_MINUTE_SECONDS = 60


def demonstrate(out: Path, *, seconds: float) -> None:
    """Run it all and write the page to `out`, whatever its verdict: a fault on purpose is no failure."""
    out.mkdir(parents=True, exist_ok=True)
    with local_target(out / "platform", fault_switch="off", say=_say) as target:
        platform = read_state(out / "platform")
        if platform is None:
            raise RuntimeError("the local platform has no state")
        plan, objectives = plan_stage("local")
        _canaries(platform, objectives, out)
        test = LoadTest(
            url=target.url,
            region=target.region,
            profile=choose_profile("smoke"),
            duration_seconds=seconds,
            archive_key=target.archive_key,
            seed=1,
            stage="local",
            objectives_file=DEFAULT_FILE,
        )
        _say(f"loading for {seconds:.0f} s, with {FAULT} in the middle third")
        is_over = threading.Event()
        with ThreadPoolExecutor(1) as aside:
            broken = aside.submit(_break_in_the_middle, platform, seconds, is_over)
            try:
                result = run_load_test(
                    test, directory=out, credentials=target.credentials, watch=lambda _progress: None
                )
            finally:
                is_over.set()
            incidents = broken.result()
        _canaries(platform, objectives, out)
        _say("writing the report")
        _report(platform, plan, objectives, result, incidents, out)


def _report(
    platform: LocalPlatform, plan: Plan, objectives: Objectives, result: LoadResult, incidents: tuple[Incident, ...], out: Path
) -> None:  # fmt: skip
    now = datetime.now(UTC)
    own, client = local_metrics(platform), _with_bands(client_metrics(plan, objectives, result), objectives, result)
    joined = Joined(
        parts=(Part(source=client, metrics=client.metrics), Part(source=own, metrics=own.published() - client.metrics))
    )
    costs = out / "sample-costs.csv"
    costs.write_text(sample_costs(through_on=complete_through(now)))
    began_at = _minute(datetime.fromisoformat(result.started_at))
    session = root_session(platform.region)
    sources = Sources(
        metrics=joined,
        metrics_name="the local platform's metrics, and what the load test counted from outside",
        operations=lambda prefix: read_operations(
            session.client("cloudformation", endpoint_url=platform.endpoint), prefix=prefix
        ),
        cost=FocusExport(path=costs),
        alarms=lambda _start, _until: evaluated_alarms(
            plan, joined, began_at, _minute(now) + timedelta(minutes=1), incidents=incidents
        ),
        canaries=tuple((each.name, None) for each in read_canaries().canaries),
        gates=GATES,
    )  # fmt: skip
    asked = Asked(
        objectives=objectives,
        stage="local",
        label="demonstration: minutes on a local platform, with a fault on purpose and an invented bill",
        week=week_of(now),
        now=now,
        commit=current_commit(),
        cost_through_on=complete_through(now),
        cost_complete_on=complete_through(now),
        incidents=incidents,
        actions=(
            Action(
                what="Find out why log ingestion costs forty times as much as a week ago", owner="platform team",
                due_on=now.date() + timedelta(days=7), effect="−$5 a month", status="open",
            ),
        ),
    )  # fmt: skip
    write_report(asked, sources, out)


def _with_bands(client: FrameSource, objectives: Objectives, result: LoadResult) -> FrameSource:
    """What the load test recorded, with the percentile rank of each edge, as CloudWatch would have it."""
    indicator = next(
        each.indicator
        for each in objectives
        if isinstance(each, BudgetedObjective) and isinstance(each.indicator, ThresholdIndicator)
    )
    metric, edges = indicator.samples.metric, sorted({*EDGES_MS, float(indicator.threshold)})
    started = datetime.fromisoformat(result.started_at)
    minutes: dict[int, list[str]] = {}
    for each in result.latencies:
        at = (int(started.timestamp()) + each.second) // _MINUTE_SECONDS * _MINUTE_SECONDS
        minutes.setdefault(at, []).append(each.histogram)
    statistics: dict[tuple[Metric, str, int], Points] = dict(client.statistics)
    times = np.array(sorted(minutes), dtype=np.int64)
    counts, below = np.zeros(len(times)), np.zeros((len(edges), len(times)))
    for place, at in enumerate(sorted(minutes)):
        merged = new_histogram()
        for encoded in minutes[at]:
            merged.add(decode_histogram(encoded))
        for item in merged.get_recorded_iterator():
            count = item.count_at_value_iterated_to
            counts[place] += count
            for row, edge in enumerate(edges):
                below[row, place] += count * (item.value_iterated_to / 1000 <= edge)
    statistics[metric, "SampleCount", _MINUTE_SECONDS] = statistics.get(
        (metric, "SampleCount", _MINUTE_SECONDS), Points(times=times, values=counts)
    )
    for row, edge in enumerate(edges):
        share = np.divide(below[row] * 100, counts, out=np.zeros(len(times)), where=counts > 0)
        statistics[metric, rank_below(edge), _MINUTE_SECONDS] = Points(times=times, values=share)
    return dataclasses.replace(client, statistics=MappingProxyType(statistics))


def _break_in_the_middle(platform: LocalPlatform, seconds: float, is_over: threading.Event) -> tuple[Incident, ...]:
    if is_over.wait(seconds / 3):
        return ()
    thrown_at = datetime.now(UTC)
    throw_switch(platform, FAULT)
    is_over.wait(seconds / 3)
    throw_switch(platform, "off")
    return (Incident(name="a fault on purpose", start_at=thrown_at, end_at=datetime.now(UTC), objective=None),)


def _canaries(platform: LocalPlatform, objectives: Objectives, out: Path) -> None:
    _say("running the canaries")
    runs = run_canaries(read_canaries().canaries, local_settings(platform, objectives), directory=out / "canaries")
    client = root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint)
    put_runs([each for each in runs if isinstance(each, CanaryRun)], client, stage="local")


def _minute(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % _MINUTE_SECONDS)


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    demonstrate(Path(sys.argv[1]), seconds=float(sys.argv[2]) if len(sys.argv) > 2 else 150)
