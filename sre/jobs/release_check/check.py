"""Judges every objective by a load test's result, and gathers what the page shows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hdrh.histogram import HdrHistogram

from foundation.costs.traffic import Profile
from foundation.errors import Exit
from foundation.pages.numbers import count, counted, duration, milliseconds, percent, quantity
from foundation.readings import NoData
from foundation.service.measured import Load
from foundation.slo.error_budget import Counts
from foundation.slo.evidence import Evidence, EvidenceSource, no_evidence
from foundation.slo.model import Objectives
from foundation.slo.outcome import Inconclusive, Miss
from loadtests.result import LoadResult, Phase, RequestCounts, percentile_ms, recorded
from reports.release_check.model import (
    AlarmsUnderLoad,
    CanaryOutcome,
    CanaryRow,
    LatencyBucket,
    LoadFacts,
    ObjectiveRow,
    ReleaseCheck,
    RequestRow,
    SecondRow,
)
from reports.release_check.outcome_words import OUTCOME_WORDS
from sre.jobs.release_check.cost import estimate_cost
from sre.jobs.release_check.evidence import JudgedObjective, describe_target, judge_all

# Twelve bars to a factor of ten: fine enough to see two humps, coarse enough to see each.
_BARS_A_DECADE = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What is known of a check beside its load test; `label` is local, or the stage that was loaded.

    `what_ifs` say what was changed of that stage to ask what its verdicts would be.
    """

    label: str
    target: str
    profile: str
    started_at: str
    ended_at: str
    facts: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    what_ifs: tuple[str, ...] = ()
    run_id: str | None = None


def make_check(
    objectives: Objectives,
    result: LoadResult | None,
    surroundings: RunContext,
    *,
    interrupted: bool,
    slow_after_ms: float | None,
    traffic: Profile | None,
    stack_operations: Callable[[str], Counts | NoData],
    alarms: AlarmsUnderLoad | None = None,
    canaries: tuple[CanaryRow, ...] = (),
) -> ReleaseCheck:
    """Judge the objectives and describe the run; `result` is None when the load test gave none."""
    judged = judge_all(
        objectives,
        result,
        stack_operations=stack_operations,
        estimate=lambda cost: _no_traffic() if traffic is None else estimate_cost(cost, result, traffic),
        canaries=canaries,
    )
    rows = tuple(_row(each, label=surroundings.label) for each in judged)
    interrupted = interrupted or (result is not None and result.interrupted)
    exit_code = Exit.INTERRUPTED if interrupted else _exit_code(judged, canaries)
    return ReleaseCheck(
        label=surroundings.label,
        target=surroundings.target,
        profile=surroundings.profile,
        interrupted=interrupted,
        outcome=OUTCOME_WORDS[exit_code],
        exit_code=exit_code,
        started_at=surroundings.started_at,
        ended_at=surroundings.ended_at,
        objectives=rows,
        requests=_request_rows(result.measured) if result else (),
        warm_up=_request_rows(result.warm_up) if result else (),
        latencies=_latencies(result.measured.histogram()) if result else (),
        seconds=_second_rows(result) if result else (),
        warm_up_seconds=result.warm_up.actual_seconds if result else 0.0,
        measured_seconds=result.measured.actual_seconds if result else 0.0,
        slow_after_ms=slow_after_ms,
        facts=(*surroundings.facts, *(_run_facts(result) if result else ())),
        not_measured=(
            *(f"{row.name}: {row.verdict.reason}" for row in rows if isinstance(row.verdict, NoData)),
            *surroundings.left_out,
        ),
        alarms=alarms,
        canaries=canaries,
        what_ifs=surroundings.what_ifs,
        load=load_facts(result) if result else None,
        run_id=surroundings.run_id,
        machine=result.machine_summary if result else None,
    )


def _no_traffic() -> Evidence:
    return no_evidence(NoData(reason="the service names no traffic_profiles, so no bill is estimated"))


def _row(judged: JudgedObjective, *, label: str) -> ObjectiveRow:
    evidence = judged.evidence
    source = evidence.source.value
    return ObjectiveRow(
        objective=judged.objective,
        evidence=evidence,
        target=describe_target(judged.objective),
        source=source if evidence.event_count is None else f"{source} ({label})",
        window=_window(evidence),
    )


def _window(evidence: Evidence) -> str:
    """The time that the events are of, with what is known of it."""
    window = evidence.window
    if window is None:
        length = None
    elif evidence.source is EvidenceSource.ESTIMATE:
        length = f"a month of {counted(window // _DAY, 'day')}"
    else:
        length = duration(window)
    return " ".join(each for each in (length, evidence.known) if each is not None) or "none"


def _exit_code(judged: Sequence[JudgedObjective], canaries: tuple[CanaryRow, ...]) -> Exit:
    """A miss or a canary that failed decides; then anything undecided that this check should have decided; else met.

    A canary that failed while other work ran on its machine is undecided, as a miss would be.
    """
    verdicts = [each.evidence.verdict for each in judged]
    failed = [row for row in canaries if row.outcome is CanaryOutcome.FAILED]
    if any(isinstance(verdict, Miss) for verdict in verdicts) or any(row.disturbance is None for row in failed):
        return Exit.MISSED
    needed = [each.evidence.verdict for each in judged if each.is_needed]
    undecided = bool(failed) or any(isinstance(verdict, Inconclusive) for verdict in verdicts)
    if undecided or not needed or any(isinstance(verdict, NoData) for verdict in needed):
        return Exit.NOT_ENOUGH_EVIDENCE
    return Exit.MET


def request_row(counts: RequestCounts) -> RequestRow:
    """One kind of request, with the percentiles of its good answers."""
    good = counts.good
    return RequestRow(
        name=counts.name,
        sent_count=counts.sent_count,
        fault_count=counts.fault_count,
        slow_count=counts.slow_count,
        refused_count=counts.refused_count,
        p50_ms=percentile_ms(good, 50),
        p95_ms=percentile_ms(good, 95),
        p99_ms=percentile_ms(good, 99),
        max_ms=percentile_ms(good, 100),
    )


def _request_rows(phase: Phase) -> tuple[RequestRow, ...]:
    return tuple(map(request_row, phase.requests))


def _latencies(histogram: HdrHistogram) -> tuple[LatencyBucket, ...]:
    counts: dict[int, int] = {}
    for microseconds, seen_count in recorded(histogram):
        bar = math.floor(math.log10(microseconds / 1000) * _BARS_A_DECADE)
        counts[bar] = counts.get(bar, 0) + seen_count
    return tuple(
        LatencyBucket(from_ms=10 ** (bar / _BARS_A_DECADE), to_ms=10 ** ((bar + 1) / _BARS_A_DECADE), count=counts[bar])
        for bar in sorted(counts)
    )


def _second_rows(result: LoadResult) -> tuple[SecondRow, ...]:
    return tuple(
        SecondRow(
            second=second.second,
            good_count=second.sent_count - second.slow_count - second.refused_count - second.closing_count,
            # A fault is counted among the slow, since it is no answer in time; here each request has one place.
            slow_count=second.slow_count - second.fault_count,
            fault_count=second.fault_count,
            refused_count=second.refused_count,
        )
        for second in result.seconds
    )


def load_facts(result: LoadResult) -> LoadFacts:
    """What the verdicts on a run rest on."""
    generator, work = result.generator, result.work
    return LoadFacts(
        planned_rps=result.planned_rps,
        seed=result.seed,
        started_count=generator.started_count,
        ended_count=generator.ended_count,
        closing_count=result.measured.closing_count,
        lag_p99_ms=generator.lag_p99_ms,
        cpu_mean_percent=generator.cpu_mean_percent,
        cpu_max_percent=generator.cpu_max_percent,
        connection_count=generator.connection_count,
        connect_p99_ms=generator.connect_p99_ms,
        submitted_count=work.submitted_count,
        finished_count=work.finished_count,
        unfinished_count=work.unfinished_count,
    )


def _flows(result: LoadResult) -> str:
    """Which flows ran, and whose objectives their journeys speak for."""
    ran = {each.flow for phase in (result.warm_up, result.measured) for each in phase.journeys}
    said = [
        f"{', '.join(names)} for the objectives on {load.value}"
        for load in Load
        if (names := [name for name in result.flows_of(load) if name in ran])
    ]
    others = [each.name for each in result.flows if each.name in ran and each.load == "none"]
    return "; ".join([*said, *([f"{', '.join(others)} for none"] if others else [])]) or "none"


def _run_facts(result: LoadResult) -> tuple[tuple[str, str], ...]:
    load = load_facts(result)
    statuses = ", ".join(f"{count(number)} {status}" for status, number in sorted(result.work.statuses.items()))
    faults = "; ".join(f"{count(number)} × {what}" for what, number in sorted(result.faults_seen.items())) or "none"
    return (
        ("load", f"{quantity(load.planned_rps)} arrivals a second (Poisson, open model), seed {load.seed}"),
        ("flows", _flows(result)),
        (
            "submissions",
            f"{count(load.submitted_count)} submitted; {count(load.finished_count)} finished "
            f"({statuses or 'none'}); {count(load.unfinished_count)} still running at the end",
        ),
        ("faults and refusals", faults),
        (
            "closing connections",
            f"{counted(load.closing_count, 'request')} met a connection that the server was closing, before any byte "
            "of an answer; the verdicts hold whether they were faults or not",
        ),
        (
            "load generator",
            f"scheduling delay p99 {milliseconds(load.lag_p99_ms)}; CPU {percent(load.cpu_mean_percent / 100)} on "
            f"average, {percent(load.cpu_max_percent / 100)} at most; {counted(load.started_count, 'arrival')} begun "
            f"(warm-up included), {count(load.ended_count)} recorded; {counted(load.connection_count, 'connection')} "
            f"opened, connect time p99 {milliseconds(load.connect_p99_ms)}",
        ),
    )
