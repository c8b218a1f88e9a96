"""How a service's objectives can be measured from outside: by which load, by its canaries, by its stacks' events, or not at all.

The one answer to: does a load test speak for this objective, which journeys are bad for it, and from which time on are they slow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import assert_never

from foundation.cloudwatch.names import Scope
from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, Objective, Objectives
from foundation.slo.signals import ApiStage, Samples, Signal, SignalKind, Stacks, Subject, WholeAccount, signals_of


class Load(Enum):
    """Whom a journey of a load test calls."""

    API = "the API"
    AGENTS = "agents"


class BadJourney(Enum):
    """Which journeys are an objective's bad events."""

    FAULTS = "faults"
    SLOW_OR_FAULTS = "slow ones and faults"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLoad:
    """A load test measures it: the journeys of this load are its events."""

    load: Load
    bad: BadJourney


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCanaries:
    """Canaries measure it, over weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStackEvents:
    """CloudFormation's events of these stacks are its events."""

    stacks: Stacks


@dataclass(frozen=True, slots=True, kw_only=True)
class ByEstimate:
    """Money: estimated before there is a bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByNothing:
    """Nothing here measures it."""


Measured = ByLoad | ByCanaries | ByStackEvents | ByEstimate | ByNothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which times on a load test counts as slow; None where no objective says so."""

    slow_after_ms: float | None
    first_token_ms: float | None
    turn_ms: float | None


def own_apis(objectives: Objectives) -> tuple[tuple[str, str | None], ...]:
    """The REST APIs of a service, and their stages where these are known: a load test calls them."""
    called = Scope(service=objectives.service, stage=objectives.stage).prefix
    return objectives.own_apis or ((called, objectives.stage),)


def own_signals(objective: Objective, objectives: Objectives, kind: SignalKind) -> tuple[Signal, ...]:
    """The objective's signals of a kind that are of the service's own API, or of everything in the account."""
    return tuple(signal for signal in signals_of(objective) if signal.kind is kind and _is_own(signal.of, objectives))


def own_samples(objective: Objective, objectives: Objectives, kind: SignalKind) -> tuple[Samples, ...]:
    """The samples that those signals judge."""
    return tuple(signal.samples for signal in own_signals(objective, objectives, kind) if signal.samples is not None)


def measured_by(objective: Objective, objectives: Objectives) -> Measured:
    """What measures one of the objectives from outside."""
    match objective, signals_of(objective):
        case CostObjective(), _:
            return ByEstimate()
        case EveryEventObjective(), (Signal(kind=SignalKind.STACK_OPERATIONS, of=Stacks() as stacks),):
            return ByStackEvents(stacks=stacks)
        case EveryEventObjective(), _:
            return ByNothing()
        case BudgetedObjective(), (Signal(kind=SignalKind.CANARY_SUCCESS),):
            return ByCanaries()
        case BudgetedObjective(), _:
            return _by_load(objective, objectives)
        case _:
            assert_never(objective)


def limits_of(objectives: Objectives) -> Limits:
    """The thresholds that a run has to count at.

    Raises InputError when two objectives want different thresholds: one run counts at one of them.
    """
    for kind, what in _SLOW.items():
        limits = sorted(_limits(objectives, kind))
        if len(limits) > 1:
            said = " and ".join(f"{limit:g} ms" for limit in limits)
            raise InputError(f"the objectives put the line for slow {what} at {said}; keep one of them")
    return Limits(
        slow_after_ms=next(iter(_limits(objectives, SignalKind.API_LATENCY)), None),
        first_token_ms=next(iter(_limits(objectives, SignalKind.AGENT_FIRST_TOKEN)), None),
        turn_ms=next(iter(_limits(objectives, SignalKind.AGENT_TURN)), None),
    )


_OF_AGENTS = frozenset({SignalKind.AGENT_FIRST_TOKEN, SignalKind.AGENT_TURN})
_SLOW: Mapping[SignalKind, str] = MappingProxyType(
    {
        SignalKind.API_LATENCY: "API requests",
        SignalKind.AGENT_FIRST_TOKEN: "first tokens",
        SignalKind.AGENT_TURN: "turns",
    }
)


def _by_load(objective: Objective, objectives: Objectives) -> ByLoad | ByNothing:
    kinds = _seen_by_load(objective, objectives)
    if kinds == {SignalKind.API_FAULTS}:
        return ByLoad(load=Load.API, bad=BadJourney.FAULTS)
    if kinds == {SignalKind.API_LATENCY}:
        return ByLoad(load=Load.API, bad=BadJourney.SLOW_OR_FAULTS)
    # A turn is slow by any of the limits that the objectives set, so it speaks for who sets them all.
    if kinds and kinds == {kind for kind in _OF_AGENTS if _limits(objectives, kind)}:
        return ByLoad(load=Load.AGENTS, bad=BadJourney.SLOW_OR_FAULTS)
    return ByNothing()


def _seen_by_load(objective: Objective, objectives: Objectives) -> set[SignalKind]:
    """The kinds of an objective's signals, where journeys of one load can show them all; else none."""
    signals = signals_of(objective)
    kinds = {signal.kind for signal in signals}
    if not all(_is_own(signal.of, objectives) for signal in signals):
        return set()
    if kinds == {SignalKind.API_FAULTS}:
        return kinds
    is_of_one_load = kinds == {SignalKind.API_LATENCY} or kinds <= _OF_AGENTS
    return kinds if is_of_one_load and all(_slow_from(signal) is not None for signal in signals) else set()


def _limits(objectives: Objectives, kind: SignalKind) -> set[float]:
    return {
        slow_from
        for objective in objectives
        if isinstance(objective, BudgetedObjective) and kind in _seen_by_load(objective, objectives)
        for signal in signals_of(objective)
        if signal.kind is kind and (slow_from := _slow_from(signal)) is not None
    }


def _slow_from(signal: Signal) -> float | None:
    return None if signal.samples is None else signal.samples.line.bad_from


def _is_own(subject: Subject, objectives: Objectives) -> bool:
    match subject:
        case ApiStage(api_name=name, stage=stage):
            return any(name == own and (stage is None or of is None or stage == of) for own, of in own_apis(objectives))
        case WholeAccount():
            return True
        case _:
            return False
