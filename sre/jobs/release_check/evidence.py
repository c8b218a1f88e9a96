"""Which evidence of a release check speaks for which objective."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import assert_never

from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    Indicator,
    Objective,
    Objectives,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
)
from foundation.slo.verdict import Verdict, judge_every
from loadtests.evidence import flows_of, judge_run
from loadtests.result import LoadResult
from reports.release_check.model import CanaryRow


def judge(
    objective: Objective,
    objectives: Objectives,
    result: LoadResult | None,
    *,
    stack_operations: Callable[[str], Counts | NoData],
    canaries: Sequence[CanaryRow] = (),
    estimate: Callable[[CostObjective], Verdict] | None = None,
) -> tuple[Verdict, int | None, str]:
    """The verdict on one of the objectives, the number of events it rests on, and where they were counted."""
    match objective:
        case CostObjective():
            if estimate is None:
                return NoData(reason="the bill is not estimated by this check"), None, "none"
            return estimate(objective), None, "estimate, no bill: quantities times list prices"
        case EveryEventObjective(indicator=RatioIndicator(total=StackOperations() as operations)):
            counts = stack_operations(operations.stack_name_prefix)
            if isinstance(counts, NoData):
                return counts, None, "none"
            return judge_every(counts), counts.total_count, "CloudFormation"
        case EveryEventObjective():
            return NoData(reason=_unread(objective.indicator)), None, "none"
        case BudgetedObjective():
            if isinstance(objective.indicator, SliceIndicator) and (
                ran := [row for row in canaries if row.word != "no data"]
            ):
                return NoData(reason=_as_far_as_they_went(ran)), None, "none"
            if not flows_of(objective):
                return NoData(reason=_unread(objective.indicator)), None, "none"
            if result is None:
                return NoData(reason="the load test did not run"), None, "none"
            for judged in judge_run(objectives, result):
                if judged.objective is objective:
                    return judged.verdict, judged.counts.total_count, "load test, measured by the client"
            return NoData(reason=_unread(objective.indicator)), None, "none"
        case _:
            assert_never(objective)


def is_measurable(objective: Objective) -> bool:
    """Whether this check's load can speak for the objective; without its evidence the check has not been made."""
    return bool(flows_of(objective)) and not _is_of_agents(objective)


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


def _is_of_agents(objective: Objective) -> bool:
    return isinstance(objective, BudgetedObjective) and isinstance(objective.indicator, AllOfIndicator)


def _as_far_as_they_went(ran: Sequence[CanaryRow]) -> str:
    failed = [f"{row.name} {row.when} the load" for row in ran if row.word == "miss"]
    said = (
        f"{len(failed)} of {len(ran)} canary runs failed ({', '.join(failed)})"
        if failed
        else f"all {len(ran)} canary runs passed"
    )
    return f"{said}; minutes of load are no weeks of slices"


def _unread(indicator: Indicator) -> str:
    match indicator:
        case SliceIndicator():
            return f"no canary has run: {indicator.samples.metric} has no samples, and minutes of load are no weeks of slices"
        case ThresholdIndicator():
            return f"this check reads no samples of {indicator.samples.metric}"
        case AllOfIndicator():
            metrics = " and ".join(str(part.indicator.samples.metric) for part in indicator.parts)
            return f"the scenario runs no agent, so there are no samples of {metrics}"
        case RatioIndicator():
            return "this check does not read what the indicator counts"
        case _:
            assert_never(indicator)


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}"
