"""What a burn-rate policy promises of an objective, by the SRE workbook's definition, with an arithmetic of its own.

A pair is in ALARM while more than its share of the error budget has been spent within its long window, and its short one burns
as fast: "2 % of the budget in one hour" (https://sre.google/workbook/alerting-on-slos/, tables 5-6 and 5-8, and the sections on
several windows). The budget is the bad events that the target leaves of all events of the objective's window. Windows are
those of the policy's reference window, scaled, in whole minutes. None of this is what the alarms are made with.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from foundation.slo.burn_rate import BurnRatePolicy, WindowPair
from foundation.slo.model import BudgetedObjective

_MINUTE = timedelta(minutes=1)
_DAY_MINUTES, _HOUR_MINUTES = 1_440, 60
# A step of one event is then less than a thousandth of what decides.
_LEAST_BAD_A_MINUTE = 1_000
_WHOLE_SHARES_UP_TO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """One pair for one objective: `rate` is the share of bad events that spends its share of the budget in its long window."""

    pair: WindowPair
    rate: Fraction
    long_minutes: int
    short_minutes: int
    tolerated_count: int

    @property
    def steady_events_a_minute(self) -> int:
        """So many events a minute that the rate is a whole number of bad ones, and a window is never short of events."""
        least = _LEAST_BAD_A_MINUTE + self.tolerated_count
        if self.rate.denominator <= _WHOLE_SHARES_UP_TO:
            return self.rate.denominator * math.ceil(Fraction(least, self.rate.numerator))
        return math.ceil(least / self.rate)

    @property
    def too_few_events_count(self) -> int:
        """The most events of which the tolerated failures alone would burn as fast: in a window with so few nothing is shown."""
        return math.floor(self.tolerated_count / self.rate)

    def tolerated_bad_count(self, events_a_minute: int, minutes: int) -> int:
        """The most bad events of so many minutes that do not spend the budget faster."""
        return math.floor(self.rate * events_a_minute * minutes)


def spendings(objective: BudgetedObjective, policy: BurnRatePolicy) -> Iterator[Spending]:
    """The pairs that a policy has for an objective, fastest first."""
    scale = Fraction(objective.window // _MINUTE, policy.reference_window // _MINUTE)
    for pair in policy.pairs:
        if pair.name in policy.excluded.get(objective.name, ()):
            continue
        long_minutes, short_minutes = (
            max(1, round(scale * (window // _MINUTE))) for window in (pair.long_window, pair.short_window)
        )
        budget = (1 - Fraction(objective.target_ratio)) * (objective.window // _MINUTE)
        yield Spending(
            pair=pair,
            rate=Fraction(pair.budget_share_ratio) * budget / long_minutes,
            long_minutes=long_minutes,
            short_minutes=short_minutes,
            tolerated_count=policy.tolerated_failure_count,
        )


def looked_at_every(window_minutes: int) -> int:
    """How many minutes there are from one look at a window to the next: CloudWatch looks at more than a day every hour.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
    """
    return _HOUR_MINUTES if window_minutes > _DAY_MINUTES else 1
