"""Windows of slices, for objectives that judge a slice of time by its events: how many there are, and how many may be bad."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from foundation.cloudwatch.alarms import MAX_EVALUATION_SECONDS, MAX_EVALUATION_SECONDS_BELOW_AN_HOUR
from foundation.slo.model import BudgetedObjective, RatioSliceIndicator

_SECOND, _HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The slices of an objective: how long each is, and the share of its events above which it is bad."""

    length: timedelta
    tolerated_bad_ratio: Decimal

    @property
    def length_seconds(self) -> int:
        """The period of an alarm on them."""
        return int(self.length.total_seconds())

    @property
    def longest(self) -> timedelta:
        """How far an alarm on periods of this length looks back at most."""
        most = MAX_EVALUATION_SECONDS if self.length >= _HOUR else MAX_EVALUATION_SECONDS_BELOW_AN_HOUR
        return timedelta(seconds=most)

    def count(self, window: timedelta) -> int:
        """How many slices a window has, to the nearest; one at least."""
        return max(1, round(Decimal(window // _SECOND) / self.length_seconds))

    def bad_count_above(self, share_ratio: Decimal, window: timedelta) -> int:
        """The fewest bad slices that are more than this share, which is below 1, of a window's."""
        return int(share_ratio * self.count(window)) + 1

    def fits(self, window: timedelta) -> bool:
        """Whether an alarm looks at that many slices."""
        return self.count(window) * self.length <= self.longest


def slices_of(objective: BudgetedObjective) -> Slices | None:
    """The slices of an objective that judges them by their events; None for every other."""
    match objective.indicator:
        case RatioSliceIndicator() as indicator:
            return Slices(length=indicator.slice_length, tolerated_bad_ratio=indicator.tolerated_bad_ratio)
        case _:
            return None
