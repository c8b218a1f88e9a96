"""Why a load test no longer shows what it showed: a load is not sent, faults count as good, or too few arrivals prove nothing."""

from collections.abc import Iterator, Mapping

from foundation.service.measured import ByLoad, Load, measured_by
from foundation.slo.error_budget import Counts
from foundation.slo.model import BudgetedObjective, Objectives
from foundation.slo.outcome import Pass
from foundation.slo.verdict import judge_share
from loadtests.profiles import Profile
from sre.jobs.objectives.between_files import loads_of
from sre.jobs.objectives.view import ServiceView

_SERVER_FAULT = 500


def blind_loads(before: ServiceView, after: ServiceView) -> Iterator[tuple[str, str]]:
    """The profile, and the reason, of each."""
    everywhere = loads_of(after.profiles)
    objectives = after.made.stage.objectives
    for name, profile in before.profiles.items():
        now = after.profiles.get(name)
        kept = everywhere if now is None else loads_of({name: now})
        for load in sorted(loads_of({name: profile}) - kept, key=lambda each: each.value):
            yield name, f"no load is sent to {load.value} any more, so nothing of it is judged"
        if now is not None:
            yield from ((name, reason) for reason in _too_few(profile, now, objectives))
    for name, profile in after.profiles.items():
        old = set(_faults(before.profiles[name].also_expected)) if name in before.profiles else set[tuple[str, int]]()
        for flow, status in _faults(profile.also_expected):
            if (flow, status) not in old:
                yield name, f"answers of {flow} with {status} are good ones"


def _faults(expected: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, int]]:
    for flow, statuses in expected.items():
        yield from ((flow, status) for status in sorted(statuses) if status >= _SERVER_FAULT)


def _too_few(old: Profile, new: Profile, objectives: Objectives) -> Iterator[str]:
    """Objectives that a run without a bad event proved, and proves no more."""
    loads = loads_of({new.name: new})
    for objective in objectives:
        measured = measured_by(objective, objectives)
        if not isinstance(objective, BudgetedObjective) or not isinstance(measured, ByLoad):
            continue
        if measured.load not in loads:
            continue
        was, now = _arrivals(old, measured.load), _arrivals(new, measured.load)
        if _proves(was, objective) and not _proves(now, objective):
            yield f"{now:,} arrivals are too few to prove {objective.name}; before there were {was:,}"


def _arrivals(profile: Profile, load: Load) -> int:
    """How many journeys of a load are measured."""
    schedule = profile.schedule
    rate = sum(profile.arrivals_per_second.get(flow, 0.0) for flow in profile.flows_of(load))
    loaded = sum(stage.seconds * stage.load for stage in schedule.stages)
    return int(rate * loaded)


def _proves(count: int, objective: BudgetedObjective) -> bool:
    verdict = judge_share(Counts(total_count=count, bad_count=0), budget_ratio=objective.budget_ratio)
    return isinstance(verdict, Pass)
