"""When an objective's error budget burns fast enough to notify somebody: pairs of windows, scaled to the objective.

burn rate = share of the budget x objective's window / long window; detection of a total outage after budget x burn rate x
long window. https://sre.google/workbook/alerting-on-slos/
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from enum import Enum
from fractions import Fraction

from foundation.cloudwatch.alarms import MAX_EVALUATION_SECONDS
from foundation.errors import InputError
from foundation.files.durations import write_duration
from foundation.slo.model import BudgetedObjective

# What an objective has beside its pairs, by the names that its alarms have: `exclude` takes these away, too.
LOW_TRAFFIC = "low-traffic"
NO_DATA = "no-data"
BESIDE_PAIRS = (LOW_TRAFFIC, NO_DATA)
_LONGEST_WINDOW = timedelta(seconds=MAX_EVALUATION_SECONDS)
_MINUTE = timedelta(minutes=1)
_MICROSECOND = timedelta(microseconds=1)


class Severity(Enum):
    """A page wakes somebody; a ticket waits for working hours."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPair:
    """A long and a short window, and the share of the budget that is spent when the long one alarms."""

    name: str
    severity: Severity
    budget_share_ratio: Decimal
    long_window: timedelta
    short_window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnRatePolicy:
    """Pairs of windows, fastest first, for objectives over `reference_window`.

    `excluded` are names of pairs, or of what there is beside them, by the objective that does not have them.
    """

    name: str
    pairs: tuple[WindowPair, ...]
    reference_window: timedelta
    tolerated_failure_count: int
    low_traffic_failure_count: int
    suppression_wait: timedelta
    excluded: Mapping[str, frozenset[str]]

    def excludes(self, objective: str, name: str) -> bool:
        """Whether an objective does not have the pair, or the alarm beside the pairs, of this name."""
        return name in self.excluded.get(objective, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnRateAlert:
    """One pair, for one objective: it alarms while both windows have a bad share above `threshold_ratio`.

    A window with fewer than `minimum_event_count` events does not count: in it, the tolerated failures alone would alarm.
    """

    name: str
    severity: Severity
    burn_rate: Decimal
    threshold_ratio: Decimal
    budget_share_ratio: Decimal
    long_window: timedelta
    short_window: timedelta
    minimum_event_count: int

    def detection_time(self, bad_ratio: Decimal) -> timedelta | None:
        """How long a bad share must last until the long window alarms, had all been well before; None when it never does.

        To the microsecond, rounded up: before it the threshold is not reached.
        """
        if bad_ratio <= self.threshold_ratio:
            return None
        microseconds = self.threshold_ratio * (self.long_window // _MICROSECOND) / bad_ratio
        return timedelta(microseconds=int(microseconds.to_integral_value(ROUND_CEILING)))


class PairFault(Enum):
    """What keeps a pair from ever alarming for an objective."""

    TARGET = "target"
    WINDOW = "window"


class PairError(InputError):
    """A pair that can never alarm for an objective; `said` is why, and what to do, without naming the two."""

    def __init__(self, *, objective: str, pair: str, fault: PairFault, said: str) -> None:
        super().__init__(f"objective {objective}, pair {pair}: {said}")
        self.pair = pair
        self.fault = fault
        self.said = said


def alerts_for(objective: BudgetedObjective, policy: BurnRatePolicy) -> tuple[BurnRateAlert, ...]:
    """The policy's pairs for an objective, fastest first.

    Raises PairError for a pair that can never alarm, because its burn rate times the budget is everything or more, and for one
    whose long window is longer than an alarm looks back.
    """
    alerts: list[BurnRateAlert] = []
    for pair in policy.pairs:
        if policy.excludes(objective.name, pair.name):
            continue
        long_window, short_window = (
            _scaled(window, objective.window, policy.reference_window)
            for window in (pair.long_window, pair.short_window)
        )
        if long_window > _LONGEST_WINDOW:
            raise PairError(
                objective=objective.name,
                pair=pair.name,
                fault=PairFault.WINDOW,
                said=f"over {write_duration(objective.window)} its long window is {write_duration(long_window)}, and an alarm "
                f"looks back {write_duration(_LONGEST_WINDOW)} at most; write exclude: {{{objective.name}: [{pair.name}]}} in "
                f"the policy, or give the objective a shorter window",
            )
        burn_rate = pair.budget_share_ratio * (objective.window // _MINUTE) / (long_window // _MINUTE)
        threshold_ratio = burn_rate * objective.budget_ratio
        if threshold_ratio >= 1:
            lowest = 100 * (1 - 1 / burn_rate)
            target = f"{(100 * objective.target_ratio).normalize():f} %"
            raise PairError(
                objective=objective.name,
                pair=pair.name,
                fault=PairFault.TARGET,
                said=f"a burn rate of {burn_rate:.3g} with a target of {target} can never be reached, since it is "
                f"{threshold_ratio:.0%} of all events; raise the target above {lowest:.2f} %, or write exclude: "
                f"{{{objective.name}: [{pair.name}]}} in the policy",
            )
        alerts.append(
            BurnRateAlert(
                name=pair.name,
                severity=pair.severity,
                burn_rate=burn_rate,
                threshold_ratio=threshold_ratio,
                budget_share_ratio=pair.budget_share_ratio,
                long_window=long_window,
                short_window=short_window,
                # Exactly: a ratio that is no decimal fraction is rounded, and may pass a whole number of events by that.
                minimum_event_count=math.floor(
                    policy.tolerated_failure_count
                    * Fraction(long_window // _MINUTE, objective.window // _MINUTE)
                    / (Fraction(pair.budget_share_ratio) * Fraction(objective.budget_ratio))
                )
                + 1,
            )
        )
    return tuple(alerts)


def _scaled(window: timedelta, objective_window: timedelta, reference_window: timedelta) -> timedelta:
    """A window of the reference, for an objective's own: to the nearest minute, of two the even one, and one at least."""
    exact = Decimal((window // _MINUTE) * (objective_window // _MINUTE)) / (reference_window // _MINUTE)
    return max(1, round(exact)) * _MINUTE
