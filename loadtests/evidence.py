"""Which numbers of a load test speak for which objective, how far they can be trusted, and what follows from them."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from foundation.errors import Exit, InputError
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    MetricSamples,
    Objective,
    Objectives,
    RatioIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.sequential import judge_watched_share
from foundation.slo.verdict import Inconclusive, Miss, Verdict, design_effect, judge_share
from loadtests.profiles import AGENT_FLOW, API_FLOWS
from loadtests.result import LoadResult

# What API Gateway calls latency, a load test can measure from outside; so it can what Bedrock and AgentCore do.
_API_LATENCY = ("AWS/ApiGateway", "Latency")
_API_FAULTS = ("AWS/ApiGateway", "5XXError")
_FIRST_TOKEN, _TURN = ("AWS/Bedrock", "TimeToFirstToken"), ("AWS/Bedrock-AgentCore", "Latency")

# A generator that begins requests late measures itself; 5 % of the threshold is where its own share starts to show.
_LAG_RATIO = 0.05
_CPU_LIMIT_PERCENT = 80.0
_SHORTFALL_RATIO = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which times on a load test counts as slow; None where no objective says so."""

    slow_after_ms: float | None
    first_token_ms: float | None
    turn_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One objective, the events that speak for it, and the verdict on them."""

    objective: BudgetedObjective
    counts: Counts
    effect: float
    verdict: Verdict


def limits_of(objectives: Objectives) -> Limits:
    """The thresholds that a run has to count at.

    Raises InputError when two objectives want different thresholds: one run counts at one of them.
    """
    api = {_first_slow(found) for objective in objectives if (found := _api_latency(objective)) is not None}
    if len(api) > 1:
        raise InputError(f"the objectives put the line for slow API requests at {sorted(api)} ms; keep one of them")
    turns: dict[tuple[str, str], float] = {}
    for objective in objectives:
        for part in _agent_parts(objective):
            key = (part.samples.metric.namespace, part.samples.metric.name)
            if turns.setdefault(key, _first_slow(part)) != _first_slow(part):
                raise InputError(f"two objectives put the line for {key[1]} at different times; keep one of them")
    return Limits(
        slow_after_ms=api.pop() if api else None,
        first_token_ms=turns.get(_FIRST_TOKEN),
        turn_ms=turns.get(_TURN),
    )


def flows_of(objective: Objective) -> tuple[str, ...]:
    """The flows whose journeys are the objective's events; none when a load test cannot speak for it."""
    if _api_latency(objective) is not None or _is_api_faults(objective):
        return API_FLOWS
    return (AGENT_FLOW,) if _agent_parts(objective) else ()


def counts_slow(objective: Objective) -> bool:
    """Whether slow journeys are the objective's bad events, and not only faults."""
    return not _is_api_faults(objective)


def judge_run(objectives: Objectives, result: LoadResult) -> tuple[Judged, ...]:
    """The verdict on every objective that this run's flows speak for."""
    gates = [
        objective
        for objective in objectives
        if isinstance(objective, BudgetedObjective)
        and any(
            journey.flow in flows_of(objective) for journey in (*result.warm_up.journeys, *result.measured.journeys)
        )
    ]
    return tuple(judge_objective(objective, result, gate_count=len(gates)) for objective in gates)


def judge_objective(objective: BudgetedObjective, result: LoadResult, *, gate_count: int = 1) -> Judged:
    """The verdict on one objective that a load test can speak for."""
    flows = flows_of(objective)
    counts = result.measured.slow(flows) if counts_slow(objective) else result.measured.faults(flows)
    totals_by_second, bad_by_second = _by_second(objective, result, flows)
    effect = design_effect(bad_by_second)
    doubts = doubts_about(result)
    lost_seconds = _lost_seconds(totals_by_second, bad_by_second)
    if lost_seconds > float(objective.budget_ratio) * len(bad_by_second):
        doubts = (*doubts, f"{lost_seconds} of {len(bad_by_second)} seconds were lost as a whole")
    judge = judge_watched_share if result.was_watched else judge_share
    verdict = judge(counts, budget_ratio=objective.budget_ratio, doubts=doubts, effect=effect, gate_count=gate_count)
    return Judged(objective=objective, counts=counts, effect=effect, verdict=verdict)


def exit_code_of(judged: Collection[Judged]) -> Exit:
    """A miss decides; then anything undecided, or nothing to judge at all; else met."""
    verdicts = [each.verdict for each in judged]
    if any(isinstance(verdict, Miss) for verdict in verdicts):
        return Exit.MISSED
    if not verdicts or any(isinstance(verdict, Inconclusive | NoData) for verdict in verdicts):
        return Exit.NOT_ENOUGH_EVIDENCE
    return Exit.MET


def doubts_about(result: LoadResult) -> tuple[str, ...]:
    """Reasons why this run cannot support a pass, however good its numbers look."""
    generator = result.generator
    doubts: list[str] = []
    if generator.lost_workers:
        doubts.append(
            f"{len(generator.lost_workers)} of {generator.worker_count} workers were lost, with what they had measured"
        )
    if generator.sequence_gap_count:
        doubts.append(f"{generator.sequence_gap_count} reports of workers never came")
    if generator.started_count != generator.ended_count and not generator.lost_workers:
        doubts.append(f"{generator.started_count:,} arrivals were begun and {generator.ended_count:,} recorded")
    if generator.unsent_count:
        doubts.append(f"{generator.unsent_count:,} arrivals were due and not begun: too many were under way")
    lag_limit_ms = _LAG_RATIO * min(result.slow_after_ms, 1_000.0)
    if generator.lag_p99_ms > lag_limit_ms:
        doubts.append(f"the load generator was late (p99 {generator.lag_p99_ms:,.0f} ms), so it measured itself")
    if generator.cpu_mean_percent > _CPU_LIMIT_PERCENT:
        doubts.append(f"the load generator was at {generator.cpu_mean_percent:g} % CPU, so it may have measured itself")
    if generator.unhandled_errors:
        doubts.append(f"the scenario broke: {generator.unhandled_errors[0]}")
    refused_count = result.measured.refused_count
    if refused_count:
        kinds = ", ".join(sorted(kind for kind in result.faults_seen if ": status 4" in kind))
        doubts.append(f"{refused_count:,} requests were refused ({kinds}), so they show neither success nor fault")
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
            f"in {len(short)} windows of 10 s too few arrivals were begun: from second {second} on "
            f"{started_count:,} of about {planned_count:,.0f}"
        )
    return tuple(doubts)


def _by_second(
    objective: Objective, result: LoadResult, flows: Collection[str]
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Journeys that were not refused, and bad ones, in each second of the measured part: zeros where there were none."""
    first, length = math.ceil(result.warm_up.planned_seconds), math.ceil(result.measured.actual_seconds)
    totals, bad = [0] * length, [0] * length
    for each in result.journey_seconds:
        if each.flow in flows and 0 <= each.second - first < length:
            totals[each.second - first] += each.ended_count - each.refused_count
            bad[each.second - first] += each.slow_count if counts_slow(objective) else each.fault_count
    return totals, bad


def _lost_seconds(totals_by_second: Sequence[int], bad_by_second: Sequence[int]) -> int:
    """Measured seconds in which at least half of the journeys, and more than one, were bad."""
    return sum(bad > 1 and 2 * bad >= total for total, bad in zip(totals_by_second, bad_by_second, strict=True))


def _first_slow(indicator: ThresholdIndicator) -> float:
    """A request that takes exactly the threshold is slow for "less than", and good for "at most"."""
    threshold = float(indicator.threshold)
    return threshold if indicator.comparison is ThresholdOperator.LESS_THAN else math.nextafter(threshold, math.inf)


def _api_latency(objective: Objective) -> ThresholdIndicator | None:
    match objective:
        case BudgetedObjective(indicator=ThresholdIndicator() as indicator):
            metric = indicator.samples.metric
            return indicator if _is_upper(indicator) and (metric.namespace, metric.name) == _API_LATENCY else None
        case _:
            return None


def _agent_parts(objective: Objective) -> tuple[ThresholdIndicator, ...]:
    """The parts of an objective on agents' turns, when all of them can be measured from outside."""
    match objective:
        case BudgetedObjective(indicator=AllOfIndicator(parts=named)):
            parts = tuple(part.indicator for part in named)
            metrics = [(part.samples.metric.namespace, part.samples.metric.name) for part in parts]
            known = all(metric in (_FIRST_TOKEN, _TURN) for metric in metrics) and all(map(_is_upper, parts))
            return parts if known else ()
        case _:
            return ()


def _is_upper(indicator: ThresholdIndicator) -> bool:
    return indicator.comparison in (ThresholdOperator.LESS_THAN, ThresholdOperator.AT_MOST)


def _is_api_faults(objective: Objective) -> bool:
    """X-Ray's faults and API Gateway's 5XXError are both what a client sees as a 5xx answer."""
    match objective:
        case BudgetedObjective(indicator=RatioIndicator(bad=TracesMatching())):
            return True
        case BudgetedObjective(indicator=RatioIndicator(bad=MetricSamples(metric=metric))):
            return (metric.namespace, metric.name) == _API_FAULTS
        case _:
            return False
