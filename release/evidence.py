"""Which numbers of a load test speak for which objective, and how far they can be trusted."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import assert_never

from errors import InputError
from loadtests.result import LoadResult
from slo.error_budget import Counts, NoData
from slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    Comparison,
    CostObjective,
    EveryEventObjective,
    Indicator,
    MetricSamples,
    Objective,
    Objectives,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    TracesMatching,
)
from slo.verdict import Verdict, judge_every, judge_share

# What API Gateway calls latency, a load test can measure from outside; both are in milliseconds.
_API_LATENCY = ("AWS/ApiGateway", "Latency")
_API_FAULTS = ("AWS/ApiGateway", "5XXError")

# A generator that begins requests late measures itself; 5 % of a second is where its own share starts to show.
_LAG_LIMIT_MS = 50.0
_CPU_LIMIT_PERCENT = 80.0


def slow_after_ms(objectives: Objectives) -> float | None:
    """From which latency on a request is slow, by the latency objective; None when there is none.

    Raises InputError when two objectives want different thresholds: one run counts at one of them.
    """
    thresholds = {
        # A request that takes exactly the threshold is slow for "less than", and good for "at most".
        float(threshold.threshold)
        if threshold.comparison is Comparison.LESS_THAN
        else math.nextafter(float(threshold.threshold), math.inf)
        for objective in objectives
        if (threshold := _api_latency(objective)) is not None
    }
    if len(thresholds) > 1:
        raise InputError(
            f"the objectives put the line for slow API requests at {sorted(thresholds)} ms; keep one of them"
        )
    return thresholds.pop() if thresholds else None


def judge(
    objective: Objective, result: LoadResult | None, *, stack_operations: Callable[[str], Counts | NoData]
) -> tuple[Verdict, int | None, str]:
    """The verdict on one objective, the number of events it rests on, and where they were counted."""
    match objective:
        case CostObjective():
            return NoData(reason="the bill is not estimated by this check"), None, "none"
        case EveryEventObjective(indicator=RatioIndicator(total=StackOperations() as operations)):
            counts = stack_operations(operations.stack_name_prefix)
            if isinstance(counts, NoData):
                return counts, None, "none"
            return judge_every(counts), counts.total_count, "CloudFormation"
        case EveryEventObjective():
            return NoData(reason=_unread(objective.indicator)), None, "none"
        case BudgetedObjective():
            counts = _counts(objective, result)
            if isinstance(counts, NoData):
                return counts, None, "none"
            doubts = doubts_about(result) if result is not None else ()
            verdict = judge_share(counts, budget_ratio=objective.budget_ratio, doubts=doubts)
            return verdict, counts.total_count, "load test, measured by the client"
        case _:
            assert_never(objective)


def is_measurable(objective: Objective) -> bool:
    """Whether a load test can speak for the objective; without its evidence the check has not been made."""
    return isinstance(objective, BudgetedObjective) and (
        _api_latency(objective) is not None or _is_api_faults(objective)
    )


def counts_slow(objective: Objective) -> bool:
    """Whether a load test's slow requests are the objective's bad events, and not its faults."""
    return _api_latency(objective) is not None


def doubts_about(result: LoadResult) -> tuple[str, ...]:
    """Reasons why this run cannot support a pass, however good its numbers look."""
    generator = result.generator
    doubts: list[str] = []
    if generator.lag_p99_ms > _LAG_LIMIT_MS:
        doubts.append(f"the load generator was late (p99 {generator.lag_p99_ms:,.0f} ms), so it measured itself")
    if generator.cpu_mean_percent > _CPU_LIMIT_PERCENT:
        doubts.append(
            f"the load generator was at {generator.cpu_mean_percent:.0f} % CPU, so it may have measured itself"
        )
    if generator.unhandled_errors:
        doubts.append(f"the scenario broke: {generator.unhandled_errors[0]}")
    refused_count = result.measured.refused_count
    if refused_count:
        kinds = ", ".join(sorted(kind for kind in result.faults_seen if ": status 4" in kind))
        doubts.append(f"{refused_count:,} requests were refused ({kinds}), so they show neither success nor fault")
    # Poisson arrivals vary by the root of their number; four of those happen once in 30,000 runs.
    if generator.launched_count < generator.due_count - 4 * math.sqrt(generator.due_count) - 1:
        doubts.append(
            f"only {generator.launched_count:,} of about {generator.due_count:,.0f} planned arrivals were begun"
        )
    return tuple(doubts)


def describe_target(objective: Objective) -> str:
    """An objective's promise in a few words."""
    match objective:
        case BudgetedObjective():
            return f"{_percent(objective.target_ratio)}\u00a0% over {objective.window.days} days"
        case EveryEventObjective():
            return f"100\u00a0% over {objective.window.days} days"
        case CostObjective():
            return f"under ${objective.limit_usd} a calendar month"
        case _:
            assert_never(objective)


def _counts(objective: BudgetedObjective, result: LoadResult | None) -> Counts | NoData:
    if not is_measurable(objective):
        return NoData(reason=_unread(objective.indicator))
    if result is None:
        return NoData(reason="the load test did not run")
    return result.measured.slow() if counts_slow(objective) else result.measured.faults()


def _api_latency(objective: Objective) -> ThresholdIndicator | None:
    match objective:
        case BudgetedObjective(indicator=ThresholdIndicator() as indicator):
            metric = indicator.samples.metric
            below = indicator.comparison in (Comparison.LESS_THAN, Comparison.AT_MOST)
            return indicator if below and (metric.namespace, metric.name) == _API_LATENCY else None
        case _:
            return None


def _is_api_faults(objective: Objective) -> bool:
    """X-Ray's faults and API Gateway's 5XXError are both what a client sees as a 5xx answer."""
    match objective:
        case BudgetedObjective(indicator=RatioIndicator(bad=TracesMatching())):
            return True
        case BudgetedObjective(indicator=RatioIndicator(bad=MetricSamples(metric=metric))):
            return (metric.namespace, metric.name) == _API_FAULTS
        case _:
            return False


def _unread(indicator: Indicator) -> str:
    match indicator:
        case SliceIndicator():
            return f"no canary has run: {indicator.samples.metric} has no samples, and minutes of load are no weeks of slices"
        case ThresholdIndicator():
            return f"this check reads no samples of {indicator.samples.metric}"
        case AllOfIndicator():
            metrics = " and ".join(str(part.samples.metric) for part in indicator.parts)
            return f"the scenario runs no agent, so there are no samples of {metrics}"
        case RatioIndicator():
            return "this check does not read what the indicator counts"
        case _:
            assert_never(indicator)


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}"
