"""At which stage of a run did an objective first break: what a stress test is made for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Miss, Verdict
from foundation.slo.verdict import judge_share
from loadtests.evidence import Judged, counts_by_second, judge_both_ways, unless_disturbed
from loadtests.result import LoadResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StageVerdict:
    """One objective in one stage."""

    objective_name: str
    rate_rps: float
    counts: Counts
    verdict: Verdict


def judge_stages(judged: Sequence[Judged], result: LoadResult) -> tuple[StageVerdict, ...]:
    """Every objective that the run was judged by, in every stage that it was in, by journeys that were due then."""
    begins, disturbance = result.warm_up.planned_seconds, result.disturbance
    found: list[StageVerdict] = []
    for stage in result.stages:
        seconds = range(math.ceil(begins), math.ceil(begins + stage.seconds))
        for each in judged:
            flows = result.flows_of(each.by_load.load)
            by_second = counts_by_second(each.by_load.bad, result, flows, seconds)
            counts = Counts(
                total_count=sum(one.total_count for one in by_second.values()),
                bad_count=sum(one.bad_count for one in by_second.values()),
            )
            closing_count = sum(
                one.closing_count for one in result.journey_seconds if one.flow in flows and one.second in seconds
            )
            judge = partial(
                judge_share, budget_ratio=each.objective.budget_ratio, gate_count=len(judged) * len(result.stages)
            )
            found.append(
                StageVerdict(
                    objective_name=each.objective.name,
                    rate_rps=result.planned_rps * stage.load,
                    counts=counts,
                    verdict=unless_disturbed(
                        judge_both_ways(counts, closing_count, judge), disturbance, by_second, judge
                    ),
                )
            )
        begins += stage.seconds
    return tuple(found)


def breaking_rate(stages: tuple[StageVerdict, ...]) -> StageVerdict | None:
    """The first stage in which an objective was missed, or None."""
    return next((stage for stage in stages if isinstance(stage.verdict, Miss)), None)
