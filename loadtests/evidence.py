"""What a load test says of each objective that it speaks for, and how far its numbers can be trusted."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from foundation.errors import Exit
from foundation.machine.disturbance import Disturbance
from foundation.pages.numbers import count, counted, milliseconds, quantity
from foundation.readings import NoData
from foundation.service.measured import BadJourney, ByLoad, measured_by
from foundation.slo.error_budget import Counts
from foundation.slo.evidence import Evidence, EvidenceSource
from foundation.slo.model import BudgetedObjective, Objectives
from foundation.slo.outcome import Inconclusive, Miss, Pass, Verdict, reasoning_of
from foundation.slo.sequential import judge_watched_share
from foundation.slo.verdict import design_effect, judge_share
from loadtests.result import JourneySecond, LoadResult, recorded
from loadtests.result_values import decode_histogram

# A generator that begins requests late measures itself; 5 % of the threshold is where its own share starts to show.
_LAG_RATIO = 0.05
_CPU_LIMIT_PERCENT = 80.0
_SHORTFALL_RATIO = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One objective, the events that speak for it, and the verdict on them.

    `closing_count` further events met a connection that the server was closing: they may be bad ones, and may be none.
    """

    objective: BudgetedObjective
    by_load: ByLoad
    counts: Counts
    effect: float
    verdict: Verdict
    closing_count: int = 0

    @property
    def worst(self) -> Counts:
        """The events as they are when all of those are bad."""
        return with_bad(self.counts, self.closing_count)


def judge_run(objectives: Objectives, result: LoadResult) -> tuple[Judged, ...]:
    """The verdict on every objective that this run's flows speak for."""
    ran = {journey.flow for journey in (*result.warm_up.journeys, *result.measured.journeys)}
    gates = [
        (objective, by_load)
        for objective in objectives
        if isinstance(objective, BudgetedObjective)
        and isinstance(by_load := measured_by(objective, objectives), ByLoad)
        and ran.intersection(result.flows_of(by_load.load))
    ]
    return tuple(judge_objective(objective, by_load, result, gate_count=len(gates)) for objective, by_load in gates)


def judge_objective(
    objective: BudgetedObjective, by_load: ByLoad, result: LoadResult, *, gate_count: int = 1
) -> Judged:
    """The verdict on one objective that a load test can speak for."""
    flows = result.flows_of(by_load.load)
    counts = _counts(by_load.bad, result, flows)
    first, length = math.ceil(result.warm_up.planned_seconds), math.ceil(result.measured.actual_seconds)
    by_second = counts_by_second(by_load.bad, result, flows, range(first, first + length))
    effect = design_effect([each.bad_count for each in by_second.values()])
    doubts = doubts_about(result)
    lost_seconds = _lost_seconds(by_second.values())
    if lost_seconds > float(objective.budget_ratio) * length:
        doubts = (*doubts, f"{count(lost_seconds)} of {counted(length, 'second')} were lost as a whole")
    judge = judge_watched_share if result.was_watched else judge_share

    def judge_counts(counts: Counts) -> Verdict:
        return judge(counts, budget_ratio=objective.budget_ratio, doubts=doubts, effect=effect, gate_count=gate_count)

    closing_count = result.measured.closing(flows)
    verdict = unless_disturbed(
        judge_both_ways(counts, closing_count, judge_counts),
        result.disturbance,
        by_second,
        judge_counts,
    )
    if by_load.bad is BadJourney.SLOW_OR_FAULTS:
        verdict = unless_begun_late(verdict, result, flows, judge_counts)
    return Judged(
        objective=objective, by_load=by_load, counts=counts, effect=effect, verdict=verdict, closing_count=closing_count
    )


def judge_both_ways(counts: Counts, closing_count: int, judge: Callable[[Counts], Verdict]) -> Verdict:
    """The verdict that holds whatever became of the events that met a closing connection: none of them bad, or all of them.

    A server that ended a connection before it had the request is not at fault; one that ended it instead of an answer is, and
    from here the two can look alike.
    """
    least = judge(counts)
    if not closing_count or not isinstance(least, Pass):
        return least
    most = judge(with_bad(counts, closing_count))
    if isinstance(most, Pass):
        return most
    return Inconclusive(
        reasoning=f"{reasoning_of(least)}; but {count(closing_count)} more met a connection that the server was closing, and as "
        "faults they would be too many",
        missing_count=None,
    )


def unless_disturbed(
    verdict: Verdict,
    disturbance: Disturbance | None,
    by_second: Mapping[int, Counts],
    judge: Callable[[Counts], Verdict],
) -> Verdict:
    """The verdict, but no miss that other work on this machine may have made: where it disturbed a part of the run, a miss is one
    that the seconds without it show by themselves."""
    if disturbance is None or not isinstance(verdict, Miss):
        return verdict
    quiet = [counts for second, counts in by_second.items() if not disturbance.covers(second)]
    alone = judge(
        Counts(total_count=sum(each.total_count for each in quiet), bad_count=sum(each.bad_count for each in quiet))
    )
    if isinstance(alone, Miss):
        return verdict
    return Inconclusive(reasoning=f"{verdict.reasoning}; but {disturbance.sentence}", missing_count=None)


def unless_begun_late(
    verdict: Verdict, result: LoadResult, flows: Collection[str], judge: Callable[[Counts], Verdict]
) -> Verdict:
    """The verdict, but no miss by slowness that a late load generator may have made against a target elsewhere.

    Latency counts from when a request was due. Where this machine began requests late, a miss is one that their faults and their
    time from when they were sent show by themselves.
    """
    is_elsewhere = result.machine is not None and not result.machine.holds_target
    if not isinstance(verdict, Miss) or not is_elsewhere or (late := _lateness(result)) is None:
        return verdict
    faults, slow_from_us = result.measured.faults(flows), result.slow_after_ms * 1_000
    slow_count = sum(
        seen_count
        for request in result.measured.requests
        for microseconds, seen_count in recorded(decode_histogram(request.service_histogram))
        if microseconds >= slow_from_us
    )
    if isinstance(
        judge(Counts(total_count=faults.total_count, bad_count=min(faults.total_count, faults.bad_count + slow_count))),
        Miss,
    ):
        return verdict
    return Inconclusive(reasoning=f"{verdict.reasoning}; but {late}", missing_count=None)


def with_bad(counts: Counts, more: int) -> Counts:
    """The counts with so many more events, all of them bad."""
    return Counts(total_count=counts.total_count + more, bad_count=counts.bad_count + more)


def bad_journeys(bad: BadJourney, second: JourneySecond) -> int:
    """How many of a second's journeys are bad events."""
    match bad:
        case BadJourney.FAULTS:
            return second.fault_count
        case BadJourney.SLOW_OR_FAULTS:
            return second.slow_count
        case _:
            assert_never(bad)


def exit_code_of(judged: Collection[Judged]) -> Exit:
    """A miss decides; then anything undecided, or nothing to judge at all; else met."""
    verdicts = [each.verdict for each in judged]
    if any(isinstance(verdict, Miss) for verdict in verdicts):
        return Exit.MISSED
    if not verdicts or any(isinstance(verdict, Inconclusive | NoData) for verdict in verdicts):
        return Exit.NOT_ENOUGH_EVIDENCE
    return Exit.MET


def evidence_of(judged: Judged, result: LoadResult) -> Evidence:
    """What a verdict of a load test rests on, as every command and page carries it."""
    return Evidence(
        verdict=judged.verdict,
        source=EvidenceSource.LOAD_TEST,
        counts=judged.counts,
        window=timedelta(seconds=result.measured.actual_seconds),
        known="of load",
        effect=judged.effect,
        closing_count=judged.closing_count,
    )


def doubts_about(result: LoadResult) -> tuple[str, ...]:
    """Reasons why this run cannot support a pass, however good its numbers look."""
    generator = result.generator
    doubts: list[str] = []
    if generator.lost_workers:
        doubts.append(
            f"{count(len(generator.lost_workers))} of {counted(generator.worker_count, 'worker')} lost, with what they had "
            "measured"
        )
    if generator.sequence_gap_count:
        doubts.append(f"{counted(generator.sequence_gap_count, 'report')} of workers never arrived")
    if generator.started_count != generator.ended_count and not generator.lost_workers:
        doubts.append(
            f"{counted(generator.started_count, 'arrival')} begun and {count(generator.ended_count)} recorded"
        )
    if generator.unsent_count:
        doubts.append(f"{counted(generator.unsent_count, 'arrival')} due and not begun: too many were under way")
    if (late := _lateness(result)) is not None:
        doubts.append(late)
    if generator.cpu_mean_percent > _CPU_LIMIT_PERCENT:
        doubts.append(
            f"the load generator was at {quantity(generator.cpu_mean_percent)} % CPU, so it may have measured itself"
        )
    if generator.unhandled_errors:
        doubts.append(f"the scenario broke: {generator.unhandled_errors[0]}")
    refused_count = result.measured.refused_count
    if refused_count:
        kinds = f" ({', '.join(sorted(result.refusals_seen))})" if result.refusals_seen else ""
        doubts.append(f"{counted(refused_count, 'request')} refused{kinds}, which show neither success nor fault")
    # Poisson arrivals vary by the root of their number; four of those happen once in 30,000 windows.
    short = [
        (window.started_count / planned, window.second, window.started_count, planned)
        for window in result.windows
        if window.second >= result.warm_up.planned_seconds
        and (planned := window.planned_count) is not None
        and window.started_count < _SHORTFALL_RATIO * planned - 4 * math.sqrt(planned)
    ]
    if short:
        _, second, started_count, planned_count = min(short)
        doubts.append(
            f"too few arrivals begun in {counted(len(short), 'window')} of 10 s: from second {second} on "
            f"{count(started_count)} of about {count(round(planned_count))}"
        )
    return tuple(doubts)


def _counts(bad: BadJourney, result: LoadResult, flows: Collection[str]) -> Counts:
    match bad:
        case BadJourney.FAULTS:
            return result.measured.faults(flows)
        case BadJourney.SLOW_OR_FAULTS:
            return result.measured.slow(flows)
        case _:
            assert_never(bad)


def counts_by_second(
    bad: BadJourney, result: LoadResult, flows: Collection[str], seconds: range
) -> Mapping[int, Counts]:
    """Journeys of these flows that are known to be good or bad, and bad ones, in each of these seconds: zeros where none were."""
    totals, bad_counts = dict.fromkeys(seconds, 0), dict.fromkeys(seconds, 0)
    for each in result.journey_seconds:
        if each.flow in flows and each.second in totals:
            totals[each.second] += each.ended_count - each.refused_count - each.closing_count
            bad_counts[each.second] += bad_journeys(bad, each)
    return {second: Counts(total_count=totals[second], bad_count=bad_counts[second]) for second in seconds}


def _lost_seconds(by_second: Collection[Counts]) -> int:
    """Measured seconds in which at least half of the journeys, and more than one, were bad."""
    return sum(each.bad_count > 1 and 2 * each.bad_count >= each.total_count for each in by_second)


def _lateness(result: LoadResult) -> str | None:
    """How late the generator began requests, where that is so much that latencies are its own."""
    lag_p99_ms = result.generator.lag_p99_ms
    if lag_p99_ms <= _LAG_RATIO * min(result.slow_after_ms, 1_000.0):
        return None
    return f"the load generator was late (scheduling delay p99 {milliseconds(lag_p99_ms)}), so it measured itself"
