"""What consumed a budget: the bad events of a week by what else happened in their hour, which is a hint and no proof."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from foundation.readings import NoData
from foundation.slo.incidents import Incident, labels_of
from foundation.slo.model import BudgetedObjective, EveryEventObjective, Objectives
from reports.deployments import Operation
from reports.slo_actuals import History
from reports.weekly.inputs import Cause

_HOUR = timedelta(hours=1)
LOAD_TEST, DEPLOYMENT, DEPENDENCY, UNKNOWN = "load test", "deployment", "throttling by Bedrock", "unknown"


def find_causes(
    histories: dict[str, History],
    objectives: Objectives,
    *,
    incidents: Sequence[Incident],
    load_tests: Sequence[tuple[datetime, datetime]],
    operations: tuple[Operation, ...] | NoData,
    throttled_at: Sequence[datetime],
    start_at: datetime,
    until: datetime,
) -> tuple[Cause, ...]:
    """An hour with several is counted under the first of: an incident, a load test, a deployment, throttling; else unknown."""
    deployed = () if isinstance(operations, NoData) else tuple(each.ended_at for each in operations)
    labels = labels_of(incidents)
    found: list[Cause] = []
    for objective in objectives:
        history = histories.get(objective.name)
        if history is None or not isinstance(objective, BudgetedObjective | EveryEventObjective):
            continue
        bad: dict[str, int] = dict.fromkeys((LOAD_TEST, DEPLOYMENT, DEPENDENCY, UNKNOWN), 0)
        # What is not settled yet is in no number.
        at, end_at = start_at, min(until, history.end_at)
        while at < end_at:
            named = next((each for each in incidents if _lies_in(each, objective.name, at)), None)
            if named is not None:
                what = f"incident: {labels[named]}"
            elif any(began_at < at + _HOUR and ended_at > at for began_at, ended_at in load_tests):
                what = LOAD_TEST
            elif any(at <= ended_at < at + _HOUR for ended_at in deployed):
                what = DEPLOYMENT
            else:
                what = DEPENDENCY if at in throttled_at else UNKNOWN
            bad[what] = bad.get(what, 0) + history.counts(at, min(at + _HOUR, end_at)).bad_count
            at += _HOUR
        found += [Cause(objective=objective.name, what=what, bad_count=count) for what, count in bad.items()]
    return tuple(found)


def _lies_in(incident: Incident, objective: str, at: datetime) -> bool:
    return incident.concerns(objective) and incident.lies_in(at, at + _HOUR)
