"""From the counts of a run to its result."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from loadtests.counts import SLICE_SECONDS, Outcome, PartOfRun, Tree, of_part, percentile_of, texts_of
from loadtests.ran_flows import EARLIER_FLOWS, RanFlow, Work
from loadtests.result import (
    SCHEMA_VERSION,
    Generator,
    JourneyCounts,
    JourneySecond,
    LatencySlice,
    LoadResult,
    Phase,
    RequestCounts,
    Second,
    Window,
    encode_histogram,
)
from loadtests.schedule import Schedule

# As the recorder counts them, after the first.
_OF_A_KIND = ("fault_count", "refused_count", "censored_count", "slow_count", "closing_count")
_OF_A_SECOND = ("fault_count", "slow_count", "refused_count", "closing_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a run beside its counts. `rate_rps` is that of load 1; None is a rate that somebody changed."""

    target: str
    stage: str
    profile: str
    client: str
    seed: int
    rate_rps: float | None
    slow_after_ms: float
    schedule: Schedule
    started_at: datetime
    ran_seconds: float
    worker_count: int = 1
    lost_workers: tuple[str, ...] = ()
    sequence_gap_count: int = 0
    was_watched: bool = False
    stopped_early: str | None = None
    what_ifs: tuple[str, ...] = ()
    service: str | None = None
    run_id: str | None = None
    flows: tuple[RanFlow, ...] = EARLIER_FLOWS


def summarize(tree: Tree, facts: Facts, *, with_latencies: bool = True) -> LoadResult:
    """The result of a run that has ended, or of one under way as far as it is.

    Histograms take milliseconds to make, in which no arrival begins; a verdict needs none, so a look at a run that is
    under way has empty ones.
    """
    encode = encode_histogram if with_latencies else _left_out
    schedule = facts.schedule
    ran_seconds = min(facts.ran_seconds, schedule.total_seconds)
    warm_up = min(ran_seconds, schedule.warm_up_seconds)
    cpu = [_cpu(percents) for percents in tree.get("cpu", {}).values()] or [(0.0, 0.0)]
    connects: Mapping[int, int] = tree.get("connects", {})
    statuses: dict[str, int] = dict(tree.get("work", {}))
    submitted, unfinished = statuses.pop("submitted", 0), statuses.pop("unfinished", 0)
    return LoadResult(
        schema_version=SCHEMA_VERSION,
        target=facts.target,
        stage=facts.stage,
        profile=facts.profile,
        client=facts.client,
        seed=facts.seed,
        planned_rps=facts.rate_rps or 0.0,
        slow_after_ms=facts.slow_after_ms,
        started_at=facts.started_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        # The watcher ends the run a moment before its last second is over.
        interrupted=facts.stopped_early is None and ran_seconds < schedule.total_seconds - 1,
        was_watched=facts.was_watched,
        stopped_early=facts.stopped_early,
        what_ifs=facts.what_ifs,
        service=facts.service,
        run_id=facts.run_id,
        flows=tuple(
            replace(each, request_count=tree.get("requests_of_flows", {}).get(each.name)) for each in facts.flows
        ),
        stages=schedule.stages,
        warm_up=_phase(
            tree, encode, PartOfRun.WARM_UP, planned_seconds=schedule.warm_up_seconds, actual_seconds=warm_up
        ),
        measured=_phase(
            tree,
            encode,
            PartOfRun.MEASURED,
            planned_seconds=schedule.total_seconds - schedule.warm_up_seconds,
            actual_seconds=ran_seconds - warm_up,
        ),
        seconds=tuple(
            Second(second=second, **_counts(counts, ("sent_count", *_OF_A_SECOND)))
            for second, counts in sorted(tree.get("seconds", {}).items())
        ),
        journey_seconds=tuple(
            JourneySecond(flow=flow, second=second, **_counts(counts, ("ended_count", *_OF_A_SECOND)))
            for flow, seconds in sorted(tree.get("journey_seconds", {}).items())
            for second, counts in sorted(seconds.items())
        ),
        latencies=tuple(
            LatencySlice(second=second, histogram=encode_histogram(buckets))
            for second, buckets in (sorted(tree.get("slices", {}).items()) if with_latencies else ())
        ),
        windows=_windows(tree.get("started", {}), schedule, facts.rate_rps, ran_seconds),
        work=Work(
            submitted_count=submitted,
            finished_count=sum(statuses.values()),
            unfinished_count=unfinished,
            statuses=statuses,
        ),
        generator=Generator(
            lag_p99_ms=percentile_of(tree.get("lags", {}), 99) or 0.0,
            # Rounded up: a generator beyond the limit of the doubts must not read as one within it.
            cpu_mean_percent=math.ceil(max(mean for mean, _ in cpu) * 10) / 10,
            cpu_max_percent=max(highest for _, highest in cpu),
            started_count=sum(tree.get("started", {}).values()),
            ended_count=tree.get("ended", 0),
            unsent_count=tree.get("unsent", 0),
            connection_count=sum(connects.values()),
            connect_p99_ms=percentile_of(connects, 99) or 0.0,
            worker_count=facts.worker_count,
            lost_workers=facts.lost_workers,
            sequence_gap_count=facts.sequence_gap_count,
            unhandled_errors=tuple(sorted(tree.get("errors", {}))),
            failed_addresses=dict(sorted(tree.get("failed_addresses", {}).items())),
        ),
        faults_seen=texts_of(tree, *Outcome),
        refusals_seen=texts_of(tree, Outcome.REFUSED),
    )


def _left_out(_buckets: Mapping[int, int]) -> str:
    return _empty_histogram()


@cache
def _empty_histogram() -> str:
    return encode_histogram({})


def _phase(
    tree: Tree,
    encode: Callable[[Mapping[int, int]], str],
    part: PartOfRun,
    *,
    planned_seconds: float,
    actual_seconds: float,
) -> Phase:
    requests = [(name, step, step["counts"]) for name, step in sorted(of_part(tree, "steps", part).items())]
    journeys = [(name, journey["counts"]) for name, journey in sorted(of_part(tree, "journeys", part).items())]
    return Phase(
        planned_seconds=planned_seconds,
        actual_seconds=actual_seconds,
        requests=tuple(
            RequestCounts(
                name=kind,
                **_counts(counts, ("sent_count", *_OF_A_KIND)),
                histogram=encode(step["response"]),
                service_histogram=encode(step["service"]),
                good_histogram=encode(_less(step["response"], step["other"])),
            )
            for kind, step, counts in requests
        ),
        journeys=tuple(
            JourneyCounts(flow=flow, **_counts(counts, ("ended_count", *_OF_A_KIND))) for flow, counts in journeys
        ),
    )


def _counts(counts: list[int], names: tuple[str, ...]) -> dict[str, Any]:
    return dict(zip(names, counts, strict=True))


def _less(buckets: Mapping[int, int], others: Mapping[int, int]) -> dict[int, int]:
    """What is left of all when the others are taken away."""
    return {each: left for each, count in buckets.items() if (left := count - others.get(each, 0))}


def _windows(
    started: Mapping[int, int], schedule: Schedule, rate_rps: float | None, ran_seconds: float
) -> tuple[Window, ...]:
    """Every window that the run was in to its end."""
    return tuple(
        Window(
            second=second,
            planned_count=None
            if rate_rps is None
            else rate_rps * (schedule.arrivals_by(second + SLICE_SECONDS) - schedule.arrivals_by(second)),
            started_count=started.get(second, 0),
        )
        for second in range(0, int(ran_seconds) // SLICE_SECONDS * SLICE_SECONDS, SLICE_SECONDS)
    )


def _cpu(percents: Mapping[int, int]) -> tuple[float, float]:
    seconds = sum(percents.values())
    return sum(percent * count for percent, count in percents.items()) / seconds, float(max(percents))
