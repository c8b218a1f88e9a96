"""Which evidence of a release check speaks for which objective."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from foundation.pages.numbers import count, counted
from foundation.readings import NoData
from foundation.service.measured import (
    ByCanaries,
    ByEstimate,
    ByLoad,
    ByNothing,
    ByStackEvents,
    Load,
    Measured,
    measured_by,
    own_apis,
)
from foundation.slo.error_budget import Counts
from foundation.slo.evidence import Evidence, EvidenceSource, no_evidence
from foundation.slo.model import CostObjective, Objective, Objectives
from foundation.slo.signals import Signal, SignalKind, signals_of
from foundation.slo.verdict import judge_every
from foundation.slo.wording import good_share
from loadtests.evidence import Judged, evidence_of, judge_run
from loadtests.result import LoadResult
from reports.release_check.model import CanaryOutcome, CanaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a check has found to judge the objectives by; `judged` are the load test's verdicts by objective."""

    objectives: Objectives
    judged: Mapping[str, Judged]
    result: LoadResult | None
    stack_operations: Callable[[str], Counts | NoData]
    estimate: Callable[[CostObjective], Evidence]
    canaries: Sequence[CanaryRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedObjective:
    """One of the objectives with its evidence; without that of one that `is_needed` the check has not been made."""

    objective: Objective
    evidence: Evidence
    is_needed: bool


def judge_all(
    objectives: Objectives,
    result: LoadResult | None,
    *,
    stack_operations: Callable[[str], Counts | NoData],
    estimate: Callable[[CostObjective], Evidence],
    canaries: Sequence[CanaryRow] = (),
) -> tuple[JudgedObjective, ...]:
    """The evidence for each of the objectives, each judged once; `result` is None when the load test gave none."""
    found = Found(
        objectives=objectives,
        judged={} if result is None else {each.objective.name: each for each in judge_run(objectives, result)},
        result=result,
        stack_operations=stack_operations,
        estimate=estimate,
        canaries=canaries,
    )
    return tuple(_judged(objective, found) for objective in objectives)


def is_measured_by_api_load(measured: Measured) -> bool:
    """Whether a check's own load speaks for an objective that is measured so: it calls the API, and no agents."""
    match measured:
        case ByLoad(load=load):
            return load is Load.API
        case ByCanaries() | ByStackEvents() | ByEstimate() | ByNothing():
            return False
        case _:
            assert_never(measured)


def describe_target(objective: Objective) -> str:
    """An objective's promise in a few words, without its window: a check is of minutes."""
    return good_share(objective)


def _judged(objective: Objective, found: Found) -> JudgedObjective:
    measured = measured_by(objective, found.objectives)
    return JudgedObjective(
        objective=objective,
        evidence=_evidence(objective, measured, found),
        is_needed=is_measured_by_api_load(measured),
    )


def _evidence(objective: Objective, measured: Measured, found: Found) -> Evidence:
    match measured, objective:
        case ByEstimate(), CostObjective():
            return found.estimate(objective)
        case ByStackEvents(stacks=stacks), _:
            return _of_operations(found.stack_operations(stacks.name_prefix))
        case ByCanaries(), _ if any(row.outcome is not CanaryOutcome.NOT_RUN for row in found.canaries):
            return no_evidence(NoData(reason=_as_far_as_they_went(found.canaries)))
        case ByLoad(), _:
            return _of_load(objective, found)
        case _:
            return no_evidence(NoData(reason=_unread(objective, found.objectives)))


def _of_load(objective: Objective, found: Found) -> Evidence:
    if found.result is None:
        return no_evidence(NoData(reason="the load test did not run"))
    judged = found.judged.get(objective.name)
    if judged is None:
        return no_evidence(NoData(reason=_unread(objective, found.objectives)))
    return evidence_of(judged, found.result)


def _of_operations(counts: Counts | NoData) -> Evidence:
    if isinstance(counts, NoData):
        return no_evidence(counts)
    return Evidence(
        verdict=judge_every(counts),
        source=EvidenceSource.STACK_EVENTS,
        counts=counts,
        window=None,
        known="90 d of stack events, deleted stacks included",
    )


def _as_far_as_they_went(canaries: Sequence[CanaryRow]) -> str:
    ran = [row for row in canaries if row.outcome is not CanaryOutcome.NOT_RUN]
    without = [f"{row.name} {row.when} the load" for row in canaries if row.outcome is CanaryOutcome.NOT_RUN]
    failed = [f"{row.name} {row.when} the load" for row in ran if row.outcome is CanaryOutcome.FAILED]
    runs = counted(len(ran), "canary run")
    said = f"{count(len(failed))} of {runs} failed ({', '.join(failed)})" if failed else f"{len(ran)} of {runs} passed"
    if without:
        said += f", {count(len(without))} did not run ({', '.join(without)})"
    return f"{said}; a load test is too short to measure availability"


def _unread(objective: Objective, objectives: Objectives) -> str:
    """Why nothing was counted for an objective, by the signals that it speaks of."""
    signals = signals_of(objective)
    counted_in = " and ".join(signal.counted_in for signal in signals)
    kinds = {signal.kind for signal in signals}
    if kinds == {SignalKind.CANARY_SUCCESS}:
        return f"no canary has run, so {counted_in} has no samples; a load test is too short to measure availability"
    if kinds <= {SignalKind.AGENT_FIRST_TOKEN, SignalKind.AGENT_TURN}:
        return f"the scenario runs no agent, so there are no samples of {counted_in}"
    return f"this check does not read {counted_in}{_whose(signals, objectives)}"


def _whose(signals: Sequence[Signal], objectives: Objectives) -> str:
    if not {signal.kind for signal in signals} <= {SignalKind.API_LATENCY, SignalKind.API_FAULTS}:
        return ""
    apis = (name if stage is None else f"{name}, stage {stage}" for name, stage in own_apis(objectives))
    return f"; the load is sent to the API {' or '.join(apis)}"
